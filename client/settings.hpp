// The options that applications share (spec 2.2): what they are, and what they mean together with
// the configuration.
#pragma once

#include "client/discovery.hpp"
#include "client/limit.hpp"
#include "core/config/config.hpp"
#include "core/ddl/ddl.hpp"
#include "core/error.hpp"
#include "core/filter/filter.hpp"
#include "core/options/parser.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace mco::client {

/// The groups of options that an application takes besides its own.
struct OptionGroups {
    bool common = true;
    bool filter = true;
    bool rpc = true;
};

/// How results are written.
enum class Form {
    text,    ///< as the original
    json,    ///< one document at the end
    jsonl,   ///< one line per reply, as it arrives
    table,   ///< a row per node
    grouped  ///< equal answers folded, with their nodes
};

/// Where nodes are looked for (client specification §4).
struct DiscoveryChoice {
    std::string method;                ///< `mc` is the network
    std::vector<std::string> options;  ///< the configured ones first
    bool chosen = false;               ///< on the command line
};

struct Settings {
    bool verbose = false;
    bool progress = true;
    Form form = Form::text;
    bool sort = false;
    filter::Filter filter;
    /// The expressions of -S; the program puts what they mean into `filter`.
    std::vector<std::string> selects;
    std::chrono::seconds data_patience{0};  ///< what the data plug-ins in them may take
    DiscoveryChoice discovery;
    std::optional<Limit> limit;
    Batch batch;
    std::optional<std::string> reply_to;  ///< somebody else gets the replies
    std::string collective;
    std::optional<ddl::Display> display;
    std::optional<std::chrono::seconds>
        timeout;  ///< -t; absent when left at its default, which 5 is too
    std::optional<std::chrono::seconds> discovery_timeout;  ///< --dt
    std::optional<std::chrono::seconds>
        publish_timeout;  ///< to be added to every wait for replies: --threaded only
    std::chrono::seconds ttl{60};
    std::chrono::milliseconds connection_timeout{0};

    /// For programs: nothing but results on standard output, no notice and no progress.
    bool for_programs() const { return form == Form::json || form == Form::jsonl; }
};

/// Of discovery by the network, unless something else is configured or asked for.
constexpr std::chrono::seconds usual_discovery{2};

/// In the order of the help screen.
std::vector<options::OptionSpec> shared_options(const OptionGroups& groups);

/// Errors (invalid): what is wrong with an option's value, in the original's words.
Expected<Settings> read_settings(const options::Parsed& parsed, const config::Config& config);

/// --dt waits for the whole of its time; otherwise the configured or usual time is only the upper
/// bound.
DiscoveryPlan discovery_plan(const Settings& settings, const config::Config& config);

/// How long replies are awaited: -t, else what the DDL allows an action plus the time that
/// discovery may take (spec 0.6); and what data plug-ins in the filter may take.
std::chrono::seconds reply_limit(const Settings& settings,
                                 int ddl_timeout,
                                 std::chrono::seconds discovery);

}  // namespace mco::client
