#include "cli/settings.hpp"

#include "cli/filters.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

namespace mco::cli {

namespace {

using options::Kind;
using options::OptionSpec;
using std::chrono::seconds;

/// Shorter than the five seconds within which somebody whose broker is away should know it.
constexpr std::chrono::milliseconds usual_connection(4500);

seconds bounded(std::int64_t value) {
    return seconds(std::clamp<std::int64_t>(value, 0, 1'000'000'000));
}

std::vector<OptionSpec> call_options() {
    const char* const group = "RPC Options";
    return {
        {"no-progress", "", {"np", "no-progress"}, "", "Draw no progress bar", group},
        {"one", "1", {"one"}, "", "Ask one of the nodes that were found", group},
        {"batch", "", {"batch"}, "SIZE", "Ask so many nodes, or N% of them, at a time", group},
        {"batch-sleep",
         "",
         {"batch-sleep"},
         "SECONDS",
         "Wait so long before the next batch",
         group,
         Kind::real},
        {"limit-seed",
         "",
         {"limit-seed"},
         "NUMBER",
         "Makes the random choice of --limit repeatable",
         group,
         Kind::integer},
        {"limit",
         "",
         {"limit-nodes", "ln", "limit"},
         "COUNT",
         "Ask so many of the nodes that were found, or N% of them",
         group},
        {"max-nodes",
         "",
         {"max-nodes"},
         "COUNT",
         "Send nothing if more nodes than that would be asked",
         group,
         Kind::integer},
        {"list-targets",
         "",
         {"list-targets"},
         "",
         "Show who would be asked, and send nothing",
         group},
        {"max-reply-bytes",
         "",
         {"max-reply-bytes"},
         "BYTES",
         "Drop replies beyond so many bytes in all (1 GiB)",
         group,
         Kind::integer},
        {"yes",
         "y",
         {"yes"},
         "",
         "Do not ask before something is changed on very many nodes",
         group},
        {"allow-undeclared",
         "",
         {"allow-undeclared"},
         "",
         "Send inputs that the agent's DDL does not know, too",
         group},
        {"fail-on-missing",
         "",
         {"fail-on-missing"},
         "",
         "Exit with 2 when an answer is missing",
         group},
        {"json", "j", {"json"}, "", "Print results as JSON, without a progress bar", group},
        {"jsonl", "", {"jsonl"}, "", "Print a line of JSON for every reply as it arrives", group},
        {"table", "", {"table"}, "", "Print a table with a row for every node", group},
        {"grouped",
         "",
         {"group-by-result"},
         "",
         "Print equal answers once, with the nodes that gave them",
         group},
        {"display", "", {"display"}, "MODE", "Which results to show: ok, all or failed", group}};
}

std::vector<OptionSpec> required_options(const char* group) {
    return {{"config",
             "c",
             {"config"},
             "FILE",
             "Read this configuration file instead of the usual one",
             group},
            {"verbose", "v", {"verbose"}, "", "Say more", group},
            {"help", "h", {"help"}, "", "Show this screen", group}};
}

std::vector<OptionSpec> common_options() {
    const char* const group = "Common Options";
    return {
        {"target", "T", {"target"}, "COLLECTIVE", "Talk to the nodes of this collective", group},
        {"dt",
         "",
         {"dt", "discovery-timeout"},
         "SECONDS",
         "Listen so long for nodes, even if all seem to be found",
         group,
         Kind::integer},
        {"timeout", "t", {"timeout"}, "SECONDS", "Wait so long for replies", group, Kind::integer},
        {"quiet", "q", {"quiet"}, "", "Say less", group},
        {"ttl", "", {"ttl"}, "TTL", "Seconds for which nodes may accept the request", group},
        {"reply-to", "", {"reply-to"}, "TARGET", "Let the replies go there; do not wait", group},
        {"discovery-method",
         "",
         {"dm", "disc-method"},
         "METHOD",
         "How nodes are found: mc, flatfile, stdin, inventory or puppetdb",
         group},
        {"discovery-option",
         "",
         {"do", "disc-option"},
         "OPTION",
         "An option of that method; may be repeated",
         group},
        {"nodes", "", {"nodes"}, "FILE", "Ask the nodes named in this file, one a line", group},
        {"publish-timeout",
         "",
         {"publish_timeout"},
         "TIMEOUT",
         "Seconds that sending may take",
         group,
         Kind::integer},
        {"threaded",
         "",
         {"threaded"},
         "",
         "Add the time for sending to the time for replies",
         group},
        {"sort", "", {"sort"}, "", "Sort results by sender", group},
        {"connection-timeout",
         "",
         {"connection-timeout"},
         "TIMEOUT",
         "Seconds to wait for a connection to the broker",
         group,
         Kind::integer},
        {"forget-missing",
         "",
         {"forget-missing"},
         "",
         "Do not expect the nodes that are missing now any more",
         group},
    };
}

Expected<std::optional<ddl::Display>> read_display(const options::Parsed& parsed) {
    const auto* given = parsed.last("display");
    if (given == nullptr)
        return std::optional<ddl::Display>();
    if (given->text == "all" || given->text == "always")
        return std::optional(ddl::Display::always);
    if (given->text == "ok")
        return std::optional(ddl::Display::ok);
    if (given->text == "failed")
        return std::optional(ddl::Display::failed);
    return fail(Errc::invalid, "--display has to be one of 'ok', 'all' or 'failed'");
}

/// The form that was asked for last.
Form read_form(const options::Parsed& parsed) {
    Form form = Form::text;
    for (const auto& given : parsed.given)
        for (const auto& [id, wanted] : {std::pair("json", Form::json),
                                         std::pair("jsonl", Form::jsonl),
                                         std::pair("table", Form::table),
                                         std::pair("grouped", Form::grouped)})
            if (given.id == id)
                form = wanted;
    return form;
}

/// In the order of the words, which decides what competes with what.
Expected<client::DiscoveryChoice> read_discovery(const options::Parsed& parsed,
                                                 const config::Config& config) {
    client::DiscoveryChoice choice{
        config.default_discovery_method, config.default_discovery_options, false};
    const auto usual = choice.options.size();
    for (const auto& [id, text, on, integer, real] : parsed.given) {
        if (id == "discovery-option")
            choice.options.push_back(text);
        if (id == "nodes") {
            if (choice.chosen || choice.options.size() > usual)
                return fail(Errc::invalid, "Cannot mix --disc-method, --disc-option and --nodes");
            choice = {"flatfile", {text}, true};
        }
        if (id != "discovery-method")
            continue;
        if (choice.chosen && choice.method != text)
            return fail(Errc::invalid, "Discovery method is already set by a competing option");
        choice.method = text;
        choice.chosen = true;
    }
    return choice;
}

Expected<std::optional<std::uint32_t>> read_seed(const options::Parsed& parsed) {
    const auto seed = parsed.integer("limit-seed");
    if (!seed)
        return std::optional<std::uint32_t>();
    if (*seed < 0 || *seed > std::numeric_limits<std::uint32_t>::max())
        return fail(Errc::invalid, "--limit-seed has to be a number from 0 to 4294967295");
    return std::optional(static_cast<std::uint32_t>(*seed));
}

Expected<std::optional<client::Limit>> read_limit(const options::Parsed& parsed,
                                                  const config::Config& config) {
    MCO_TRY(seed, read_seed(parsed));
    client::Limit limit{
        {1, false},
        config.rpclimitmethod == "random" ? client::Pick::random : client::Pick::first,
        seed};
    if (parsed.later("one", "limit").empty())
        return std::optional<client::Limit>();
    if (parsed.later("one", "limit") == "limit") {
        const auto text = parsed.text_or("limit", "");
        const auto amount = client::parse_amount(text);
        if (!amount)
            return fail(Errc::invalid,
                        "Invalid limit specified: " + text + " valid limits are /^\\d+%*$/");
        limit.amount = *amount;
    }
    return std::optional(limit);
}

Expected<std::optional<std::size_t>> read_max_nodes(const options::Parsed& parsed) {
    const auto most = parsed.integer("max-nodes");
    if (!most)
        return std::optional<std::size_t>();
    if (*most < 0)
        return fail(Errc::invalid, "--max-nodes cannot be less than 0");
    return std::optional(static_cast<std::size_t>(*most));
}

Expected<client::Batch> read_batch(const options::Parsed& parsed, const config::Config& config) {
    client::Batch batch;
    batch.size.number = static_cast<std::size_t>(std::max(0, config.default_batch_size));
    if (const auto* given = parsed.last("batch")) {
        const auto amount = client::parse_amount(given->text);
        if (!amount || (amount->percent && amount->number == 0))
            return fail(Errc::invalid, "invalid argument: --batch " + given->text);
        batch.size = *amount;
    }
    const auto sleep =
        std::clamp(parsed.real("batch-sleep").value_or(config.default_batch_sleep_time), 0.0, 1e6);
    batch.sleep = std::chrono::milliseconds(std::llround(sleep * 1000));
    if (batch.size.number > 0 && !config.direct_addressing)
        return fail(Errc::invalid, "Batched requests require direct addressing");
    return batch;
}

/// As Ruby's to_i reads it: the digits at the front, otherwise 0.
std::int64_t leading_number(const std::string& text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

Expected<std::string> read_collective(const options::Parsed& parsed, const config::Config& config) {
    auto collective = parsed.text_or("target", config.main_collective);
    if (std::find(config.collectives.begin(), config.collectives.end(), collective) !=
        config.collectives.end())
        return collective;
    std::string known;
    for (const auto& one : config.collectives)
        known += (known.empty() ? "" : ", ") + one;
    return fail(Errc::invalid,
                "Unknown collective '" + collective + "' known collectives are '" + known + "'");
}

void read_times(const options::Parsed& parsed, const config::Config& config, Settings& settings) {
    if (const auto value = parsed.integer("timeout"); value && *value != 5)
        settings.timeout = bounded(*value);
    if (const auto value = parsed.integer("dt"))
        settings.discovery_timeout = bounded(*value);
    if (parsed.has("threaded") || config.threaded) {
        const auto value = parsed.integer("publish-timeout");
        settings.publish_timeout = value ? bounded(*value) : config.publish_timeout;
    }
    const auto* ttl = parsed.last("ttl");
    settings.ttl = ttl != nullptr ? bounded(leading_number(ttl->text)) : config.ttl;
    settings.connection_timeout = config.connection_timeout.value_or(seconds(0));
    if (const auto value = parsed.integer("connection-timeout"))
        settings.connection_timeout = bounded(*value);
    if (settings.connection_timeout <= seconds(0))
        settings.connection_timeout = usual_connection;
}

}  // namespace

std::vector<OptionSpec> shared_options(const OptionGroups& groups) {
    std::vector<OptionSpec> specs;
    const auto add = [&specs](const std::vector<OptionSpec>& more) {
        specs.insert(specs.end(), more.begin(), more.end());
    };
    if (groups.rpc)
        add(call_options());
    add(required_options(groups.rpc ? "RPC Options" : "Application Options"));
    if (groups.common)
        add(common_options());
    if (groups.filter)
        add(filter_options());
    return specs;
}

Expected<Settings> read_settings(const options::Parsed& parsed, const config::Config& config) {
    Settings settings;
    MCO_TRY(filter, read_filter(parsed));
    settings.filter = std::move(filter);
    MCO_TRY(display, read_display(parsed));
    MCO_TRY(collective, read_collective(parsed, config));
    settings.display = display;
    settings.collective = collective;
    settings.verbose = parsed.later("verbose", "quiet") == "verbose";
    settings.form = read_form(parsed);
    settings.progress = !settings.for_programs() && !parsed.has("no-progress");
    settings.sort = parsed.has("sort");
    MCO_TRY(max_nodes, read_max_nodes(parsed));
    settings.max_nodes = max_nodes;
    settings.allow_undeclared = parsed.has("allow-undeclared");
    settings.confirmed = parsed.has("yes");
    if (const auto most = parsed.integer("max-reply-bytes")) {
        if (*most <= 0)
            return fail(Errc::invalid, "--max-reply-bytes has to be greater than 0");
        settings.max_reply_bytes = static_cast<std::size_t>(*most);
    }
    settings.list_targets = parsed.has("list-targets");
    settings.fail_on_missing = parsed.has("fail-on-missing");
    settings.forget_missing = parsed.has("forget-missing");
    settings.selects = parsed.all("select");
    MCO_TRY(discovery, read_discovery(parsed, config));
    MCO_TRY(limit, read_limit(parsed, config));
    MCO_TRY(batch, read_batch(parsed, config));
    settings.discovery = std::move(discovery);
    settings.limit = limit;
    settings.batch = batch;
    if (parsed.has("reply-to"))
        settings.reply_to = parsed.text_or("reply-to", "");
    read_times(parsed, config, settings);
    return settings;
}

}  // namespace mco::cli
