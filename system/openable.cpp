#include "system/openable.hpp"

#include "system/descriptor.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mco::system {

namespace {

tl::unexpected<Error> cannot(const std::string& what, const std::string& path, int error) {
    return fail(error == ENOENT ? Errc::not_found : Errc::io,
                "cannot " + what + ' ' + path + ": " + std::strerror(error));
}

/// The directory that a path is in; of a bare name that is where we are.
std::string directory_of(const std::string& path) {
    const auto above = std::filesystem::path(path).parent_path().string();
    return above.empty() ? "." : above;
}

/// The first directory upwards that is there.
std::string nearest(std::string directory) {
    std::error_code error;
    while (!std::filesystem::exists(directory, error) && directory != "." && directory != "/")
        directory = directory_of(directory);
    return directory;
}

Expected<void> can_make_in(const std::string& directory) {
    struct stat status {};

    if (::stat(directory.c_str(), &status) != 0)
        return cannot("use the directory", directory, errno);
    if (!S_ISDIR(status.st_mode))
        return cannot("use the directory", directory, ENOTDIR);
    if (::faccessat(AT_FDCWD, directory.c_str(), W_OK | X_OK, AT_EACCESS) != 0)
        return cannot("write into the directory", directory, errno);
    return {};
}

}  // namespace

Expected<void> can_read(const std::string& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));

    struct stat status {};

    if (!file || ::fstat(file.get(), &status) != 0)
        return cannot("read", path, errno);
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
        return fail(Errc::io, "cannot read " + path + ": it is neither a file nor a directory");
    return {};
}

Expected<void> can_append(const std::string& path, Parents parents) {
    struct stat status {};

    if (::lstat(path.c_str(), &status) != 0 && errno == ENOENT)
        return can_keep_files_in(directory_of(path), parents);
    if (::stat(path.c_str(), &status) != 0)
        return cannot("write", path, errno);
    if (!S_ISREG(status.st_mode) && !S_ISCHR(status.st_mode))  // to open a pipe has effects
        return fail(Errc::io, "cannot write " + path + ": it is neither a file nor a device");
    const Descriptor file(
        ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    return file ? Expected<void>() : Expected<void>(cannot("write", path, errno));
}

Expected<void> can_keep_files_in(const std::string& directory, Parents parents) {
    return can_make_in(parents == Parents::are_made ? nearest(directory) : directory);
}

Expected<void> can_replace(const std::string& path) {
    return can_make_in(directory_of(path));
}

bool comes_with_the_service(const std::string& path) {
    std::error_code error;
    const auto directory = directory_of(path);
    return (directory.starts_with("/run/") || directory.starts_with("/var/run/")) &&
           !std::filesystem::exists(directory, error);
}

}  // namespace mco::system
