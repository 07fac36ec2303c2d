#include "cli/render/description.hpp"

#include "core/filter/parse.hpp"

#include <gtest/gtest.h>

namespace mco::render {
namespace {

std::string of_expression(std::string_view text) {
    const auto tokens = filter::parse_compound(text);
    return tokens ? described({}, {*tokens}) : tokens.error().message;
}

const std::string heading = "-S Query expands to the following instructions:\n\n";

TEST(Described, NothingForNothing) {
    EXPECT_EQ(described({}, {}), "");
}

TEST(Described, EveryKindInItsSection) {
    filter::Filter filter;
    filter.facts = {*filter::parse_fact("os=Debian"), *filter::parse_fact("cpus>=4")};
    filter.classes = {"apache", "/^web/"};
    filter.agents = {"puppet"};
    filter.identities = {"web1.test", "/db/"};
    EXPECT_EQ(described(filter, {}),
              "-F filter expands to the following fact comparisons:\n\n"
              "  Check if fact 'os' == 'Debian'\n"
              "  Check if fact 'cpus' >= '4'\n\n"
              "-C filter expands to the following class checks:\n\n"
              "  Check if class 'apache' is present on the host\n"
              "  Check if class '/^web/' is present on the host\n\n"
              "-A filter expands to the following agent checks:\n\n"
              "  Check if agent 'puppet' is active on the host\n\n"
              "-I filter expands to the following identity checks, one of which must hold:\n\n"
              "  Check if the identity of the host is 'web1.test'\n"
              "  Check if the identity of the host is '/db/'\n\n");
}

struct StatementCase {
    std::string_view text;
    std::string_view line;
};

TEST(Described, TakesStatementsForWhatNodesTakeThem) {
    const StatementCase cases[] = {
        {"apache", "Check if class 'apache' is present on the host"},
        {"/^web/", "Check if class '/^web/' is present on the host"},
        {"/a=b/", "Check if class '/a=b/' is present on the host"},
        {"os=Debian", "Check if fact 'os' = 'Debian'"},
        {"os = Debian", "Check if fact 'os' = 'Debian'"},
        {"os=/^Deb/", "Check if fact 'os' = '/^Deb/'"},
        {"cpus>=4", "Check if fact 'cpus' >= '4'"},
        {"cpus<=4", "Check if fact 'cpus' <= '4'"},
        {"cpus>4", "Check if fact 'cpus' > '4'"},
        {"cpus<4", "Check if fact 'cpus' < '4'"},
        {"os!=Debian", "Check if fact 'os' != 'Debian'"},
        {"os=\"a b\"", "Check if fact 'os' = 'a b'"},
        {"fstat('/etc/x').size>10",
         "Execute the Data Query 'fstat' with parameters (/etc/x). Check if the query's 'size' "
         "value > '10'  "},
        {"agent().x=b", "Execute the Data Query 'agent'. Check if the query's 'x' value == 'b'  "},
        {"agent('').x=b",
         "Execute the Data Query 'agent' with parameters (). Check if the query's 'x' value == "
         "'b'  "},
        {"fstat('/x').md5!=/ab/",
         "Execute the Data Query 'fstat' with parameters (/x). Check if the query's 'md5' value "
         "!=~ '(?-mix:ab)'  "},
    };
    for (const auto& [text, line] : cases)
        EXPECT_EQ(of_expression(text), heading + "  " + std::string(line) + "\n\n") << text;
}

TEST(Described, IndentsParentheses) {
    EXPECT_EQ(of_expression("(a=1 and (b or not c)) and !d"),
              heading +
                  "  (\n"
                  "    Check if fact 'a' = '1'\n"
                  "    AND\n"
                  "    (\n"
                  "        Check if class 'b' is present on the host\n"
                  "        OR\n"
                  "        NOT\n"
                  "        Check if class 'c' is present on the host\n"
                  "    )\n"
                  "  )\n"
                  "  AND\n"
                  "  NOT\n"
                  "  Check if class 'd' is present on the host\n\n");
}

TEST(Described, StaysReadableHoweverDeep) {
    const std::string open(40, '(');
    const auto text = of_expression(open + "a" + std::string(40, ')'));
    EXPECT_LT(text.size(), 40u * 2 * 800) << text.size();
    EXPECT_NE(text.find("Check if class 'a'"), std::string::npos) << text;
}

TEST(Described, EveryExpression) {
    const auto first = filter::parse_compound("a");
    const auto second = filter::parse_compound("b");
    ASSERT_TRUE(first && second);
    EXPECT_EQ(described({}, {*first, *second}),
              heading + "  Check if class 'a' is present on the host\n\n" + heading +
                  "  Check if class 'b' is present on the host\n\n");
}

}  // namespace
}  // namespace mco::render
