#include "core/message/legacy.hpp"

#include "core/message/filter_value.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <vector>

namespace mco::message {
namespace {

using namespace std::chrono_literals;

Symbol sym(const char* name) {
    return Symbol{name};
}

Claims sample() {
    Claims claims;
    claims.id = "0b54253cb5d04eb8b26ea75bbf468cbc";
    claims.sender = "dev1.example.net";
    claims.caller = "uid=500";
    claims.collective = "mcollective";
    claims.agent = "rpcutil";
    claims.time = TimePoint(1'500'000'000s);
    claims.filter.agents = {"rpcutil"};
    return claims;
}

std::vector<std::string> keys(const Map& map) {
    std::vector<std::string> names;
    for (const auto& [key, value] : map.entries())
        names.push_back(key.symbol() != nullptr ? ":" + key.symbol()->name : *key.string());
    return names;
}

Map without(Map envelope, std::string_view field) {
    std::erase_if(envelope.entries(),
                  [field](const Entry& entry) { return *entry.key.text() == field; });
    return envelope;
}

Map with(Map envelope, const char* field, Value value) {
    envelope.set(sym(field), std::move(value));
    return envelope;
}

TEST(LegacyEnvelope, KeepsTheOriginalsKeyOrder) {
    const auto envelope = envelope_from_claims(sample(), "BODY");
    EXPECT_EQ(keys(envelope),
              (std::vector<std::string>{":body",
                                        ":senderid",
                                        ":requestid",
                                        ":filter",
                                        ":collective",
                                        ":agent",
                                        ":callerid",
                                        ":ttl",
                                        ":msgtime"}));
    EXPECT_EQ(*envelope.find("body"), Value("BODY"));
    EXPECT_EQ(*envelope.find("ttl"), Value(60));
    EXPECT_EQ(*envelope.find("msgtime"), Value(1'500'000'000));
}

TEST(LegacyEnvelope, ReadsWhatItWrites) {
    auto claims = sample();
    claims.filter.facts = {{"a", "b", "=="}};
    claims.ttl = 7s;
    const auto back = claims_from_envelope(envelope_from_claims(claims, "BODY"));
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(back->id, claims.id);
    EXPECT_EQ(back->sender, claims.sender);
    EXPECT_EQ(back->caller, claims.caller);
    EXPECT_EQ(back->collective, claims.collective);
    EXPECT_EQ(back->agent, claims.agent);
    EXPECT_EQ(back->time, claims.time);
    EXPECT_EQ(back->ttl, claims.ttl);
    EXPECT_EQ(back->filter, claims.filter);
    EXPECT_TRUE(back->body.is_nil());
}

TEST(LegacyEnvelope, CutsTimesToSeconds) {
    auto claims = sample();
    claims.time += 999ms;
    EXPECT_EQ(*envelope_from_claims(claims, "").find("msgtime"), Value(1'500'000'000));
}

TEST(LegacyEnvelope, DiscoveryNamesTheCollectiveInItsFilter) {
    const auto filter_keys = [](const Claims& claims) {
        return keys(*envelope_from_claims(claims, "").find("filter")->map());
    };
    const std::vector<std::string> canonical = {
        "fact", "cf_class", "agent", "identity", "compound"};
    auto claims = sample();
    EXPECT_EQ(filter_keys(claims), canonical);
    claims.agent = "discovery";
    auto six = canonical;
    six.push_back("collective");
    EXPECT_EQ(filter_keys(claims), six);
    claims.filter = {};  // a daemon of the original would drop an empty filter with that key
    EXPECT_EQ(filter_keys(claims), canonical);
}

TEST(LegacyEnvelope, FillsInWhatMayBeAbsent) {
    const auto envelope = without(without(envelope_from_claims(sample(), ""), "ttl"), "msgtime");
    const auto claims = claims_from_envelope(envelope);
    ASSERT_TRUE(claims.has_value());
    EXPECT_EQ(claims->ttl, 60s);
    EXPECT_EQ(claims->time, TimePoint{});
}

TEST(LegacyEnvelope, RefusesClaimsThatAreMissingOrOdd) {
    const auto whole = envelope_from_claims(sample(), "");
    for (const char* field : {"senderid", "requestid", "filter", "collective", "agent", "callerid"})
        EXPECT_FALSE(claims_from_envelope(without(whole, field)).has_value()) << field;
    const std::vector<std::pair<const char*, Value>> odd = {{"senderid", 1},
                                                            {"requestid", ""},
                                                            {"requestid", std::string(256, 'a')},
                                                            {"callerid", Array{}},
                                                            {"agent", Value()},
                                                            {"filter", Array{}},
                                                            {"ttl", -1},
                                                            {"ttl", "60"},
                                                            {"ttl", std::int64_t{1} << 31},
                                                            {"msgtime", -1},
                                                            {"msgtime", 1.5},
                                                            {"msgtime", std::int64_t{1} << 62}};
    for (const auto& [field, value] : odd) {
        const auto claims = claims_from_envelope(with(whole, field, value));
        ASSERT_FALSE(claims.has_value()) << field;
        EXPECT_EQ(claims.error().code, Errc::malformed);
        EXPECT_NE(claims.error().message.find(field), std::string::npos) << claims.error().message;
    }
}

TEST(LegacyEnvelope, CarriesReplies) {
    Reply reply;
    reply.id = "0b54";
    reply.sender = "web1.example.com";
    reply.agent = "rpcutil";
    reply.time = TimePoint(1'500'000'001'500ms);
    const auto envelope = envelope_from_reply(reply, "BODY");
    EXPECT_EQ(
        keys(envelope),
        (std::vector<std::string>{":senderid", ":requestid", ":senderagent", ":msgtime", ":body"}));
    const auto back = reply_from_envelope(envelope);
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(back->id, "0b54");
    EXPECT_EQ(back->sender, "web1.example.com");
    EXPECT_EQ(back->agent, "rpcutil");
    EXPECT_EQ(back->time, TimePoint(1'500'000'001s));
    EXPECT_FALSE(reply_from_envelope(without(envelope, "senderid")).has_value());
    EXPECT_FALSE(reply_from_envelope(without(envelope, "requestid")).has_value());
}

}  // namespace
}  // namespace mco::message
