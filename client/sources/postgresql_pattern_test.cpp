#include "client/sources/postgresql_pattern.hpp"

#include "core/filter/pattern.hpp"

#include <gtest/gtest.h>

#include <cctype>

#include <rapidcheck.h>

namespace mco::client {
namespace {

struct Case {
    std::string ruby;
    std::optional<std::string> expected;
};

TEST(PostgresqlPattern, KeepsWhatBothDialectsHave) {
    const std::nullopt_t no = std::nullopt;
    const Case cases[] = {
        {"", "(?n)"},
        {"web", "(?n)web"},
        {"^web[0-9]+$", "(?n)^web[0-9]+$"},
        {"a|(b|c)?", "(?n)a|(b|c)?"},
        {"(?:ab)*?c", "(?n)(?:ab)*?c"},
        {"a{2}b{2,}c{2,3}", "(?n)a{2}b{2,}c{2,3}"},
        {"\\Aweb\\.\\d\\z", "(?n)\\Aweb\\.\\d\\Z"},
        {"[^a\\-z_.]", "(?n)[^a\\-z_.]"},
        {"[\\d\\s]", "(?n)[\\d\\s]"},
        {"ä.ö", "(?n)ä.ö"},
        {"a]b}", "(?n)a]b}"},
        {"(?i)web", no},
        {"(?=web)", no},
        {"(?<name>web)", no},
        {"(?>a)", no},
        {"a++", no},
        {"a**", no},
        {"*a", no},
        {"(*UTF)a", no},
        {"***=a", no},
        {"a{,3}", no},
        {"a{1,256}", no},
        {"a{x}", no},
        {"a{1", no},
        {"\\bweb", no},
        {"\\D", no},
        {"\\h", no},
        {"\\1", no},
        {"\\Z", no},
        {"\\z*", no},
        {"a\\", no},
        {"[[:alpha:]]", no},
        {"[a&&b]", no},
        {"[^\\d]", no},
        {"[\\h]", no},
        {"[]a]", no},
        {"[a", no},
    };
    for (const auto& [ruby, expected] : cases)
        EXPECT_EQ(postgresql_pattern(ruby), expected) << ruby;
    EXPECT_EQ(postgresql_pattern("^web", LetterCase::any), "(?in)^web");
}

/// Texts of every printable sign, and of a few others.
rc::Gen<std::string> texts() {
    std::string signs = "\n\t";
    for (char c = ' '; c < 0x7f; ++c)
        signs += c;
    return rc::gen::container<std::string>(rc::gen::elementOf(signs));
}

/// Perl's engine reads what we write for both in the same way.
TEST(PatternQuoted, MatchesTheTextAndNothingElse) {
    EXPECT_TRUE(rc::check([] {
        const auto text = *texts();
        const auto other = *texts();
        const auto pattern = filter::Pattern::compile("\\A" + pattern_quoted(text) + "\\z");
        RC_ASSERT(pattern.has_value());
        RC_ASSERT(pattern->search(text).value_or(false));
        RC_ASSERT(pattern->search(other).value_or(false) == (other == text));
    }));
}

/// No letter or digit gets a backslash, which would give it a meaning; every other sign has one.
TEST(PatternQuoted, LeavesNothingThatHasAMeaning) {
    EXPECT_TRUE(rc::check([] {
        const auto text = *texts();
        const auto quoted = pattern_quoted(text);
        std::string back;
        for (std::size_t i = 0; i < quoted.size(); ++i) {
            const bool escaped = quoted[i] == '\\';
            if (escaped)
                ++i;
            RC_ASSERT(i < quoted.size());
            const bool sign = std::ispunct(static_cast<unsigned char>(quoted[i])) != 0;
            RC_ASSERT(sign == escaped);
            back += quoted[i];
        }
        RC_ASSERT(back == text);
    }));
}

}  // namespace
}  // namespace mco::client
