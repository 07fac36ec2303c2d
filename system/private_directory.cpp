#include "system/private_directory.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include <stdlib.h>

namespace mco::system {

Expected<PrivateDirectory> PrivateDirectory::make(std::string_view name) {
    std::error_code error;
    const auto place = std::filesystem::temp_directory_path(error);
    std::string path = (place / (std::string(name) + "-XXXXXX")).string();
    if (error || ::mkdtemp(path.data()) == nullptr)
        return fail(Errc::io,
                    std::string("A temporary directory cannot be made: ") +
                        (error ? error.message() : std::strerror(errno)));
    return PrivateDirectory(std::move(path));
}

PrivateDirectory::PrivateDirectory(std::string path) : path_(std::move(path)) {}

PrivateDirectory::PrivateDirectory(PrivateDirectory&& other) noexcept
    : path_(std::exchange(other.path_, std::string())) {}

PrivateDirectory& PrivateDirectory::operator=(PrivateDirectory&& other) noexcept {
    if (this != &other) {
        remove();
        path_ = std::exchange(other.path_, std::string());
    }
    return *this;
}

PrivateDirectory::~PrivateDirectory() {
    remove();
}

void PrivateDirectory::remove() {
    std::error_code ignored;
    if (!path_.empty())
        std::filesystem::remove_all(path_, ignored);
    path_.clear();
}

}  // namespace mco::system
