#include "system/private_files.hpp"

#include "system/descriptor.hpp"
#include "system/files.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mco::system {

namespace {

void make_private(const std::filesystem::path& folder) {
    std::error_code failed;
    if (std::filesystem::create_directory(folder, failed))
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failed);
}

auto failed(const std::string& path, int error) {
    return fail(error == ENOENT || error == ENOTDIR ? Errc::not_found : Errc::io,
                "cannot read " + path + ": " + std::strerror(error));
}

/// The size of the file, if it is ours alone.
Expected<std::size_t> check_private(const Descriptor& file, const std::string& path) {
    struct stat status {};

    if (::fstat(file.get(), &status) != 0)
        return failed(path, errno);
    if (!S_ISREG(status.st_mode))
        return fail(Errc::denied, path + " is not a regular file");
    if (status.st_uid != ::geteuid())
        return fail(Errc::denied, path + " belongs to user " + std::to_string(status.st_uid));
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return fail(Errc::denied, path + " is open to others: chmod go-rwx it");
    return static_cast<std::size_t>(status.st_size);
}

}  // namespace

std::string user_cache_folder(const std::optional<std::string>& cache_home,
                              const std::optional<std::string>& home) {
    if (cache_home && cache_home->starts_with('/'))
        return *cache_home + "/mcollective";
    return home && home->starts_with('/') ? *home + "/.cache/mcollective" : std::string();
}

Expected<std::string> read_private_file(const std::string& path, std::size_t limit) {
    const Descriptor file(
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    if (!file && errno == ELOOP)
        return fail(Errc::denied, path + " is a symbolic link");
    if (!file)
        return failed(path, errno);
    MCO_TRY(size, check_private(file, path));
    if (size > limit)
        return fail(Errc::limit, path + " is larger than " + std::to_string(limit) + " bytes");
    std::string content(size, '\0');
    std::size_t filled = 0;
    while (filled < size) {
        const auto got = ::read(file.get(), content.data() + filled, size - filled);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failed(path, errno);
        if (got == 0)
            break;  // it has become shorter
        filled += static_cast<std::size_t>(got);
    }
    content.resize(filled);
    return content;
}

Expected<void> write_private_file(const std::string& path, std::string_view content) {
    const auto folder = std::filesystem::path(path).parent_path();
    make_private(folder.parent_path());
    make_private(folder);
    return write_file_atomically(path, content, 0600);
}

}  // namespace mco::system
