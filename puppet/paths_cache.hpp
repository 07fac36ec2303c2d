// What Puppet said about its settings, remembered in a file across restarts.
#pragma once

#include "core/error.hpp"
#include "system/files.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mco::puppet {

/// Puppet's settings by name.
using Answer = std::map<std::string, std::string, std::less<>>;

/// A program as it was found: another version of it may give other answers.
struct Program {
    std::string path;
    system::FileStamp stamp;
    bool operator==(const Program&) const = default;
};

/// What an answer depends on.
struct Circumstances {
    std::vector<std::string> query;
    Program program;
    std::optional<system::FileStamp> config;  ///< of puppet.conf; absent: there is none
    bool operator==(const Circumstances&) const = default;
};

/// The executable file that `name` means with that PATH; absent when there is none.
std::optional<Program> find_program(const std::string& name, const std::string& path);

/// The answer in `file`, if it was given to that query by that program. Only a regular file that
/// belongs to us and that nobody else may write is believed. Errors: not_found, io, invalid (it
/// does not apply), malformed.
Expected<Answer> read_answer(const std::string& file,
                             const std::vector<std::string>& query,
                             const Program& program);

/// Writes the answer, readable by us alone, whole or not at all. Errors: io.
Expected<void> write_answer(const std::string& file,
                            const Circumstances& circumstances,
                            const Answer& answer);

}  // namespace mco::puppet
