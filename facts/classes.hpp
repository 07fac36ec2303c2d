// The classes that Puppet applied to this node, from the file in which it lists them (protocol
// §7.2).
#pragma once

#include "core/error.hpp"
#include "system/files.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mco::facts {

/// One class a line; empty lines are dropped. Errors: not_found, io, limit.
Expected<std::vector<std::string>> read_classes(const std::string& path);

/// Reads the file again when it has changed. One thread at a time; blocks for a file's length.
class ClassesFile {
  public:
    explicit ClassesFile(std::string path) : path_(std::move(path)) {}

    /// The classes if they may have changed since the last call, or the error if that is new;
    /// otherwise nothing. A file that disappears is an error once (not_found).
    Expected<std::optional<std::vector<std::string>>> read_if_changed();

  private:
    std::string path_;
    bool asked_ = false;
    std::optional<system::FileStamp> stamp_;
};

}  // namespace mco::facts
