// Where lists of nodes come from besides the network: discovery methods that somebody else's list
// answers (protocol §9.4; client and agents §4). The method "mc" is client/discovery.hpp.
#pragma once

#include "core/config/config.hpp"
#include "core/error.hpp"
#include "core/filter/filter.hpp"
#include "system/log.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::client {

/// A list of nodes on standard input is never longer.
constexpr std::size_t most_stdin_bytes = std::size_t{64} << 20;

/// Whom the user asks for. All of it outlives the search.
struct SourceQuery {
    const filter::Filter& filter;
    const std::string& collective;
    const std::vector<std::string>& options;  ///< --do, in order, after default_discovery_options
    bool piped = false;  ///< nobody chose the method: an empty standard input names nobody
};

/// What methods work with besides the query. All of it outlives the search.
struct SourceContext {
    const config::Config& config;
    std::optional<std::string> home;       ///< of the user, where certificates may be
    std::function<std::istream&()> input;  ///< opens standard input
    system::Log& log;
    /// How long the search may take, if the user said so with --dt; methods have limits of their
    /// own.
    std::optional<std::chrono::seconds> time_limit = {};
};

/// Which kinds of filters a method understands. Those for agents always pass: they are always
/// there. Compound ones that it does not understand are for the nodes that it lists to judge.
struct Capabilities {
    bool classes = false;
    bool facts = false;
    bool identity = false;
    bool compound = false;
};

struct Source {
    std::string_view name;
    Capabilities capabilities;
    std::chrono::seconds usual_timeout;  ///< added to the wait for replies, as its DDL says

    /// The names of the nodes, each once, in the order of the list, all of them valid identities.
    /// An empty result is none too few: nobody matches. Blocks, on the thread that calls it.
    /// Errors name the file and the line, or the server, and say what to check.
    Expected<std::vector<std::string>> (*find)(const SourceQuery& query, SourceContext& context);
};

/// Null if there is none of that name; `mc` is not here.
const Source* find_source(std::string_view name);

/// Sorted.
std::vector<std::string_view> source_names();

/// Errors (invalid): `Cannot use KIND filters while using the 'M' discovery method`.
Expected<void> check_capabilities(const Source& source, const filter::Filter& filter);

}  // namespace mco::client
