#include "daemon/audit_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace mco::daemon {

namespace {

/// Callers and inputs are not for everybody's eyes.
constexpr mode_t audit_mode = 0640;

ssize_t write_once(int file, std::string_view bytes) {
    ssize_t written = -1;
    do
        written = ::write(file, bytes.data(), bytes.size());
    while (written < 0 && errno == EINTR);
    return written;
}

std::uint64_t size_of(const struct stat& status) {
    return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

tl::unexpected<Error> AuditFile::trouble(const char* what, int error) const {
    const char* why =
        error == ELOOP ? "it is a symbolic link, which is not followed" : std::strerror(error);
    return fail(Errc::io, std::string("cannot ") + what + " the audit trail " + path_ + ": " + why);
}

Expected<void> AuditFile::open() {
    constexpr int flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW;

    struct stat before {};

    // A pipe would hold everything up when nobody reads it, and opening one has effects.
    if (::lstat(path_.c_str(), &before) == 0 && !S_ISREG(before.st_mode) &&
        !S_ISCHR(before.st_mode) && !S_ISLNK(before.st_mode))
        return fail(Errc::io, "the audit trail " + path_ + " is neither a file nor a device");
    file_ = system::Descriptor(::open(path_.c_str(), flags, audit_mode));

    struct stat status {};

    if (!file_ || ::fstat(file_.get(), &status) != 0)
        return trouble("open", errno);
    torn_ = is_torn(status);
    return {};
}

/// Somebody was stopped, or the disk was full, in the middle of a line.
bool AuditFile::is_torn(const struct stat& status) const {
    char last = '\n';
    return S_ISREG(status.st_mode) && status.st_size > 0 &&
           ::pread(file_.get(), &last, 1, status.st_size - 1) == 1 && last != '\n';
}

/// Whether the path leads elsewhere than to the open file, whose status is filled in.
bool AuditFile::is_moved(struct stat& status) const {
    struct stat there {};

    return ::fstat(file_.get(), &status) != 0 || ::lstat(path_.c_str(), &there) != 0 ||
           there.st_ino != status.st_ino || there.st_dev != status.st_dev;
}

/// PATH.(keep-1) → PATH.keep … PATH → PATH.1. A rename that fails leaves a longer file, which is no
/// reason to stop.
void AuditFile::rotate() {
    const auto old = [this](int number) { return path_ + '.' + std::to_string(number); };
    for (int i = rotation_.keep - 1; i >= 1; --i)
        ::rename(old(i).c_str(), old(i + 1).c_str());
    ::rename(path_.c_str(), old(1).c_str());
}

Expected<void> AuditFile::be_ready(std::size_t line) {
    struct stat status {};

    if (!file_ || is_moved(status)) {
        MCO_CHECK(open());
        if (::fstat(file_.get(), &status) != 0)
            return trouble("open", errno);
    }
    const bool full = rotation_.max_size > 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
                      size_of(status) + line > rotation_.max_size;
    if (full) {
        rotate();
        return open();
    }
    if (status.st_size == 0)  // others have emptied it
        torn_ = false;
    return {};
}

Expected<void> AuditFile::append(std::string_view line) {
    MCO_CHECK(be_ready(line.size() + 1));
    std::string text;
    text.reserve(line.size() + 2);
    if (torn_)
        text += '\n';
    (text += line) += '\n';
    const auto written = write_once(file_.get(), text);
    if (written < 0)
        return trouble("write", errno);
    if (written > 0)
        torn_ = text[static_cast<std::size_t>(written) - 1] != '\n';
    if (static_cast<std::size_t>(written) != text.size())
        return trouble("write", ENOSPC);
    return {};
}

}  // namespace mco::daemon
