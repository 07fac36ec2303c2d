#include "cli/completion.hpp"

#include "cli/application.hpp"
#include "cli/commands.hpp"
#include "core/options/names.hpp"
#include "core/text/ruby.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace mco::cli {

namespace {

using options::OptionSpec;

/// The words before the one that is typed, read as far as they can be: an unknown option may well
/// be half of the reason why somebody asks for help.
class Line {
  public:
    explicit Line(const std::vector<OptionSpec>& specs) : names_(specs) {}

    void read(const std::string& word) {
        if (pending_ != nullptr)
            give(*std::exchange(pending_, nullptr), word);
        else if (only_arguments_ || word.size() < 2 || word.front() != '-')
            parsed_.arguments.push_back(word);
        else if (word == "--")
            only_arguments_ = true;
        else if (word.starts_with("--"))
            read_long(std::string_view(word).substr(2));
        else
            read_short(std::string_view(word).substr(1));
    }

    const options::Parsed& parsed() const { return parsed_; }

    /// The option whose argument the next word is; null if it is a word of its own.
    const OptionSpec* pending() const { return pending_; }

    bool takes_options() const { return !only_arguments_; }

    const OptionSpec* find_long(std::string_view name) const {
        const auto match = names_.find_long(name, false);
        return match.name == nullptr ? nullptr : match.name->spec;
    }

  private:
    void give(const OptionSpec& spec, std::string_view argument) {
        options::Given given;
        given.id = spec.id;
        given.text = argument;
        parsed_.given.push_back(std::move(given));
    }

    void read_long(std::string_view text) {
        const auto equals = text.find('=');
        const auto* spec = find_long(text.substr(0, equals));
        if (spec == nullptr)
            return;
        if (equals != std::string_view::npos)
            give(*spec, text.substr(equals + 1));
        else if (spec->argument.empty())
            give(*spec, "");
        else
            pending_ = spec;
    }

    void read_short(std::string_view letters) {
        while (!letters.empty()) {
            const auto* spec = names_.find_short(letters.front());
            letters.remove_prefix(1);
            if (spec == nullptr)
                return;
            if (spec->argument.empty()) {
                give(*spec, "");
                continue;
            }
            if (letters.empty())
                pending_ = spec;
            else
                give(*spec, letters);
            return;
        }
    }

    options::Names names_;
    options::Parsed parsed_;
    const OptionSpec* pending_ = nullptr;
    bool only_arguments_ = false;
};

std::string agent_of(const options::Parsed& before) {
    if (before.has("agent"))
        return before.text_or("agent", "");
    return before.arguments.empty() ? "" : before.arguments.front();
}

std::string action_of(const options::Parsed& before) {
    const std::size_t at = before.has("agent") ? 0 : 1;
    if (before.has("action"))
        return before.text_or("action", "");
    return before.arguments.size() > at ? before.arguments[at] : "";
}

Candidates agents(const Completing& line) {
    return plugin_names(line.sources.catalogue, *client::plugin_type("agent"));
}

Candidates files() {
    return {{std::string(file_names)}};
}

/// Options whose arguments we know, by their ids.
struct Argument {
    std::string_view id;
    Candidates (*candidates)(const Completing&);
};

constexpr std::array<Argument, 10> arguments = {{
    {"action",
     [](const Completing& line) {
         return action_names(line.sources.catalogue, agent_of(line.before));
     }},
    {"agent", agents},
    {"application",
     [](const Completing& line) { return application_names(line.sources.commands); }},
    {"argument",
     [](const Completing& line) {
         return input_words(
             line.sources.catalogue, agent_of(line.before), action_of(line.before), line.word);
     }},
    {"discovery-method",
     [](const Completing& line) {
         return plugin_names(line.sources.catalogue, *client::plugin_type("discovery"));
     }},
    {"discovery-option", [](const Completing&) { return files(); }},  // most methods read one
    {"display",
     [](const Completing&) {
         return plain({"all", "failed", "ok"});
     }},
    {"target", [](const Completing& line) { return plain(line.sources.config.collectives); }},
    {"with-agent", agents},
    {"with-identity", [](const Completing& line) { return plain(line.sources.nodes()); }},
}};

/// Those of `one|another`.
Candidates alternatives(std::string_view argument) {
    Candidates all;
    for (std::size_t end = 0; end != std::string_view::npos;) {
        end = argument.find('|');
        all.push_back({std::string(argument.substr(0, end))});
        argument.remove_prefix(end == std::string_view::npos ? argument.size() : end + 1);
    }
    return all;
}

Candidates option_arguments(const OptionSpec& spec, const Completing& line) {
    const auto* const known = std::find_if(
        arguments.begin(), arguments.end(), [&](const Argument& one) { return one.id == spec.id; });
    if (known != arguments.end())
        return known->candidates(line);
    if (spec.argument == "NODE")
        return plain(line.sources.nodes());
    if (spec.argument.find('|') != std::string::npos)
        return alternatives(spec.argument);
    constexpr std::array<std::string_view, 3> paths = {"DIR", "FILE", "PATH"};
    return std::find(paths.begin(), paths.end(), spec.argument) != paths.end() ? files()
                                                                               : Candidates();
}

/// Of a word that begins with a dash.
Candidates option_words(const std::vector<OptionSpec>& specs,
                        const Line& line,
                        Completing completing) {
    const auto equals = completing.word.find('=');
    if (equals == std::string_view::npos || !completing.word.starts_with("--"))
        return option_names(specs);
    const auto name = completing.word.substr(0, equals + 1);
    const auto* spec = line.find_long(name.substr(2, equals - 2));
    if (spec == nullptr)
        return {};
    completing.word.remove_prefix(equals + 1);
    auto values = option_arguments(*spec, completing);
    for (auto& value : values)
        if (value.text != file_names)
            value.text.insert(0, name);
    return values;
}

Candidates words_of(const Application& application,
                    const Sources& sources,
                    std::span<const std::string> words) {
    const auto specs = all_options(application);
    Line line(specs);
    for (const auto& word : words.first(words.size() - 1))
        line.read(word);
    const Completing completing{sources, line.parsed(), words.back()};
    if (line.pending() != nullptr)
        return option_arguments(*line.pending(), completing);
    if (line.takes_options() && completing.word.starts_with('-'))
        return option_words(specs, line, completing);
    return application.words != nullptr ? application.words(completing) : Candidates();
}

void keep_beginning_with(std::string_view word, Candidates& candidates) {
    std::erase_if(candidates, [word](const Candidate& one) {
        return one.text != file_names && !one.text.starts_with(word);
    });
    const auto text = [](const Candidate& one) -> const std::string& { return one.text; };
    std::ranges::stable_sort(candidates, {}, text);
    const auto same = std::ranges::unique(candidates, {}, text);
    candidates.erase(same.begin(), same.end());
}

}  // namespace

Candidates complete(const Sources& sources, const std::vector<std::string>& words) {
    if (words.empty())
        return {};
    Candidates candidates;
    if (words.size() == 1)
        candidates = application_names(sources.commands);
    else if (const auto* application = sources.commands.find(words.front()))
        candidates = words_of(*application, sources, std::span(words).subspan(1));
    keep_beginning_with(words.back(), candidates);
    return candidates;
}

Candidates plain(const std::vector<std::string>& texts) {
    Candidates candidates;
    for (const auto& text : texts)
        candidates.push_back({text});
    return candidates;
}

Candidates application_names(const Commands& commands) {
    Candidates names;
    for (const auto& application : commands.all())
        names.push_back({std::string(application.name), std::string(application.description)});
    return names;
}

Candidates plugin_names(client::Catalogue& catalogue, const client::PluginType& type) {
    auto names = plain(catalogue.names(type));
    for (auto& name : names)
        if (const auto ddl = catalogue.find(type, name.text))
            name.description = (*ddl)->metadata.description;
    return names;
}

Candidates action_names(client::Catalogue& catalogue, const std::string& agent) {
    Candidates names;
    if (const auto ddl = catalogue.find(*client::plugin_type("agent"), agent))
        for (const auto& action : (*ddl)->actions)
            names.push_back({action.name, action.description});
    return names;
}

Candidates input_words(client::Catalogue& catalogue,
                       const std::string& agent,
                       const std::string& action,
                       std::string_view word) {
    Candidates words;
    const auto ddl = catalogue.find(*client::plugin_type("agent"), agent);
    const auto* declared = ddl ? (*ddl)->action(action) : nullptr;
    if (declared == nullptr)
        return words;
    for (const auto& input : declared->inputs) {
        const auto key = input.name + '=';
        if (!word.starts_with(key)) {
            words.push_back({key, input.description});
            continue;
        }
        for (const auto& value : input.list)
            words.push_back({key + text::to_s(value)});
        if (input.type == "boolean")
            for (const auto* value : {"false", "true"})
                words.push_back({key + value});
    }
    return words;
}

Candidates option_names(const std::vector<OptionSpec>& specs) {
    Candidates names;
    for (const auto& spec : specs) {
        for (const char letter : spec.shorts)
            names.push_back({std::string("-") + letter, spec.help});
        for (const auto& name : spec.longs) {
            names.push_back({"--" + name, spec.help});
            if (spec.negatable)
                names.push_back({"--no-" + name, spec.help});
        }
    }
    return names;
}

}  // namespace mco::cli
