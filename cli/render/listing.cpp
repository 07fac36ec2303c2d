#include "cli/render/listing.hpp"

#include "cli/render/text.hpp"
#include "core/text/spelling.hpp"

#include <fmt/format.h>

#include <algorithm>

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
    const auto names = sorted_names(commands);
    if (const auto near = text::nearest(
            word, {names.begin(), names.end()}, std::max<std::size_t>(1, word.size() / 3)))
        text += fmt::format("Did you mean '{}'?\n\n", *near);
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

}  // namespace mco::render
