// Could this process open a file? Asked without creating or changing anything, for checks that come
// before the work.
#pragma once

#include "core/error.hpp"

#include <string>

namespace mco::system {

/// Whether directories above a file that is not there would be made.
enum class Parents { must_exist, are_made };

/// A regular file or a directory that can be read. Errors: not_found, io; the sentence names the
/// path.
Expected<void> can_read(const std::string& path);

/// A file or device that can be written to, or that could be made. A symbolic link is followed only
/// to what is there. Errors: io; the sentence names the path, or the directory that is in the way.
Expected<void> can_append(const std::string& path, Parents parents = Parents::must_exist);

/// A directory in which files can be made, or that could be made itself. Errors: io.
Expected<void> can_keep_files_in(const std::string& directory, Parents parents);

/// A file that could be made, or replaced as a whole, in a directory that is there. Errors: io.
Expected<void> can_replace(const std::string& path);

/// The directory of `path` is not there, but below /run, where the service manager makes it when
/// the service starts (RuntimeDirectory=): before that its absence says nothing.
bool comes_with_the_service(const std::string& path);

}  // namespace mco::system
