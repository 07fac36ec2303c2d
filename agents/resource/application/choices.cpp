#include "agents/resource/application/choices.hpp"

#include "core/config/literals.hpp"
#include "core/ral/resource.hpp"
#include "core/serializer/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace mco::resource::application {

namespace {

constexpr std::size_t longest_type = 90;
constexpr std::size_t longest_title = 1024;

/// Which commands take an option.
struct Taken {
    std::string_view option;
    std::string_view commands;  ///< between blanks
};

constexpr std::array<Taken, 17> taken = {{
    {"sort", " list "},
    {"differing", " list compare "},
    {"limit-rows", " list compare "},
    {"match", " list compare inspect generate types "},
    {"all-providers", " list show compare inspect generate "},
    {"ids", " list show compare inspect clone "},
    {"show-nodes", " list show "},
    {"from", " clone generate "},
    {"with-password", " clone "},
    {"same-version", " clone "},
    {"allow-removal", " clone "},
    {"home", " clone "},
    {"max-failures", " clone "},
    {"anyway", " clone "},
    {"string", " diff "},
    {"batch", " clone find diff types "},
    {"batch-sleep", " clone find diff types "},
}};

Expected<SortBy> read_sort(const std::string& word) {
    constexpr std::array<std::pair<std::string_view, SortBy>, 4> keys = {
        {{"name", SortBy::name},
         {"nodes", SortBy::nodes},
         {"variants", SortBy::variants},
         {"similarity", SortBy::similarity}}};
    const auto* const found =
        std::find_if(keys.begin(), keys.end(), [&](const auto& one) { return one.first == word; });
    if (found == keys.end())
        return fail(Errc::invalid, "--sort has to be one of name, nodes, variants or similarity");
    return found->second;
}

/// As JSON if that says more than a text does.
Value typed_value(const std::string& text) {
    const auto structured = serializer::decode_json(text);
    if (structured && (structured->array() != nullptr || structured->map() != nullptr ||
                       structured->boolean() != nullptr))
        return *structured;
    return text;
}

Expected<std::pair<std::string, std::string>> split(const std::string& word) {
    const auto equals = word.find('=');
    if (equals == 0 || equals == std::string::npos)
        return fail(Errc::invalid, "Could not parse argument '" + word + "'");
    return std::pair(word.substr(0, equals), word.substr(equals + 1));
}

}  // namespace

std::vector<options::OptionSpec> own_options() {
    std::vector<options::OptionSpec> specs = {
        {"sort-rows",
         "",
         {"sort"},
         "name|nodes|variants|similarity",
         "In which order resources are listed"},
        {"differing", "", {"differing"}, "", "Only resources that differ between nodes"},
        {"limit-rows", "", {"limit-rows"}, "COUNT", "Show so many resources at most"},
        {"match", "", {"match"}, "REGEX", "Only resources whose titles match"},
        {"all-providers",
         "",
         {"all-providers"},
         "",
         "Packages of programming languages, too, not only those of the system"},
        {"ids", "", {"ids"}, "", "The numbers of users and groups count, too"},
        {"show-nodes", "", {"show-nodes"}, "", "Name the nodes of every variant"},
        {"from", "", {"from"}, "NODE", "The node that is copied from"},
        {"with-password", "", {"with-password"}, "", "Clone the password of a user, too"},
        {"same-version", "", {"same-version"}, "", "Clone the version of a package, too"},
        {"allow-removal", "", {"allow-removal"}, "", "Clone it even where that means removal"},
        {"home", "", {"home"}, "", "Create the home directory of users that are created"},
        {"max-failures",
         "",
         {"max-failures"},
         "NUMBER[%]",
         "Begin no further batch when more than so many have failed (0)"},
        {"anyway", "", {"anyway"}, "", "Clone to nodes that did not answer the preview, too"},
        {"string",
         "",
         {"string"},
         "NAME=VALUE",
         "A parameter whose value is text, whatever it is"}};
    for (auto& spec : specs)
        if (spec.id == "limit-rows")
            spec.kind = options::Kind::integer;
    return specs;
}

Expected<void> check_options(const options::Parsed& parsed, std::string_view command) {
    for (const auto& [option, commands] : taken) {
        const auto id = option == "sort" ? std::string_view("sort-rows") : option;
        if (parsed.has(id) && commands.find(fmt::format(" {} ", command)) == std::string_view::npos)
            return fail(Errc::invalid,
                        fmt::format("--{} does not work with 'mco resource {}'", option, command));
    }
    if (parsed.integer("limit-rows").value_or(1) <= 0)
        return fail(Errc::invalid, "--limit-rows has to be greater than 0");
    return {};
}

Expected<bool> Choices::lets_through(std::string_view title) const {
    return match ? match->search(title) : Expected<bool>(true);
}

Expected<Choices> read_choices(const options::Parsed& parsed) {
    Choices choices;
    MCO_TRY(sort, read_sort(parsed.text_or("sort-rows", "name")));
    choices.sort = sort;
    choices.differing = parsed.has("differing");
    if (const auto rows = parsed.integer("limit-rows"))
        choices.rows = static_cast<std::size_t>(*rows);
    if (parsed.has("match")) {
        MCO_TRY(match, filter::Pattern::compile(parsed.text_or("match", "")));
        choices.match = std::move(match);
    }
    choices.all_providers = parsed.has("all-providers");
    choices.ids = parsed.has("ids");
    choices.show_nodes = parsed.has("show-nodes");
    return choices;
}

Expected<CloneChoices> read_clone_choices(const options::Parsed& parsed) {
    CloneChoices choices;
    choices.source = parsed.text_or("from", "");
    if (choices.source.empty())
        return fail(Errc::invalid, "Say which node it is to be copied from: --from NODE");
    if (!config::is_identity(choices.source))
        return fail(Errc::invalid, "'" + choices.source + "' is not the name of a node");
    choices.wish = {parsed.has("with-password"),
                    parsed.has("same-version"),
                    parsed.has("allow-removal"),
                    parsed.has("home"),
                    parsed.has("ids")};
    const auto allowed = client::parse_allowed_failures(parsed.text_or("max-failures", "0"));
    if (!allowed)
        return tl::unexpected(allowed.error());
    choices.max_failures = *allowed;
    choices.anyway = parsed.has("anyway");
    return choices;
}

Expected<std::string> read_type(const std::string& word) {
    if (!ral::is_type_name(word) || word.size() > longest_type)
        return fail(Errc::invalid, "'" + word + "' is not the name of a type of resources");
    return ral::in_lower_case(word);
}

Expected<std::string> read_title(const std::string& word) {
    if (word.empty())
        return fail(Errc::invalid, "The title of a resource cannot be empty");
    if (word.size() > longest_title)
        return fail(Errc::invalid,
                    fmt::format("A title cannot be longer than {} bytes", longest_title));
    return word;
}

Expected<Map> read_parameters(const std::vector<std::string>& words,
                              const std::vector<std::string>& texts) {
    Map parameters;
    for (const auto& word : words) {
        MCO_TRY(named, split(word));
        parameters.set(named.first, typed_value(named.second));
    }
    for (const auto& word : texts) {
        MCO_TRY(named, split(word));
        parameters.set(named.first, named.second);
    }
    if (parameters.empty())
        return fail(Errc::invalid, "Say what the resource should be like: NAME=VALUE ...");
    return parameters;
}

}  // namespace mco::resource::application
