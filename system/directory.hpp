// Directories that others may change: opened once, and then used by their descriptor, so that
// nobody can slip another one in between two steps.
#pragma once

#include "core/error.hpp"
#include "system/descriptor.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace mco::system {

class Directory {
  public:
    enum class Missing { is_error, is_made };

    /// Follows `path`, which is absolute, component by component. Symbolic links count only where
    /// nobody but root and our own user can put them: else another user could lead us anywhere.
    /// What is made belongs to us, mode 0755. Errors: not_found, denied (such a link), io.
    static Expected<Directory> open(const std::string& path, Missing missing = Missing::is_error);

    /// Whole or not at all, synced. `name` is one of a file in it. Errors: io.
    Expected<void> write(const std::string& name, std::string_view content, mode_t mode) const;

    /// Errors: not_found, io.
    Expected<void> remove(const std::string& name) const;

    /// For what takes a path only: one of `name` in this very directory, short, and good as long as
    /// this object is.
    std::string path_of(const std::string& name) const;

  private:
    Directory(Descriptor descriptor, std::string path)
        : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

    std::string file(const std::string& name) const { return path_ + '/' + name; }

    Descriptor descriptor_;
    std::string path_;  // for messages
};

/// Makes `path`, an absolute one, with mode 0700 if it is not there (parents 0755), and finds out
/// whether only root and our own user can change it and what is above it: then its files may be
/// used by their paths. Errors: denied, io; they name the component.
Expected<void> make_own_directory(const std::string& path);

/// What on the way from / to the file or directory `path`, itself included, as it is written and
/// with its symbolic links resolved, others than root and our own user can change. Of a `path` that
/// is not there: where it could be made. Absent when there is nothing such.
std::optional<std::string> exposed_part(const std::string& path);

}  // namespace mco::system
