// Whom a file can be trusted to come from. Checked on the open file, so that it cannot be exchanged
// in between.
#include "core/policy/parse.hpp"
#include "system/descriptor.hpp"
#include "system/policies/policies.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mco::policies {
namespace {

Errc code_of(int error) {
    return error == ENOENT ? Errc::not_found : Errc::io;
}

tl::unexpected<Error> failed(const std::string& path, int error) {
    return fail(code_of(error), "cannot read " + path + ": " + std::strerror(error));
}

Expected<void> check_rights(const std::string& path, const struct stat& status) {
    if (status.st_uid != 0 && status.st_uid != ::geteuid())
        return fail(Errc::denied,
                    path + " belongs to user " + std::to_string(status.st_uid) +
                        ": it must belong to root or to the user that reads it");
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return fail(Errc::denied,
                    path + " can be written by others: take the right away with chmod go-w");
    return {};
}

Expected<void> check_directory(const std::string& path) {
    const auto slash = path.rfind('/');
    const auto directory = slash == std::string::npos ? std::string(".") : path.substr(0, slash);

    struct stat status {};

    if (::stat(directory.empty() ? "/" : directory.c_str(), &status) != 0)
        return failed(directory, errno);
    return check_rights(directory, status);
}

Expected<std::string> read_all(const system::Descriptor& file, const std::string& path) {
    std::string content;
    char buffer[16384];
    for (;;) {
        const auto got = ::read(file.get(), buffer, sizeof buffer);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failed(path, errno);
        if (got == 0)
            return content;
        content.append(buffer, static_cast<std::size_t>(got));
        if (content.size() > policy::max_policy_text)
            return fail(
                Errc::limit,
                path + " is larger than " + std::to_string(policy::max_policy_text) + " bytes");
    }
}

}  // namespace

Expected<std::string> read_guarded(const std::string& path) {
    MCO_CHECK(check_directory(path));
    // O_NONBLOCK: a FIFO in place of the file must not hang us
    const system::Descriptor file(
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file)
        return failed(path, errno);

    struct stat status {};

    if (::fstat(file.get(), &status) != 0)
        return failed(path, errno);
    if (!S_ISREG(status.st_mode))
        return fail(Errc::io, "cannot read " + path + ": it is not a regular file");
    MCO_CHECK(check_rights(path, status));
    return read_all(file, path);
}

}  // namespace mco::policies
