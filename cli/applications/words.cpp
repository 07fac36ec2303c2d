// What may follow an application's name besides options, for completion.
#include "cli/applications/table.hpp"
#include "cli/completion.hpp"

#include <algorithm>
#include <map>

namespace mco::cli {

namespace {

std::size_t count(const Completing& line) {
    return line.before.arguments.size();
}

/// Those inputs that were not given yet.
Candidates open_inputs(const Completing& line,
                       const std::string& agent,
                       const std::string& action,
                       std::size_t first) {
    auto words = input_words(line.sources.catalogue, agent, action, line.word);
    const auto& given = line.before.arguments;
    std::erase_if(words, [&](const Candidate& word) {
        const auto key = word.text.substr(0, word.text.find('=') + 1);
        return std::any_of(
            given.begin() + static_cast<std::ptrdiff_t>(std::min(first, given.size())),
            given.end(),
            [&](const std::string& before) { return before.starts_with(key); });
    });
    return words;
}

/// Every name once; those that plug-ins of several types share with their type.
Candidates documented(const Completing& line) {
    std::map<std::string, std::size_t> times;
    Candidates names;
    for (const auto& type : client::plugin_types)
        for (auto& plugin : plugin_names(line.sources.catalogue, type)) {
            ++times[plugin.text];
            names.push_back({std::string(type.name) + '/' + plugin.text, plugin.description});
            names.push_back(std::move(plugin));
        }
    const bool typed = line.word.find('/') != std::string_view::npos;
    std::erase_if(names, [&](const Candidate& name) {
        const auto slash = name.text.find('/');
        const bool shared = times[name.text.substr(slash + 1)] > 1;
        return (slash != std::string::npos) != (typed || shared);
    });
    return names;
}

}  // namespace

Candidates help_words(const Completing& line) {
    return count(line) == 0 ? application_names(line.sources.commands) : Candidates();
}

Candidates node_word(const Completing& line) {
    return count(line) == 0 ? plain(line.sources.nodes()) : Candidates();
}

Candidates plugin_words(const Completing& line) {
    if (count(line) == 0)
        return {{"doc", "Lists plug-ins, or shows the documentation of one"}};
    return count(line) == 1 && line.before.arguments[0] == "doc" ? documented(line) : Candidates();
}

Candidates policy_words(const Completing& line) {
    const auto& words = line.before.arguments;
    if (words.empty())
        return {{"explain", "Which rule decides about a call"},
                {"lint", "What is wrong in policies"}};
    if (words[0] == "lint")
        return {{std::string(file_names)}};
    if (words[0] != "explain")
        return {};
    if (words.size() == 2)
        return plugin_names(line.sources.catalogue, *client::plugin_type("agent"));
    if (words.size() == 3)
        return action_names(line.sources.catalogue, words[2]);
    return words.size() == 4 ? plain(line.sources.nodes()) : Candidates();
}

Candidates rpc_words(const Completing& line) {
    const auto& before = line.before;
    if (before.has("agent") && before.has("action"))
        return {};
    if (count(line) == 0)
        return plugin_names(line.sources.catalogue, *client::plugin_type("agent"));
    const auto& agent = before.arguments[0];
    if (count(line) == 1)
        return action_names(line.sources.catalogue, agent);
    return open_inputs(line, agent, before.arguments[1], 2);
}

}  // namespace mco::cli
