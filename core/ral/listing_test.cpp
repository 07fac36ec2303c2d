#include "core/ral/listing.hpp"

#include "core/bytes.hpp"
#include "core/ral/testing.hpp"
#include "core/serializer/json.hpp"
#include "core/serializer/value_generators.hpp"
#include "core/text/base64.hpp"
#include "core/text/utf8.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include <rapidcheck.h>
#include <zlib.h>

namespace mco::ral {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::size_t plenty = 64u << 20;

/// What `unpack` hands over, as pairs of title and parameters.
using Seen = std::vector<std::pair<std::string, std::string>>;

Expected<Seen> seen_in(std::string_view entries, std::size_t most_bytes = plenty) {
    Seen seen;
    MCO_CHECK(unpack(entries, most_bytes, [&](const Entry& entry) {
        seen.emplace_back(entry.title, entry.parameters);
    }));
    return seen;
}

std::string compressed(const std::string& text) {
    std::string out(::compressBound(text.size()), '\0');
    auto size = static_cast<uLongf>(out.size());
    EXPECT_EQ(::compress2(bytes_of(out), &size, bytes_of(text), text.size(), 9), Z_OK);
    return out.substr(0, size);
}

std::string entries_of(const std::string& text) {
    return text::base64_encode(compressed(text));
}

/// All pages of the lines, unpacked again.
std::vector<std::string> through_pages(const std::vector<std::string>& lines, std::size_t most) {
    std::vector<std::string> back;
    std::size_t offset = 0;
    do {
        const auto page = pack(lines, offset, most);
        if (!page)
            return {page.error().message};
        EXPECT_TRUE(page->entries.size() <= most || page->next == offset + 1 ||
                    (page->next == 0 && offset + 1 >= lines.size()));
        const auto done = unpack(
            page->entries, plenty, [&](const Entry& entry) { back.emplace_back(entry.line); });
        if (!done)
            return {done.error().message};
        offset = page->next;
    } while (offset != 0);
    return back;
}

std::vector<std::string> many_lines(std::size_t count) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < count; ++i)
        lines.push_back(canonical_line(
            examples::resource("package",
                               "lib-some-package-" + std::to_string(i),
                               {{"ensure", std::to_string(i * 7919 % 1000) + ".1-1"}}),
            {}));
    return lines;
}

TEST(RalListing, SortsByTitleAndKeepsTheFirstOfEqualOnes) {
    const auto lines = canonical_lines({examples::resource("host", "b", {{"ip", "1"}}),
                                        examples::resource("host", "a"),
                                        examples::resource("host", "b", {{"ip", "2"}}),
                                        examples::resource("host", "B"),
                                        examples::resource("host", "a b")},
                                       {});
    EXPECT_THAT(lines,
                ElementsAre(R"(["B",{}])", R"(["a",{}])", R"(["a b",{}])", R"(["b",{"ip":"1"}])"));
}

TEST(RalListing, DigestsLinesFormatAndSalt) {
    const std::vector<std::string> lines = {R"(["a",{}])", R"(["b",{}])"};
    // printf '1\n\n["a",{}]\n["b",{}]\n' | sha256sum | cut -c1-32
    EXPECT_EQ(digest(lines, ""), "e2493c698415e37597ded34cd9ff72ea");
    EXPECT_EQ(digest(lines, "pepper"), "4adba180edb4ca04b7b447ef1ead6dad");
    EXPECT_EQ(digest({}, ""), "5a0a2b76858bf8cc147613f783d84cd2");
    EXPECT_NE(digest({lines[0] + "\n" + lines[1]}, ""), digest({lines[1], lines[0]}, ""));
}

TEST(RalListing, GoesThroughPagesOfAnySize) {
    const auto lines = many_lines(300);
    for (const std::size_t most : {std::size_t{1}, std::size_t{200}, std::size_t{1000}, plenty})
        EXPECT_EQ(through_pages(lines, most), lines) << most;
    EXPECT_THAT(through_pages({}, 100), IsEmpty());
}

TEST(RalListing, FillsItsPages) {
    const auto lines = many_lines(4'000);
    constexpr std::size_t most = 5'000;
    std::size_t pages = 0;
    std::size_t bytes = 0;
    for (std::size_t offset = 0; pages == 0 || offset != 0; ++pages) {
        const auto page = pack(lines, offset, most);
        ASSERT_TRUE(page.has_value());
        EXPECT_LE(page->entries.size(), most);
        bytes += page->entries.size();
        offset = page->next;
    }
    EXPECT_LE(pages, bytes / most * 5 / 4 + 2);
    EXPECT_LT(bytes / lines.size(), 15U);  // a listing is worth its name
}

TEST(RalListing, BoundsTheLinesOfAPage) {
    const std::string line = R"(["x",{"content":")" + std::string(5u << 20, 'x') + R"("}])";
    const auto page = pack({line, line, line}, 0, plenty);
    ASSERT_TRUE(page.has_value());
    EXPECT_EQ(page->next, 1U);
    EXPECT_LT(page->entries.size(), 100'000U);
    EXPECT_TRUE(seen_in(page->entries).has_value());
}

TEST(RalListing, HasNothingBeyondItsEnd) {
    const auto lines = many_lines(3);
    for (const std::size_t offset : {std::size_t{3}, std::size_t{4}}) {
        const auto page = pack(lines, offset, 1000);
        ASSERT_FALSE(page.has_value());
        EXPECT_EQ(page.error().code, Errc::invalid);
        EXPECT_THAT(page.error().message, HasSubstr("3 lines"));
    }
    EXPECT_FALSE(pack({}, 1, 1000).has_value());
    const auto last = pack(lines, 2, 1000);
    ASSERT_TRUE(last.has_value());
    EXPECT_EQ(last->next, 0U);
    EXPECT_THAT(*seen_in(last->entries), SizeIs(1));
}

TEST(RalListing, TakesLinesApart) {
    const auto seen =
        seen_in(entries_of("[\"a\",{}]\n"
                           R"(["q\"u\\o\ne",{"k":"v}]"}])"
                           "\n[\"\xc3\xa9\",{\"x\":[\"y\",{}]}]\n"
                           R"(["\u00e9\u0000",{}])"
                           "\n[\"\",{}]\n"));
    ASSERT_TRUE(seen.has_value()) << seen.error().message;
    EXPECT_EQ(*seen,
              (Seen{{"a", "{}"},
                    {"q\"u\\o\ne", R"({"k":"v}]"})"},
                    {"\xc3\xa9", R"({"x":["y",{}]})"},
                    {std::string("\xc3\xa9\0", 3), "{}"},
                    {"", "{}"}}));
}

TEST(RalListing, RefusesLinesThatAreNoResources) {
    const std::string cases[] = {"",
                                 "a",
                                 "[]",
                                 "{}",
                                 "[\"}]",
                                 "[\"a\"}]",
                                 R"(["a"])",
                                 R"(["a",{])",
                                 R"(["a",}])",
                                 R"(["a",[]])",
                                 R"(["a", {}])",
                                 R"(["a",{}],)",
                                 R"(["a",{}]])",
                                 R"([ "a",{}])",
                                 R"(['a',{}])",
                                 R"([5,{}])",
                                 R"(["a\",{}])",
                                 R"(["a\)",
                                 R"(["\x",{}])",
                                 R"(["\ud800",{}])",
                                 "[\"a\tb\",{}]",
                                 "[\"a\r\",{}]",
                                 "[\"\xff\",{}]",
                                 "[\"\\n\xff\",{}]"};
    for (const auto& line : cases) {
        const auto seen = seen_in(entries_of("[\"ok\",{}]\n" + line + "\n"));
        ASSERT_FALSE(seen.has_value()) << line;
        EXPECT_EQ(seen.error().code, Errc::malformed) << line;
        EXPECT_THAT(seen.error().message, HasSubstr("no resource")) << line;
    }
}

void check_malformed(const std::string& entries, const char* expected) {
    const auto seen = seen_in(entries);
    ASSERT_FALSE(seen.has_value()) << expected;
    EXPECT_EQ(seen.error().code, Errc::malformed);
    EXPECT_THAT(seen.error().message, HasSubstr(expected));
}

TEST(RalListing, RefusesWhatIsNoListing) {
    const std::string good = compressed("[\"a\",{}]\n");
    check_malformed("", "base64");
    check_malformed("no base64!", "base64");
    check_malformed(text::base64_encode("plain text"), "compressed");
    check_malformed(text::base64_encode(good.substr(0, good.size() - 1)), "compressed");
    check_malformed(text::base64_encode(good.substr(0, 5)), "compressed");
    check_malformed(text::base64_encode(good + "x"), "compressed");
    check_malformed(text::base64_encode(good + good), "compressed");
    std::string changed = good;
    changed.back() = static_cast<char>(changed.back() + 1);  // its checksum
    check_malformed(text::base64_encode(changed), "compressed");
    check_malformed(entries_of("[\"a\",{}]"), "within a line");
    EXPECT_THAT(*seen_in(entries_of("")), IsEmpty());
}

TEST(RalListing, UnpacksNoMoreThanItMay) {
    const auto refused = [](const std::string& entries, std::size_t most) {
        const auto seen = seen_in(entries, most);
        return !seen.has_value() && seen.error().code == Errc::limit;
    };
    const std::string bomb = entries_of(std::string(20u << 20, 'a'));  // one line without end
    EXPECT_LT(bomb.size(), 200'000U);
    EXPECT_TRUE(refused(bomb, 1u << 20));
    const auto page = pack(many_lines(100), 0, plenty);
    std::size_t size = 0;
    for (const auto& line : many_lines(100))
        size += line.size() + 1;
    EXPECT_FALSE(refused(page->entries, size));
    EXPECT_TRUE(refused(page->entries, size - 1));
}

TEST(RalListing, KeepsWhatItPacks) {
    using serializer::examples::any_text;
    using serializer::examples::any_value;
    EXPECT_TRUE(rc::check("pages", [] {
        const auto named =
            *rc::gen::resize(20,
                             rc::gen::container<std::vector<std::pair<std::string, Value>>>(
                                 rc::gen::pair(any_text(), any_value(1))));
        std::vector<Resource> resources;
        for (const auto& [title, value] : named)
            resources.push_back(examples::resource("thing", title, {{"p", value}}));
        const auto lines = canonical_lines(resources, {});
        const auto most = *rc::gen::inRange<std::size_t>(0, 600);
        RC_ASSERT(through_pages(lines, most) == lines);
        for (const auto& line : lines)
            RC_ASSERT(serializer::decode_json(line).has_value());
    }));
}

TEST(RalListing, SurvivesFlippedBytes) {
    EXPECT_TRUE(rc::check("damage", [] {
        std::string damaged = compressed("[\"a\",{\"x\":\"y\"}]\n[\"b\",{}]\n[\"c\",{}]\n");
        const auto at = *rc::gen::inRange<std::size_t>(0, damaged.size());
        damaged[at] = *rc::gen::arbitrary<char>();
        const auto done = unpack(text::base64_encode(damaged), 1000, [](const Entry& entry) {
            RC_ASSERT(text::is_utf8(entry.title) && entry.line.ends_with("}]"));
            RC_ASSERT(entry.parameters.starts_with('{') && entry.parameters.ends_with('}'));
        });
        RC_ASSERT(done.has_value() || !done.error().message.empty());
    }));
}

}  // namespace
}  // namespace mco::ral
