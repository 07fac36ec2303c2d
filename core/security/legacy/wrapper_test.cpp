// The tables of protocol §4.4 and §4.5, row by row, with the safer last column of §13.1 row 4.
#include "core/security/legacy/wrapper.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace mco::security {
namespace {

using namespace std::chrono_literals;
using message::Gate;

Symbol sym(const char* name) {
    return Symbol{name};
}

Opened envelope() {
    return {Map{{sym("ttl"), 60}, {sym("msgtime"), 1500000000}}, "id", "sender"};
}

Map wrapper() {
    return Map{{sym("ssl_msg"), "ping"}, {sym("ssl_ttl"), 60}, {sym("ssl_msgtime"), 1500000000}};
}

Map without(Map map, const char* key) {
    std::erase_if(map.entries(), [key](const Entry& entry) { return *entry.key.text() == key; });
    return map;
}

Map with(Map map, const char* key, Value value) {
    map.set(sym(key), std::move(value));
    return map;
}

struct Case {
    const char* what;
    Value wrapped;
    std::optional<Value> enforced;  ///< the body, or refused
    std::optional<Value> relaxed;
};

TEST(Wrapper, TheMatrix) {
    const Value bare = Map{{sym("agent"), "rpcutil"}};
    const Case cases[] = {
        {"matching values", wrapper(), "ping", "ping"},
        {"no ttl", without(wrapper(), "ssl_ttl"), std::nullopt, "ping"},
        {"no time", without(wrapper(), "ssl_msgtime"), std::nullopt, "ping"},
        {"no values", bare, std::nullopt, bare},
        {"another ttl", with(wrapper(), "ssl_ttl", 61), std::nullopt, "ping"},
        {"another time", with(wrapper(), "ssl_msgtime", 1500000001), std::nullopt, "ping"},
        {"ttl as text", with(wrapper(), "ssl_ttl", "60"), std::nullopt, "ping"},
        {"ttl as float", with(wrapper(), "ssl_ttl", 60.0), std::nullopt, "ping"},
        {"not a hash", "ping", std::nullopt, "ping"},
        {"nil", Value(), std::nullopt, Value()},
        {"a list", Array{wrapper()}, std::nullopt, Value(Array{wrapper()})},
        {"values without a body", without(wrapper(), "ssl_msg"), Value(Map{}), Value(Map{})},
    };
    for (const auto& c : cases) {
        for (const auto age : {Age::enforced, Age::relaxed}) {
            auto opened = envelope();
            const auto body = unwrap(opened, c.wrapped, ssl_keys, age);
            const auto& expected = age == Age::enforced ? c.enforced : c.relaxed;
            ASSERT_EQ(body.has_value(), expected.has_value()) << c.what;
            if (body)
                EXPECT_EQ(*body, *expected) << c.what;
            else
                EXPECT_EQ(body.error().gate, Gate::untrusted) << c.what;
        }
    }
}

TEST(Wrapper, TheProvenAgeCounts) {
    for (const char* spelt : {"symbol", "string"}) {
        auto opened = envelope();
        if (std::string_view(spelt) == "string")
            opened.envelope = Map{{"ttl", 60}, {"msgtime", 1500000000}};
        const auto body = unwrap(
            opened, with(with(wrapper(), "ssl_ttl", 5), "ssl_msgtime", 7), ssl_keys, Age::relaxed);
        ASSERT_TRUE(body.has_value());
        EXPECT_EQ(*opened.envelope.find("ttl"), Value(5)) << spelt;
        EXPECT_EQ(*opened.envelope.find("msgtime"), Value(7)) << spelt;
    }
}

TEST(Wrapper, AnEnvelopeWithoutAgeDiffers) {
    Opened opened{Map{{sym("ttl"), 60}}, {}, {}};
    EXPECT_FALSE(unwrap(opened, wrapper(), ssl_keys, Age::enforced).has_value());
    EXPECT_TRUE(unwrap(opened, wrapper(), ssl_keys, Age::relaxed).has_value());
    EXPECT_EQ(*opened.envelope.find("msgtime"), Value(1500000000));
}

TEST(Wrapper, UnwrapsWhatItWraps) {
    message::Claims claims;
    claims.time = TimePoint(1500000000s + 750ms);
    claims.ttl = 60s;
    claims.body = "ping";
    EXPECT_EQ(wrap(claims, ssl_keys), Value(wrapper()));
    auto opened = envelope();
    EXPECT_EQ(*unwrap(opened, wrap(claims, aes_keys), aes_keys, Age::enforced), Value("ping"));
    EXPECT_FALSE(unwrap(opened, wrap(claims, aes_keys), ssl_keys, Age::enforced).has_value());
}

}  // namespace
}  // namespace mco::security
