// Files of one user: written for nobody else, and where that matters read only if nobody else has
// had a hand in them.
#pragma once

#include "core/error.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mco::system {

/// Where we keep what can be lost: `mcollective` in `cache_home`, or else in `.cache` of `home`.
/// Relative ones do not count. Empty: nowhere.
std::string user_cache_folder(const std::optional<std::string>& cache_home,
                              const std::optional<std::string>& home);

/// The bytes of a regular file that belongs to this process's effective user and that others may
/// neither read nor write; a symbolic link is not followed. Errors: not_found, io, limit (larger
/// than `limit`), denied for what is not ours alone.
Expected<std::string> read_private_file(const std::string& path, std::size_t limit);

/// Writes it atomically with mode 0600. The folder that it is in, and the one above, are made with
/// mode 0700 if they are not there, but not more: an account without a home does not get one.
/// Errors: io.
Expected<void> write_private_file(const std::string& path, std::string_view content);

}  // namespace mco::system
