#include "client/sources/json_rows.hpp"

#include "core/serializer/json.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mco::client {
namespace {

/// The rows of `text`, fed in parts of `size` bytes, one after the other; or the error.
std::string rows_of(std::string_view text, std::size_t size) {
    std::string seen;
    JsonRows rows([&seen](const Value& row) -> Expected<void> {
        seen += serializer::encode_json(row);
        return row.find("stop") == nullptr ? Expected<void>() : fail(Errc::invalid, "stopped");
    });
    for (std::size_t at = 0; at < text.size(); at += size)
        if (const auto fed = rows.feed(text.substr(at, size)); !fed)
            return seen + "error: " + fed.error().message;
    const auto finished = rows.finish();
    return finished ? seen : seen + "error: " + finished.error().message;
}

struct Case {
    std::string text;
    std::string expected;
};

TEST(JsonRows, AreCutWhereverTheTextIsCut) {
    const std::string none = "error: this is no array of JSON objects";
    const std::string endless = "error: the array of JSON objects has no end";
    const Case cases[] = {
        {"[]", ""},
        {" [ ] \n", ""},
        {R"([{"a":1},{"b":[{"c":"]}"}]}])", R"({"a":1}{"b":[{"c":"]}"}]})"},
        {R"([ {"a":"\"}" } , {} ] )", R"({"a":"\"}"}{})"},
        {R"([{"\\":"\\"},{"x":"\\\""}])", R"({"\\":"\\"}{"x":"\\\""})"},
        {"", endless},
        {"[", endless},
        {R"([{"a":1})", R"({"a":1})" + endless},
        {R"([{"a":)", endless},
        {"{}", none},
        {"[1]", none},
        {"[{} {}]", "{}" + none},
        {"[{},]", "{}" + none},
        {"[] []", none},
        {R"([{"stop":1},{"a":1}])", R"({"stop":1}error: stopped)"},
    };
    for (const auto& [text, expected] : cases)
        for (const std::size_t size : {1u, 2u, 3u, 7u, 1000u})
            EXPECT_EQ(rows_of(text, size), expected) << text << " by " << size;
}

TEST(JsonRows, AreDecodedOneByOne) {
    EXPECT_TRUE(rows_of(R"([{"a":1},{"b":]}])", 1).starts_with(R"({"a":1}error: )"));
}

TEST(JsonRows, AreBounded) {
    std::size_t rows = 0;
    JsonRows long_row([&rows](const Value&) -> Expected<void> {
        ++rows;
        return {};
    });
    ASSERT_TRUE(long_row.feed(R"([{"a":")"));
    const std::string part(JsonRows::longest_row, 'x');
    const auto fed = long_row.feed(part);
    ASSERT_FALSE(fed);
    EXPECT_EQ(fed.error().code, Errc::limit);
    EXPECT_EQ(rows, 0u);
}

}  // namespace
}  // namespace mco::client
