#include "cli/render/grid.hpp"

#include <gtest/gtest.h>

namespace mco::render {
namespace {

const GridStyle pipe{Palette{false}, 0};

GridStyle terminal(std::size_t columns) {
    return {Palette{false}, columns};
}

Grid sample() {
    Grid grid({"Node", "Version", "Count"});
    grid.add({"web1.lab.test", "2.4.1-3", "7"});
    grid.add({"db1", "", "1234"});
    grid.add_note("mail", "Request Aborted: a reason that is rather long", Colour::red);
    return grid;
}

TEST(Grid, IsAsWideAsItsContentInPipes) {
    EXPECT_EQ(sample().text(pipe),
              "Node           Version  Count\n"
              "web1.lab.test  2.4.1-3      7\n"
              "db1                      1234\n"
              "mail           Request Aborted: a reason that is rather long\n");
}

TEST(Grid, PaintsHeadingsAndNotes) {
    EXPECT_EQ(sample().text({Palette{true}, 0}),
              "\x1b[1mNode           Version  Count\x1b[0m\n"
              "web1.lab.test  2.4.1-3      7\n"
              "db1                      1234\n"
              "mail           \x1b[31mRequest Aborted: a reason that is rather long\x1b[0m\n");
}

TEST(Grid, CutsNotesAndTheWidestColumnsOnTerminals) {
    EXPECT_EQ(sample().text(terminal(31)),
              "Node           Version  Count\n"
              "web1.lab.test  2.4.1-3      7\n"
              "db1                      1234\n"
              "mail           Request Aborted…\n");
    Grid wide({"Node", "A", "B"});
    wide.add({"node1.lab.test", std::string(60, 'a'), std::string(12, 'b')});
    EXPECT_EQ(wide.text(terminal(50)),
              "Node            A" + std::string(21, ' ') + "B\n" + "node1.lab.test  " +
                  std::string(19, 'a') + "…  " + std::string(12, 'b') + "\n");
}

/// Issue 12, 24.
TEST(Grid, OfManyColumnsFitsTheTerminalInSeveralTables) {
    Grid grid({"Node", "A", "B", "C"});
    grid.add({"node1.lab.test", std::string(60, 'a'), std::string(12, 'b'), "7"});
    grid.add_note("mail", "away", Colour::red);
    EXPECT_EQ(grid.text(terminal(20)),
              "Node        A\n"
              "node1.lab…  aaaaaaa…\n"
              "mail        away\n"
              "\n"
              "Node        B\n"
              "node1.lab…  bbbbbbb…\n"
              "\n"
              "Node            C\n"
              "node1.lab.test  7\n");
    EXPECT_EQ(grid.text(pipe).find("\n\n"), std::string::npos) << "pipes get one";
    Grid narrow({"Node"});
    narrow.add({"n"});
    EXPECT_EQ(narrow.text(terminal(3)), "Node\nn\n");
}

TEST(Grid, KeepsColumnsOfEqualWidthWhateverTheLetters) {
    Grid grid({"Node", "Saison"});
    grid.add({"\u00e9t\u00e9", "x"});
    grid.add({"hiver", "\u00e9"});
    EXPECT_EQ(grid.text(pipe), "Node   Saison\n\u00e9t\u00e9    x\nhiver  \u00e9\n");
}

TEST(Grid, AlignsOnlyNumbersToTheRight) {
    Grid grid({"Node", "Number", "Version"});
    grid.add({"1", "-1.5", "2.4.1"});
    grid.add({"22", "10", "10"});
    EXPECT_EQ(grid.text(pipe), "Node  Number  Version\n1       -1.5  2.4.1\n22        10  10\n");
}

TEST(OneLine, LetsNothingMoveTheCursor) {
    EXPECT_EQ(one_line("a\nb\tc\r\x1b[31m\x7f\u009bm \u00e9"),
              "a\\nb\\tc\\r\\x1B[31m\\x7F\\x9Bm \u00e9");
    EXPECT_EQ(one_line(""), "");
}

TEST(Shortened, EndsWithAnEllipsis) {
    EXPECT_EQ(shortened("abcdef", 6), "abcdef");
    EXPECT_EQ(shortened("abcdef", 4), "abc…");
    EXPECT_EQ(shortened("\u00e9\u00e9\u00e9", 3), "\u00e9\u00e9\u00e9");
    EXPECT_EQ(shortened("\u00e9\u00e9\u00e9", 2), "\u00e9…");
    EXPECT_EQ(shortened("abc", 1), "…");
    EXPECT_EQ(shortened("abc", 0), "");
}

}  // namespace
}  // namespace mco::render
