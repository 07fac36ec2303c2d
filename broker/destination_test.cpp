#include "broker/destination.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace mco::broker {
namespace {

TEST(Destination, ReadsKindAndName) {
    const auto topic = parse_destination("/topic/mcollective.rpcutil.agent");
    ASSERT_TRUE(topic.has_value());
    EXPECT_EQ(topic->kind, Destination::Kind::topic);
    EXPECT_EQ(topic->name, "mcollective.rpcutil.agent");
    const auto queue = parse_destination("/queue/mcollective.reply.web1.example.com_4711.1");
    ASSERT_TRUE(queue.has_value());
    EXPECT_EQ(queue->kind, Destination::Kind::queue);
}

TEST(Destination, RefusesWhatItDoesNotServe) {
    const std::string long_name(513, 'x');
    for (const std::string& text : {std::string(),
                                    std::string("/topic/"),
                                    std::string("topic/x"),
                                    std::string("/exchange/mcollective_broadcast/rpcutil"),
                                    std::string("/temp-queue/x"),
                                    std::string("/topic/mcollective.*.agent"),
                                    std::string("/topic/mcollective.>"),
                                    std::string("/queue/a,b"),
                                    std::string("/queue/a b"),
                                    std::string("/queue/a\nb"),
                                    std::string("/queue/\xc3\xa9"),
                                    "/queue/" + long_name})
        EXPECT_FALSE(parse_destination(text).has_value()) << text;
}

void check_selector(std::string_view text, std::string_view header, std::string_view value) {
    const auto selector = parse_selector(text);
    ASSERT_TRUE(selector.has_value()) << text;
    EXPECT_EQ(selector->header, header) << text;
    EXPECT_EQ(selector->value, value) << text;
}

TEST(Selector, ReadsOneComparison) {
    check_selector("mc_identity = 'web1.example.com'", "mc_identity", "web1.example.com");
    check_selector("mc_identity='x'", "mc_identity", "x");
    check_selector("  mc_identity\t=  'x'  ", "mc_identity", "x");
    check_selector("a = ''", "a", "");
    check_selector("a = 'it''s'", "a", "it's");
    check_selector("a = ''''", "a", "'");
    check_selector("a = 'x'' OR ''1'' = ''1'", "a", "x' OR '1' = '1");
}

TEST(Selector, RefusesTheRestOfTheLanguage) {
    for (const std::string_view text : {"",
                                        "mc_identity",
                                        "mc_identity =",
                                        "mc_identity = x",
                                        "mc_identity = 'x",
                                        "mc_identity = 'x''",
                                        "mc_identity = 'x' OR TRUE",
                                        "mc_identity = 'x' 'y'",
                                        "mc_identity <> 'x'",
                                        "= 'x'",
                                        "a b = 'x'",
                                        "a = \"x\"",
                                        "'x' = 'x'"})
        EXPECT_FALSE(parse_selector(text).has_value()) << text;
}

struct GlobCase {
    std::string_view pattern, text;
    bool any, one_segment;
};

TEST(Glob, MatchesWholeTexts) {
    for (const GlobCase& c : {GlobCase{"", "", true, true},
                              GlobCase{"a", "a", true, true},
                              GlobCase{"a", "b", false, false},
                              GlobCase{"a", "ab", false, false},
                              GlobCase{"*", "", false, false},
                              GlobCase{"*", "abc", true, true},
                              GlobCase{"*", "a.b", true, false},
                              GlobCase{"*.mcollective", "alice.mcollective", true, true},
                              GlobCase{"*.mcollective", "alice.mcollective.evil", false, false},
                              GlobCase{"*.mcollective", ".mcollective", false, false},
                              GlobCase{"*.mcollective", "a.b.mcollective", true, false},
                              GlobCase{"web*.example.com", "web12.example.com", true, true},
                              GlobCase{"web*.example.com", "web.example.com", false, false},
                              GlobCase{"a*b*c", "axxbyyc", true, true},
                              GlobCase{"a*b*c", "axxbyy", false, false},
                              GlobCase{"*a", "aaa", true, true},
                              GlobCase{"**", "ab", true, true},
                              GlobCase{"**", "a", false, false},
                              GlobCase{"/queue/foo.>", "/queue/foo.bar.baz", false, true},
                              GlobCase{"/queue/foo.>", "/queue/foo.", false, false},
                              GlobCase{"/queue/foo.>", "/queue/foo", false, false},
                              GlobCase{"/topic/*.x.>", "/topic/c.x.y", false, true},
                              GlobCase{"*", "*", true, true},
                              GlobCase{"a*", "a*b", true, true}}) {
        EXPECT_EQ(glob_matches(c.pattern, c.text, Star::any), c.any) << c.pattern << " " << c.text;
        EXPECT_EQ(glob_matches(c.pattern, c.text, Star::one_segment), c.one_segment)
            << c.pattern << " " << c.text;
    }
}

TEST(Glob, ManyStarsDoNotExplode) {
    std::string pattern;
    for (int i = 0; i < 40; ++i)
        pattern += "*a";
    EXPECT_FALSE(glob_matches(pattern, std::string(2000, 'a') + "b", Star::any));
}

}  // namespace
}  // namespace mco::broker
