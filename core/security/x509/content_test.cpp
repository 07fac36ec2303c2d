#include "core/security/x509/content.hpp"

#include "core/serializer/json.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace mco::x509 {
namespace {

const char* const an_id = "4be0643f1d98573b97cdca98a65347dd";

message::Claims a_request() {
    message::Claims claims;
    claims.id = an_id;
    claims.sender = "desk.example.net";
    claims.caller = "cert=alice.mcollective";
    claims.collective = "mcollective";
    claims.agent = "package";
    claims.time = TimePoint(std::chrono::milliseconds(1'780'000'000'123));
    claims.ttl = std::chrono::seconds(60);
    claims.reply_to = "/temp-queue/reply";
    claims.body =
        Map{{Symbol{"agent"}, "package"},
            {Symbol{"action"}, "install"},
            {Symbol{"caller"}, "cert=alice.mcollective"},
            {Symbol{"data"}, Map{{Symbol{"package"}, "zsh"}, {Symbol{"process_results"}, true}}}};
    return claims;
}

message::Reply a_reply() {
    message::Reply reply;
    reply.id = an_id;
    reply.sender = "web1.example.net";
    reply.agent = "package";
    reply.collective = "mcollective";
    reply.time = TimePoint(std::chrono::milliseconds(1'780'000'000'456));
    reply.body = Map{{Symbol{"statuscode"}, 0},
                     {Symbol{"statusmsg"}, "OK"},
                     {Symbol{"data"}, Map{{"ensure", "5.9"}, {"count", 3}, {"nothing", nullptr}}}};
    return reply;
}

void expect_same(const message::Claims& a, const message::Claims& b) {
    EXPECT_EQ(a.id, b.id);
    EXPECT_EQ(a.sender, b.sender);
    EXPECT_EQ(a.caller, b.caller);
    EXPECT_EQ(a.collective, b.collective);
    EXPECT_EQ(a.agent, b.agent);
    EXPECT_EQ(a.time, b.time);
    EXPECT_EQ(a.ttl, b.ttl);
    EXPECT_EQ(a.filter, b.filter);
    EXPECT_EQ(a.reply_to, b.reply_to);
    EXPECT_EQ(a.body, b.body);
}

TEST(Content, ARequestIsThisText) {
    auto claims = a_request();
    claims.filter.facts = {{"osfamily", "Debian", "=="}};
    claims.filter.classes = {"/web/"};
    claims.filter.agents = {"package"};
    claims.filter.identities = {"web1", "web2"};
    const auto json = encode_request(claims);
    ASSERT_TRUE(json);
    EXPECT_EQ(
        *json,
        R"({"protocol":"mcollective:request:1","id":"4be0643f1d98573b97cdca98a65347dd",)"
        R"("sender":"desk.example.net","caller":"cert=alice.mcollective","collective":"mcollective",)"
        R"("agent":"package","time":1780000000123,"ttl":60,)"
        R"("filter":{"fact":[{"fact":"osfamily","operator":"==","value":"Debian"}],"cf_class":["/web/"],)"
        R"("agent":["package"],"identity":["web1","web2"],"compound":[]},"reply_to":"/temp-queue/reply",)"
        R"("body":{"action":"install","data":{"package":"zsh","process_results":true}}})");
}

TEST(Content, AReplyIsThisText) {
    const auto json = encode_reply(a_reply());
    ASSERT_TRUE(json);
    EXPECT_EQ(
        *json,
        R"({"protocol":"mcollective:reply:1","id":"4be0643f1d98573b97cdca98a65347dd",)"
        R"("sender":"web1.example.net","agent":"package","collective":"mcollective","time":1780000000456,)"
        R"("body":{"statuscode":0,"statusmsg":"OK","data":{"ensure":"5.9","count":3,"nothing":null}}})");
}

TEST(Content, RequestsComeBack) {
    auto discovery = a_request();
    discovery.agent = "discovery";
    discovery.body = "ping";
    auto registration = a_request();
    registration.agent = "registration";
    registration.body = Array{"package", "puppet"};
    auto filtered = a_request();
    filtered.filter.facts = {{"a", "b", "=~"}, {"c", "", "!="}};
    filtered.filter.compound = {Array{Map{{"fstatement",
                                           Map{{"r_compare", "1"},
                                               {"operator", "=="},
                                               {"value", "size"},
                                               {"name", "fstat"},
                                               {"params", nullptr}}}},
                                      Map{{"and", "and"}},
                                      Map{{"statement", "apache"}}}};
    for (const auto& claims : {a_request(), discovery, registration, filtered}) {
        const auto json = encode_request(claims);
        ASSERT_TRUE(json) << json.error().message;
        const auto back = decode_request(*json);
        ASSERT_TRUE(back) << back.error().message;
        expect_same(claims, *back);
    }
}

TEST(Content, DiscoveryIsAnActionOnTheWire) {
    auto claims = a_request();
    claims.agent = "discovery";
    claims.body = "ping";
    EXPECT_NE(encode_request(claims)->find(R"("body":{"action":"ping"})"), std::string::npos);
    auto reply = a_reply();
    reply.agent = "discovery";
    reply.body = "pong";
    const auto json = encode_reply(reply);
    EXPECT_NE(json->find(R"("body":{"statuscode":0,"statusmsg":"pong","data":{}})"),
              std::string::npos);
    EXPECT_EQ(decode_reply(*json)->body, Value("pong"));
    reply.body = "Unknown Request: x";
    EXPECT_NE(encode_reply(reply)->find(R"("statuscode":1)"), std::string::npos);
    EXPECT_EQ(decode_reply(*encode_reply(reply))->body, reply.body);
}

TEST(Content, RepliesComeBack) {
    const auto back = decode_reply(*encode_reply(a_reply()));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->id, an_id);
    EXPECT_EQ(back->sender, "web1.example.net");
    EXPECT_EQ(back->agent, "package");
    EXPECT_EQ(back->collective, "mcollective");
    EXPECT_EQ(back->time, a_reply().time);
    EXPECT_EQ(back->body, a_reply().body);
}

TEST(Content, StringKeysServeAsWellAsSymbols) {
    auto claims = a_request();
    claims.body =
        Map{{"agent", "package"}, {"action", Symbol{"status"}}, {"data", Map{{"package", "zsh"}}}};
    const auto back = decode_request(*encode_request(claims));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back->body.find("action"), Value("status"));
    EXPECT_EQ(*back->body.find("data"), Value(Map{{Symbol{"package"}, "zsh"}}));
    EXPECT_EQ(*back->body.find("caller"), Value("cert=alice.mcollective"));
}

TEST(Content, PatternsInCallStacksTravelAsText) {
    const struct {
        Regexp pattern;
        const char* text;
    } cases[] = {{{"abc", 0}, "abc"}, {{"abc", 1}, "(?i:abc)"}, {{"a|b", 7}, "(?mix:a|b)"}};

    for (const auto& c : cases) {
        auto claims = a_request();
        claims.filter.compound = {
            Array{Map{{"fstatement", Map{{"r_compare", c.pattern}, {"operator", "=~"}}}}}};
        const auto back = decode_request(*encode_request(claims));
        ASSERT_TRUE(back) << back.error().message;
        EXPECT_EQ(*back->filter.compound.at(0).array()->at(0).find("fstatement")->find("r_compare"),
                  Value(c.text));
    }
}

TEST(Content, WhatCannotBeSentIsRefused) {
    const std::function<void(message::Claims&)> spoilers[] = {
        [](auto& c) { c.id = "4BE0643F1D98573B97CDCA98A65347DD"; },
        [](auto& c) { c.id.pop_back(); },
        [](auto& c) { c.filter.other_keys = true; },
        [](auto& c) { c.agent = "service"; },  // the body says package
    };
    for (const auto& spoil : spoilers) {
        auto claims = a_request();
        spoil(claims);
        EXPECT_FALSE(encode_request(claims));
    }
    auto reply = a_reply();
    reply.body = Array{1};
    EXPECT_FALSE(encode_reply(reply));
    reply.body = Map{{"statuscode", "0"}, {"statusmsg", "OK"}};
    EXPECT_FALSE(encode_reply(reply));
}

/// The content with one member replaced; an absent replacement removes it.
std::string altered(const std::string& json,
                    std::string_view path,
                    std::optional<Value> replacement) {
    Value content = *serializer::decode_json(json);
    Map* object = content.map();
    for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
        object = object->find(path.substr(0, dot))->map();
        path.remove_prefix(dot + 1);
    }
    auto& entries = object->entries();
    std::erase_if(entries, [&](const Entry& entry) { return *entry.key.text() == path; });
    if (replacement)
        entries.push_back({std::string(path), *std::move(replacement)});
    return serializer::encode_json(content);
}

TEST(Content, EveryMemberOfARequestIsChecked) {
    const std::string good = *encode_request(a_request());
    for (const char* name : {"protocol",
                             "id",
                             "sender",
                             "caller",
                             "collective",
                             "agent",
                             "time",
                             "ttl",
                             "filter",
                             "reply_to",
                             "body",
                             "filter.fact",
                             "filter.cf_class",
                             "filter.agent",
                             "filter.identity",
                             "filter.compound"}) {
        EXPECT_FALSE(decode_request(altered(good, name, std::nullopt))) << name << " missing";
        if (std::string_view(name) != "body") {
            EXPECT_FALSE(decode_request(altered(good, name, 1.5))) << name << " a number";
        }
    }

    const struct {
        const char* name;
        Value value;
    } cases[] = {
        {"protocol", "mcollective:reply:1"},
        {"protocol", "mcollective:request:2"},
        {"id", "4be0643f1d98573b97cdca98a65347dg"},
        {"id", ""},
        {"sender", ""},
        {"sender", std::string(300, 'x')},
        {"time", -1},
        {"time", std::int64_t{9'000'000'000'000'000}},
        {"time", "1780000000123"},
        {"ttl", -1},
        {"ttl", std::int64_t{1} << 40},
        {"filter.other", Array{}},
        {"filter.identity", Array{1}},
        {"filter.agent", Array{Array{}}},
        {"filter.fact", Array{"a=b"}},
        {"filter.fact", Array{Map{{"fact", "a"}, {"operator", "=="}}}},
        {"filter.fact", Array{Map{{"fact", "a"}, {"operator", "=="}, {"value", 1}}}},
        {"filter.compound", Array{"a"}},
        {"filter.compound", Array{Array{"a"}}},
        {"filter.compound", Array{Array{Map{{"statement", 1}}}}},
        {"filter.compound", Array{Array{Map{{"fstatement", "a"}}}}},
        {"filter.compound", Array{Array{Map{{"fstatement", Map{{"params", Array{}}}}}}}},
        {"filter.compound", Array{Array{Map{{"and", "and"}, {"or", "or"}}}}},
    };

    for (const auto& c : cases) {
        const auto decoded = decode_request(altered(good, c.name, c.value));
        EXPECT_FALSE(decoded) << c.name << " " << serializer::encode_json(c.value);
    }
    EXPECT_TRUE(decode_request(altered(good, "extension", "ignored")));
}

TEST(Content, EveryMemberOfAReplyIsChecked) {
    const std::string good = *encode_reply(a_reply());
    for (const char* name : {"protocol",
                             "id",
                             "sender",
                             "agent",
                             "collective",
                             "time",
                             "body",
                             "body.statuscode",
                             "body.statusmsg"}) {
        EXPECT_FALSE(decode_reply(altered(good, name, std::nullopt))) << name << " missing";
        EXPECT_FALSE(decode_reply(altered(good, name, 1.5))) << name << " a number";
    }
    EXPECT_FALSE(decode_reply(altered(good, "body.statuscode", -1)));
    EXPECT_FALSE(decode_reply(altered(good, "protocol", "mcollective:request:1")));
}

TEST(Content, OtherTextIsRefused) {
    for (const char* text : {"", "null", "[]", "\"x\"", "{", "{}", "{\"protocol\":1}"}) {
        EXPECT_FALSE(decode_request(text)) << text;
        EXPECT_FALSE(decode_reply(text)) << text;
    }
}

}  // namespace
}  // namespace mco::x509
