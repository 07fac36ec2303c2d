#include "client/render/listing.hpp"

#include "client/render/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace mco::render {

namespace {

std::vector<std::string_view> sorted_names(const std::vector<Command>& commands) {
    std::vector<std::string_view> names;
    for (const auto& command : commands)
        names.push_back(command.name);
    std::sort(names.begin(), names.end());
    return names;
}

std::string title(std::string_view version) {
    return fmt::format("The Marionette Collective version {}\n\n", version);
}

std::string table_of(const std::vector<Command>& commands, std::string_view program) {
    auto names = sorted_names(commands);
    names.resize((names.size() + 2) / 3 * 3);
    std::string text = "Known commands:\n\n";
    for (std::size_t i = 0; i < names.size(); i += 3)
        text += fmt::format(
            "   {} {} {}\n", left(names[i], 20), left(names[i + 1], 20), left(names[i + 2], 20));
    return text + fmt::format(
                      "\nRun '{0} help' to see what each command is for, and '{0} help COMMAND'\n"
                      "for the options of one of them\n\n",
                      program);
}

/// Levenshtein's distance: how many letters have to be added, removed or exchanged.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto exchanged = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, exchanged});
        }
    }
    return row.back();
}

}  // namespace

std::string command_table(const std::vector<Command>& commands,
                          std::string_view program,
                          std::string_view version) {
    return title(version) + fmt::format("usage: {} command <options>\n\n", program) +
           table_of(commands, program);
}

std::string unknown_command(std::string_view word,
                            const std::vector<Command>& commands,
                            std::string_view program,
                            std::string_view version,
                            const std::vector<std::string>& searched) {
    auto text = title(version) +
                fmt::format("Unknown command '{}', searched for applications in:\n\n", word);
    for (const auto& path : searched)
        text += "   " + path + '\n';
    text += '\n';
    if (const auto near = nearest(word, sorted_names(commands)); !near.empty())
        text += fmt::format("Did you mean '{}'?\n\n", near);
    return text + table_of(commands, program);
}

std::string help_listing(const std::vector<Command>& commands, std::string_view version) {
    auto sorted = commands;
    std::sort(sorted.begin(), sorted.end(), [](const Command& a, const Command& b) {
        return a.name < b.name;
    });
    auto text = title(version);
    for (const auto& command : sorted)
        text += "  " + left(command.name, 15) + ' ' + std::string(command.description) + '\n';
    return text + '\n';
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known) {
    std::string_view best;
    auto least = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const auto candidate : known)
        if (const auto d = distance(word, candidate); d < least) {
            least = d;
            best = candidate;
        }
    return best;
}

}  // namespace mco::render
