#include "system/files.hpp"

#include "system/descriptor.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mco::system {

namespace {

auto failed(const char* what, const std::string& path, int error) {
    const auto code = error == ENOENT || error == ENOTDIR ? Errc::not_found : Errc::io;
    return fail(code, std::string("cannot ") + what + ' ' + path + ": " + std::strerror(error));
}

std::string directory_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
}

/// So that the rename itself survives a power cut; not every file system can, which is no error.
void sync_directory(const std::string& path) {
    const Descriptor directory(
        ::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory)
        ::fsync(directory.get());
}

}  // namespace

int write_and_sync(int descriptor, std::string_view content, mode_t mode) {
    while (!content.empty()) {
        const auto written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fchmod(descriptor, mode) != 0 || ::fsync(descriptor) != 0 ? errno : 0;
}

Expected<std::string> read_file(const std::string& path, std::size_t limit) {
    // O_NONBLOCK: a FIFO in place of the file must not hang us
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file)
        return failed("read", path, errno);

    struct stat status {};

    if (::fstat(file.get(), &status) != 0)
        return failed("read", path, errno);
    if (!S_ISREG(status.st_mode))
        return fail(Errc::io, "cannot read " + path + ": it is not a regular file");
    std::string content;
    char buffer[16384];
    for (;;) {
        const auto got = ::read(file.get(), buffer, sizeof buffer);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failed("read", path, errno);
        if (got == 0)
            return content;
        if (content.size() + static_cast<std::size_t>(got) > limit)
            return fail(Errc::limit, path + " is larger than " + std::to_string(limit) + " bytes");
        content.append(buffer, static_cast<std::size_t>(got));
    }
}

std::string read_end(const std::string& path, std::size_t limit) {
    const Descriptor file(
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW));

    struct stat status {};

    if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
        return {};
    const auto size = static_cast<std::size_t>(status.st_size);
    const auto wanted = std::min(size, limit);
    return read_at(file.get(), static_cast<std::int64_t>(size - wanted), wanted);
}

std::string read_at(int descriptor, std::int64_t offset, std::size_t limit) {
    std::string text(limit, '\0');
    std::size_t filled = 0;
    while (filled < limit) {
        const auto got = ::pread(descriptor,
                                 text.data() + filled,
                                 limit - filled,
                                 offset + static_cast<std::int64_t>(filled));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        filled += static_cast<std::size_t>(got);
    }
    text.resize(filled);
    return text;
}

Expected<void> write_file_atomically(const std::string& path,
                                     std::string_view content,
                                     mode_t mode) {
    std::string temporary = path + ".XXXXXX";
    Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!file)
        return fail(Errc::io, "cannot write " + path + ": " + std::strerror(errno));
    int error = write_and_sync(file.get(), content, mode);
    file.close();
    if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0)
        error = errno;
    if (error != 0) {
        ::unlink(temporary.c_str());
        return fail(Errc::io, "cannot write " + path + ": " + std::strerror(error));
    }
    sync_directory(path);
    return {};
}

std::optional<FileStamp> stamp(const std::string& path) {
    struct stat status {};

    if (::stat(path.c_str(), &status) != 0)
        return std::nullopt;
    constexpr std::int64_t per_second = 1'000'000'000;
    return FileStamp{
        std::int64_t{status.st_mtim.tv_sec} * per_second + std::int64_t{status.st_mtim.tv_nsec},
        std::int64_t{status.st_size},
        std::uint64_t{status.st_ino}};
}

}  // namespace mco::system
