#include "cli/filters.hpp"

#include "core/config/literals.hpp"
#include "core/filter/check.hpp"
#include "core/filter/parse.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace mco::cli {

namespace {

/// What a shell's pattern would be as a regular expression.
std::string as_regex(std::string_view glob) {
    std::string regex;
    for (const char c : glob)
        regex += c == '*' ? ".*" : c == '?' ? "." : c == '.' ? "\\." : std::string(1, c);
    return regex;
}

Expected<void> check_identity(const std::string& identity) {
    if (identity.starts_with('/') || config::is_identity(identity))
        return {};
    if (identity.empty())
        return fail(Errc::invalid, "-I needs the name of a node, or /REGEX/");
    const bool glob = identity.find_first_of("*?") != std::string::npos;
    return fail(Errc::invalid,
                "No node can have the name '" + identity + "'" +
                    (glob ? "; did you mean -I '/^" + as_regex(identity) + "$/'?" : ""));
}

/// Patterns that no node could use, and names that none can have.
Expected<void> check_filter(const filter::Filter& filter) {
    const auto refuse = [](const char* kind, const std::string& entry, const Error& error) {
        return fail(
            error.code,
            std::string("The ") + kind + " filter " + entry + " cannot be used: " + error.message);
    };
    for (const auto& identity : filter.identities)
        MCO_CHECK(check_identity(identity));
    using Names = std::pair<const char*, const std::vector<std::string>*>;
    for (const auto& [kind, entries] : {Names("class", &filter.classes),
                                        Names("agent", &filter.agents),
                                        Names("identity", &filter.identities)})
        for (const auto& entry : *entries) {
            if (entry.empty())
                return fail(Errc::invalid, std::string("The ") + kind + " filter is empty");
            if (const auto usable = filter::check_name(entry); !usable)
                return refuse(kind, entry, usable.error());
        }
    for (const auto& test : filter.facts)
        if (const auto usable = filter::check_fact(test); !usable)
            return refuse("fact", test.fact + '=' + test.value, usable.error());
    return {};
}

/// Once: a node that two entries fit does not match (protocol §7.2).
void add_identity(const std::string& identity, std::vector<std::string>& identities) {
    if (std::find(identities.begin(), identities.end(), identity) == identities.end())
        identities.push_back(identity);
}

/// A script's variable that is empty must not mean everybody, nor nobody without a word.
Expected<void> refuse_blank(const options::Given& given) {
    const bool words = given.id == "with" || given.id == "select";
    if (words && given.text.find_first_not_of(" \t\n") == std::string::npos)
        return fail(Errc::invalid,
                    std::string(given.id == "with" ? "-W" : "-S") +
                        " needs a filter; leave it out to mean every node");
    return {};
}

Expected<void> add_filter(const options::Given& given, filter::Filter& filter) {
    if (given.id == "with")
        filter::add_with(filter, given.text);
    else if (given.id == "with-class")
        filter.classes.push_back(given.text);
    else if (given.id == "with-agent")
        filter.agents.push_back(given.text);
    else if (given.id == "with-identity")
        add_identity(given.text, filter.identities);
    else if (given.id == "with-fact") {
        auto test = filter::parse_fact(given.text);
        if (!test)
            return fail(Errc::invalid,
                        "Could not parse fact " + given.text +
                            " it does not appear to be in a valid format");
        filter.facts.push_back(*std::move(test));
    }
    return {};
}

}  // namespace

std::vector<options::OptionSpec> filter_options() {
    const char* const group = "Host Filters";
    return {
        {"with",
         "W",
         {"with"},
         "FILTER",
         "Nodes with these facts and classes, separated by spaces",
         group},
        {"select",
         "S",
         {"select"},
         "FILTER",
         "Nodes for which this holds: facts, classes and data with and, or, not and ( )",
         group},
        {"with-fact",
         "F",
         {"wf", "with-fact"},
         "fact=val",
         "Nodes on which a fact has a value",
         group},
        {"with-class",
         "C",
         {"wc", "with-class"},
         "CLASS",
         "Nodes with a class, or one that matches /REGEX/",
         group},
        {"with-agent",
         "A",
         {"wa", "with-agent"},
         "AGENT",
         "Nodes with an agent, or one that matches /REGEX/",
         group},
        {"with-identity",
         "I",
         {"wi", "with-identity"},
         "IDENT",
         "The node of that name, or all that match /REGEX/",
         group},
    };
}

Expected<filter::Filter> read_filter(const options::Parsed& parsed) {
    filter::Filter filter;
    for (const auto& given : parsed.given) {
        MCO_CHECK(refuse_blank(given));
        MCO_CHECK(add_filter(given, filter));
    }
    MCO_CHECK(check_filter(filter));
    return filter;
}

}  // namespace mco::cli
