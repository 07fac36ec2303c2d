// The rules by which every help screen is laid out (appendix A), for every application there is.
#include "cli/commands.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <sstream>

namespace mco::cli {
namespace {

using Lines = std::vector<std::string>;

Lines lines_of(const std::string& text) {
    Lines lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

class HelpScreen : public ::testing::TestWithParam<Application> {
  protected:
    Application application_ = GetParam();
    std::string text_ = help_screen(application_);
    Lines lines_ = lines_of(text_);

    std::size_t index_of(const std::string& line) const {
        return static_cast<std::size_t>(std::find(lines_.begin(), lines_.end(), line) -
                                        lines_.begin());
    }

    bool has(const std::string& line) const { return index_of(line) < lines_.size(); }
};

TEST_P(HelpScreen, BeginsWithTheDescriptionAndEndsWithTheVersion) {
    ASSERT_GT(lines_.size(), 6u);
    EXPECT_EQ(lines_[0], "");
    EXPECT_EQ(lines_[1], application_.description);
    EXPECT_EQ(lines_[lines_.size() - 2], "");
    EXPECT_EQ(lines_.back(), "The Marionette Collective " + std::string(version()));
    EXPECT_EQ(text_.back(), '\n');
}

TEST_P(HelpScreen, HasUsageLinesBetweenEmptyOnes) {
    const auto usages = application_.usages != nullptr ? application_.usages() : Lines();
    std::string block = usages.empty() ? "" : "\n";
    for (const auto& usage : usages)
        block += "Usage: " + usage + '\n';
    block += usages.empty() ? "" : "\n";
    const auto begin = "\n" + std::string(application_.description) + '\n' + block;
    ASSERT_EQ(text_.substr(0, begin.size()), begin);
    const bool own = application_.options != nullptr && !application_.options().empty();
    const auto rest = text_.substr(begin.size());
    const std::string next = own                       ? "Application Options\n"
                             : application_.groups.rpc ? "\nRPC Options\n"
                                                       : "    -c, --config";
    EXPECT_EQ(rest.substr(0, next.size()), next);
}

TEST_P(HelpScreen, ShowsTheGroupsInOrderAfterEmptyLines) {
    const bool own = application_.options != nullptr && !application_.options().empty();
    EXPECT_EQ(has("Application Options"), own);
    EXPECT_EQ(has("RPC Options"), application_.groups.rpc);
    EXPECT_EQ(has("Common Options"), application_.groups.common);
    EXPECT_EQ(has("Host Filters"), application_.groups.filter);
    std::size_t last = 0;
    for (const auto* heading :
         {"Application Options", "RPC Options", "Common Options", "Host Filters"}) {
        if (!has(heading))
            continue;
        EXPECT_GT(index_of(heading), last) << heading;
        last = index_of(heading);
        if (heading != std::string("Application Options")) {
            EXPECT_EQ(lines_[last - 1], "") << heading;
        }
        EXPECT_TRUE(lines_[last + 1].starts_with("    ")) << heading;
    }
}

TEST_P(HelpScreen, EndsTheFirstGroupsWithTheOptionsThatEverybodyHas) {
    const auto config = std::find_if(lines_.begin(), lines_.end(), [](const std::string& line) {
        return line.starts_with("    -c, --config FILE ");
    });
    ASSERT_LT(config + 3, lines_.end());
    EXPECT_TRUE((config + 1)->starts_with("    -v, --verbose ")) << *(config + 1);
    EXPECT_TRUE((config + 2)->starts_with("    -h, --help ")) << *(config + 2);
    EXPECT_EQ(*(config + 3), "");
}

TEST_P(HelpScreen, AlignsOptionsAndTheirTexts) {
    const std::regex option(R"(    (-\w(, -\w)*(, --.+| .+|)|    --\S.*))");
    std::size_t shown = 0;
    for (auto at = index_of(lines_.back()); at-- > 0;) {
        const auto& line = lines_[at];
        if (line.empty() || !line.starts_with("    ") ||
            (application_.usages != nullptr && !line.starts_with("    -") && line[8] != '-' &&
             !line.starts_with(std::string(37, ' '))))
            continue;
        EXPECT_EQ(line.find_last_not_of(' ') + 1, line.size()) << '<' << line << '>';
        EXPECT_EQ(line.find('\t'), std::string::npos) << line;
        if (line.starts_with(std::string(37, ' '))) {
            EXPECT_NE(line[37], ' ') << line;
            EXPECT_TRUE(std::regex_match(lines_[at - 1], option)) << line;
            EXPECT_GT(lines_[at - 1].size(), 36u) << line;
            continue;
        }
        EXPECT_TRUE(std::regex_match(line, option)) << line;
        ++shown;
        if (line.size() > 37) {
            EXPECT_TRUE(line[36] == ' ' || lines_[at + 1].starts_with(std::string(37, ' ')))
                << line;
        }
    }
    EXPECT_EQ(shown, all_options(application_).size());
}

TEST_P(HelpScreen, ExplainsEveryOptionOnce) {
    std::vector<std::string> seen;
    for (const auto& spec : all_options(application_)) {
        EXPECT_FALSE(spec.help.empty()) << spec.id;
        for (const auto& name : spec.longs)
            seen.push_back("--" + name);
        for (const char letter : spec.shorts)
            seen.push_back(std::string("-") + letter);
    }
    std::sort(seen.begin(), seen.end());
    const auto twice = std::adjacent_find(seen.begin(), seen.end());
    EXPECT_EQ(twice == seen.end() ? "" : *twice, "");
}

std::vector<Application> every_application() {
    const auto commands = make_commands();
    return {commands.all().begin(), commands.all().end()};
}

INSTANTIATE_TEST_SUITE_P(Every,
                         HelpScreen,
                         ::testing::ValuesIn(every_application()),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(Commands, AreSortedAndEachOnceWithADescription) {
    const auto commands = make_commands();
    const auto all = commands.all();
    for (std::size_t i = 1; i < all.size(); ++i)
        EXPECT_LT(all[i - 1].name, all[i].name);
    for (const auto& application : all) {
        EXPECT_FALSE(application.description.empty()) << application.name;
        EXPECT_EQ(commands.find(application.name), &application);
    }
    EXPECT_EQ(commands.find("nosuch"), nullptr);
}

TEST(Commands, OfAgentsStandBesideTheBuiltInOnes) {
    const auto commands = make_commands();
    EXPECT_GT(commands.all().size(), builtin_applications().size());
    for (const auto& builtin : builtin_applications())
        EXPECT_NE(commands.find(builtin.name), nullptr) << builtin.name;
    EXPECT_NE(commands.find("puppet"), nullptr);
}

}  // namespace
}  // namespace mco::cli
