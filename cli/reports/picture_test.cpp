#include "cli/reports/picture.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace mco::reports {
namespace {

constexpr std::array<std::string_view, 3> known = {"name", "amount", "lines"};

struct Case {
    std::string picture;
    std::string expected;
};

std::string drawn(const std::string& text, const Map& names) {
    const auto picture = parse_picture(text, 10, known);
    if (!picture)
        return picture.error().message;
    const auto result = draw(*picture, names);
    return result ? *result : result.error().message;
}

TEST(Picture, DrawsFieldsAsWideAsTheirSigns) {
    const Map names = {{"name", "wéb1"}, {"amount", "3.14159"}, {"lines", "one\ntwo\n"}};
    const std::vector<Case> cases = {
        {"", ""},
        {"no field\n", "no field\n"},
        {"no end", "no end\n"},
        {"[@<<<<<]\nname\n", "[wéb1  ]\n"},
        {"[@>>>>>]\nname\n", "[  wéb1]\n"},
        {"[@||||||]\nname\n", "[ wéb1  ]\n"},
        {"[@<]\nname\n", "[wé]\n"},
        {"[@]\nname\n", "[w]\n"},
        {"[@##.##]\namount\n", "[  3.14]\n"},
        {"[@####]\namount\n", "[    3]\n"},
        {"[@.###]\namount\n", "[3.142]\n"},
        {"[@.##]\n-3.14\n", "[####]\n"},
        {"[@##]\n12345\n", "[###]\n"},
        {"[@#####]\nname\n", "[  wéb1]\n"},
        {"[@###]\nnil\n", "[    ]\n"},
        {"[@<<<<]\nnil\n", "[     ]\n"},
        {"[@<<<<]\nlines\n", "[one  ]\n"},
        {"[@*]\nlines\n", "[one\ntwo]\n"},
        {"@<<<< @>>>>   \nname, amount,\n", "wéb1  3.141\n"},
        {"@<<<<\nname, amount\n", "wéb1\n"},
        {"@<< |\n\"#{name}!\"\nnext\n", "wéb |\nnext\n"},
        {"a ^ b ~\n", "a ^ b ~\n"},
        {"@<<\r\nname\r\n", "wéb\n"},
    };
    for (const auto& [picture, expected] : cases)
        EXPECT_EQ(drawn(picture, names), expected) << picture;
}

TEST(Picture, NamesTheLineOfWhatIsWrong) {
    const std::vector<Case> cases = {
        {"text\n@<< @<<\nname\n", "12: 2 fields, but only 1 values for them"},
        {"@<<", "11: 1 fields, but only 0 values for them"},
        {"@<<\nnmae\n", "11: 'nmae' is not understood here (did you mean name?)"},
        {"@<<\nname name\n", "11: unexpected 'name'"},
        {"text ^<<<\nname\n", "10: the field ^< is not understood: fields begin with @"},
        {"@" + std::string(2000, '<') + "\nname\n", "10: a field is too wide"},
        {"@<<\namount.upcase\n", "11: a number has no method 'upcase'"},
    };
    for (const auto& [picture, expected] : cases)
        EXPECT_EQ(drawn(picture, {{"name", "x"}, {"amount", 1}}), expected) << picture;
}

}  // namespace
}  // namespace mco::reports
