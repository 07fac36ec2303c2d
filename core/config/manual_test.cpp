// docs/man/mcollective.cfg.5.scd against the catalogue: every key with its default and who reads
// it.
#include "core/config/keys_catalogue.hpp"
#include "core/config/show.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

namespace mco::config {
namespace {

std::string row(std::string_view key, std::string_view fallback, std::string_view side) {
    std::string text(key);
    if (!fallback.empty())
        text += " = " + std::string(fallback);
    if (!side.empty())
        text += " (" + std::string(side) + ')';
    return text;
}

std::string name_of(Side side) {
    return side == Side::server ? "daemon" : side == Side::client ? "client" : "";
}

/// What print_config shows when nothing is set: the defaults of core keys.
std::map<std::string, std::string> core_defaults() {
    std::map<std::string, std::string> defaults;
    const std::regex line(R"(\(default\) (\S+) = (.*)\n)");
    const auto shown = print_config(Config{});
    for (std::sregex_iterator found(shown.begin(), shown.end(), line), end; found != end; ++found)
        defaults.emplace((*found)[1], (*found)[2]);
    return defaults;
}

std::vector<std::string> catalogue() {
    std::vector<std::string> rows;
    auto defaults = core_defaults();
    for (const auto& key : core_keys())
        rows.push_back(row(key.name, defaults[std::string(key.name)], name_of(key.side)));
    for (const auto& key : plugin_keys())
        rows.push_back(
            row("plugin." + std::string(key.pattern), key.default_value, name_of(key.side)));
    return rows;
}

/// scdoc's text without its marks: bold, and placeholders back to what patterns have for them.
std::string plain(std::string text) {
    const std::pair<const char*, const char*> marks[] = {{R"(\\\*)", "\x01"},
                                                         {R"(\*)", ""},
                                                         {"_CONNECTOR_", "@"},
                                                         {"_N_", "#"},
                                                         {"_NAME_|_KEY_", "*"},
                                                         {"\x01", "*"},
                                                         {R"(\\\\)", "\\"}};
    for (const auto& [mark, meaning] : marks)
        text = std::regex_replace(text, std::regex(mark), meaning);
    return text;
}

/// The lines that introduce a key, between the description and the environment.
std::vector<std::string> manual() {
    std::ifstream file("docs/man/mcollective.cfg.5.scd");
    std::vector<std::string> rows;
    std::string section;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("# "))
            section = line;
        const bool keys =
            section != "# DESCRIPTION" && section != "# ENVIRONMENT" && section != "# SEE ALSO";
        if (keys && line.starts_with('*'))
            rows.push_back(plain(line));
    }
    return rows;
}

TEST(Manual, HasEveryKeyWithItsDefault) {
    EXPECT_THAT(manual(), ::testing::UnorderedElementsAreArray(catalogue()));
}

}  // namespace
}  // namespace mco::config
