// The options that applications share (spec 2.2): what they are, and what they mean together with
// the configuration.
#pragma once

#include "client/call_settings.hpp"
#include "core/config/config.hpp"
#include "core/ddl/ddl.hpp"
#include "core/error.hpp"
#include "core/filter/filter.hpp"
#include "core/options/parser.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace mco::cli {

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

/// What the command line and the configuration say of a call, and of how its results look.
struct Settings : client::CallSettings {
    bool verbose = false;
    bool progress = true;
    Form form = Form::text;
    bool sort = false;
    /// The expressions of -S; the program puts what they mean into `filter`.
    std::vector<std::string> selects;
    std::optional<std::string> reply_to;  ///< somebody else gets the replies
    std::optional<ddl::Display> display;
    bool allow_undeclared = false;  ///< inputs that the DDL does not know are sent, too
    bool confirmed = false;         ///< whoever asks needs not be asked whether that is meant
    bool list_targets = false;      ///< show who would be asked, and send nothing
    bool fail_on_missing = false;   ///< nodes that are missing count as failed
    std::chrono::milliseconds connection_timeout{0};

    /// For programs: nothing but results on standard output, no notice and no progress.
    bool for_programs() const { return form == Form::json || form == Form::jsonl; }
};

/// In the order of the help screen.
std::vector<options::OptionSpec> shared_options(const OptionGroups& groups);

/// Errors (invalid): what is wrong with an option's value, in the original's words.
Expected<Settings> read_settings(const options::Parsed& parsed, const config::Config& config);

}  // namespace mco::cli
