#include "core/options/help.hpp"

#include <algorithm>

namespace mco::options {

namespace {

constexpr std::size_t name_width = 32;
const char* const indent = "    ";

std::string padded(std::string text) {
    text.resize(std::max(text.size(), name_width), ' ');
    return text;
}

std::string joined_shorts(const OptionSpec& spec) {
    std::string shorts;
    for (const char letter : spec.shorts)
        shorts += (shorts.empty() ? "-" : ", -") + std::string(1, letter);
    return shorts;
}

/// The names in lines that fit the column. An option with a short name moves on to a second line
/// when its long names are too long beside the argument, which then stays with the short one.
std::vector<std::string> name_lines(const OptionSpec& spec) {
    const auto argument = spec.argument.empty() ? "" : ' ' + spec.argument;
    std::vector<std::string> lines = {joined_shorts(spec)};
    for (const auto& name : spec.longs) {
        const auto shown = (spec.negatable ? "--[no-]" : "--") + name;
        const auto length =
            lines.back().size() + shown.size() + (lines.size() == 1 ? argument.size() : 0);
        if (length >= name_width - 1 && !spec.shorts.empty())
            lines.emplace_back();
        lines.back() += (lines.back().empty() ? indent : ", ") + shown;
    }
    lines.front() += argument;
    if (lines.size() > 1 && !argument.empty())
        lines.front() += ',';
    return lines;
}

/// The program's own options follow what is above them at once, the groups that it shares with
/// others after an empty line.
std::string heading(const std::string& group) {
    if (group.empty())
        return "";
    return (group == OptionSpec{}.group ? "" : "\n") + group + '\n';
}

}  // namespace

std::string option_lines(const OptionSpec& spec) {
    std::string text;
    bool explained = spec.help.empty();
    for (const auto& line : name_lines(spec)) {
        const bool room = !explained && line.size() <= name_width;
        text += indent + (room ? padded(line) + ' ' + spec.help : line) + '\n';
        explained = explained || room;
    }
    if (!explained)
        text += indent + padded("") + ' ' + spec.help + '\n';
    return text;
}

std::string help_text(const HelpScreen& screen, const std::vector<OptionSpec>& specs) {
    std::string text = '\n' + screen.description + '\n';
    for (std::size_t i = 0; i < screen.usages.size(); ++i)
        text += (i == 0 ? "\nUsage: " : "Usage: ") + screen.usages[i] + '\n';
    text += screen.usages.empty() ? "" : "\n";
    std::vector<std::string> groups;
    for (const auto& spec : specs) {
        if (std::find(groups.begin(), groups.end(), spec.group) == groups.end())
            groups.push_back(spec.group);
    }
    for (const auto& group : groups) {
        text += heading(group);
        for (const auto& spec : specs) {
            if (spec.group == group)
                text += option_lines(spec);
        }
    }
    return text + '\n' + screen.footer + '\n';
}

}  // namespace mco::options
