// What is said to the worker and by it: JSON, an object a line (resources §1, and
// worker/worker.rb).
#pragma once

#include "core/error.hpp"
#include "core/ral/resource.hpp"
#include "core/value.hpp"
#include "puppet/ral/worker.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::puppet::protocol {

/// Bytes of a line in either direction, at most.
inline constexpr std::size_t longest_line = 16u << 20;

struct Question {
    Map words;
    std::string subject;  ///< what it is about, for messages: `user`, `User[root]`
    bool writes = false;
};

/// Errors of all: invalid (not the name of a type or provider: it would be a path, trap 1).
Expected<Question> find(const std::string& type, const std::string& title);
Expected<Question> search(const std::string& type,
                          const std::string& provider,
                          const std::vector<std::string>& except);
Expected<Question> types();
/// `limit`: how long the worker itself goes on with a change.
Expected<Question> apply(const std::vector<ral::Resource>& resources,
                         bool noop,
                         std::chrono::seconds limit);

/// The line, with its end. `limit`: when the worker gives up what only reads, be there anybody left
/// to end it or not; a change has a limit of its own. Errors: limit.
Expected<std::string> encode(const Question& question,
                             std::int64_t id,
                             std::optional<std::chrono::seconds> limit = std::nullopt);

/// The first thing that the worker says.
struct Hello {
    Greeting greeting;
    std::vector<std::string> files;  ///< whatever it has loaded is good until one of them changes,
    std::vector<std::string> folders;  ///< or a file in one of these
    std::vector<std::string> log;      ///< what Puppet did not like about its settings
};

/// Errors: unavailable (Puppet cannot be used; its own words), malformed.
Expected<Hello> read_hello(std::string_view line);

/// What it says later.
struct Said {
    bool bye = false;     ///< it ends, and has read no further question; nothing else is set
    std::int64_t id = 0;  ///< of the question
    bool ok = false;
    std::string error;        ///< if it is not
    std::size_t rss_kib = 0;  ///< memory of the worker
    Map answer;
};

/// Errors: malformed, limit.
Expected<Said> read_said(std::string_view line);

/// The parts of an answer. Errors: malformed.
Expected<ral::Resource> read_found(const Map& answer);
Expected<Listed> read_listed(const Map& answer);
Expected<std::vector<std::string>> read_types(const Map& answer);
Expected<ApplyResult> read_applied(const Map& answer);

}  // namespace mco::puppet::protocol
