#include "system/pid_file.hpp"

#include "core/config/literals.hpp"
#include "system/descriptor.hpp"
#include "system/files.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace mco::system {

namespace {

/// The process that the file names; absent when there is no file or no number in it.
std::optional<pid_t> named_process(const std::string& path) {
    const auto text = read_file(path, 64);
    const auto number = text ? config::parse_integer(*text) : std::nullopt;
    return number && *number > 0 && *number < (1 << 30) ? std::optional(static_cast<pid_t>(*number))
                                                        : std::nullopt;
}

std::string of_process(const std::string& pid, const char* file) {
    std::ifstream stream("/proc/" + pid + '/' + file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// The same program as this one, or the original's: another one may have the number of a daemon
/// that could not remove its file.
bool is_daemon(pid_t pid) {
    const auto other = std::to_string(pid);
    return of_process(other, "comm") == of_process("self", "comm") ||
           of_process(other, "cmdline").find("mcollectived") != std::string::npos;
}

}  // namespace

Expected<PidFile> PidFile::create(const std::string& path) {
    const pid_t ours = ::getpid();
    constexpr int attempts = 3;  // somebody else may be clearing the same stale file
    for (int i = 0; i < attempts; ++i) {
        const Descriptor file(
            ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644));
        if (file) {
            const auto text = std::to_string(ours) + '\n';
            if (::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()))
                return PidFile(path, ours);
            const int error = errno;
            ::unlink(path.c_str());
            return fail(Errc::io,
                        "cannot write the pid file " + path + ": " + std::strerror(error));
        }
        if (errno != EEXIST)
            return fail(Errc::io,
                        "cannot create the pid file " + path + ": " + std::strerror(errno));
        const auto other = named_process(path);
        if (other && *other != ours && is_daemon(*other))
            return fail(Errc::unavailable,
                        "already running as process " + std::to_string(*other) + " (pid file " +
                            path + ")");
        if (::unlink(path.c_str()) != 0 && errno != ENOENT)
            return fail(Errc::io,
                        "cannot remove the stale pid file " + path + ": " + std::strerror(errno));
    }
    return fail(Errc::unavailable, "another process is creating the pid file " + path);
}

PidFile::PidFile(std::string path, pid_t pid) : path_(std::move(path)), pid_(pid) {}

PidFile::PidFile(PidFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), pid_(other.pid_) {}

PidFile::~PidFile() {
    if (!path_.empty() && ::getpid() == pid_ && named_process(path_) == pid_)
        ::unlink(path_.c_str());
}

}  // namespace mco::system
