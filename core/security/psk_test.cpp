#include "core/security/psk.hpp"

#include "core/serializer/marshal.hpp"
#include "core/serializer/marshal_examples.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace mco::security {
namespace {

using namespace std::chrono_literals;
using message::Claims;
using message::Delivery;
using message::Gate;
using message::Reply;
using message::Triaged;
namespace examples = serializer::examples;
namespace marshal = serializer::marshal;

constexpr TimePoint sent(1'500'000'000s);
constexpr std::string_view id = "0b54253cb5d04eb8b26ea75bbf468cbc";

Symbol sym(const char* name) {
    return Symbol{name};
}

std::unique_ptr<PskProvider> provider(const char* key = "12345") {
    auto made = PskProvider::create(key, "uid=500");
    EXPECT_TRUE(made.has_value());
    return *std::move(made);
}

Delivery delivery(std::string body) {
    return {std::move(body), "/queue/replies", "header.example.net"};
}

std::string hex_digest(const EVP_MD* kind, std::string_view bytes) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest, &size, kind, nullptr);
    std::string hex;
    for (unsigned i = 0; i < size; ++i) {
        hex += "0123456789abcdef"[digest[i] >> 4];
        hex += "0123456789abcdef"[digest[i] & 15];
    }
    return hex;
}

Value call(const char* agent = "rpcutil") {
    return Map{{sym("agent"), agent},
               {sym("action"), "ping"},
               {sym("caller"), "uid=500"},
               {sym("data"), Map{{sym("process_results"), true}}}};
}

Claims claims(Value body = call()) {
    Claims made;
    made.id = id;
    made.sender = "dev1.example.net";
    made.caller = "uid=500";
    made.collective = "mcollective";
    made.agent = "rpcutil";
    made.time = sent;
    made.filter.facts = {{"country", "uk", "=="}};
    made.filter.agents = {"rpcutil"};
    made.body = std::move(body);
    return made;
}

/// Seals correctly, then changes the envelope without touching the digest.
std::string forged(const char* field, Value value) {
    auto envelope = *marshal::decode(*provider()->seal_request(claims()));
    envelope.map()->set(sym(field), std::move(value));
    return *marshal::encode(envelope);
}

void expect_gate(const std::string& bytes, Gate gate, std::string_view reason = {}) {
    const auto request = provider()->prove_request(delivery(bytes), sent);
    ASSERT_FALSE(request.has_value());
    EXPECT_EQ(message::name(request.error().gate), message::name(gate)) << request.error().reason;
    EXPECT_NE(request.error().reason.find(reason), std::string::npos) << request.error().reason;
    EXPECT_EQ(request.error().reason.find("12345"), std::string::npos);
}

TEST(Psk, TheExamplesAreWhatTheSpecificationSays) {
    EXPECT_EQ(examples::request_body.size(), 93u);
    EXPECT_EQ(examples::request_envelope.size(), 491u);
    EXPECT_EQ(examples::reply_envelope.size(), 244u);
    EXPECT_EQ(hex_digest(EVP_sha256(), examples::request_envelope),
              "b6837e0be4f951de2099b5ff485627fb45377ea7bc5ecdeaf1bd4883acbcea2a");
    EXPECT_EQ(hex_digest(EVP_md5(), examples::request_body + "12345"),
              "28f08f94a28ecaa473952f4432dd624d");
}

TEST(Psk, ProvesARequestOfTheOriginal) {
    const auto request = provider()->prove_request(delivery(examples::request_envelope), sent);
    ASSERT_TRUE(request.has_value()) << request.error().reason;
    const auto& proven = request->claims();
    EXPECT_EQ(proven.id, id);
    EXPECT_EQ(proven.sender, "dev1.example.net");
    EXPECT_EQ(proven.caller, "uid=500");
    EXPECT_EQ(proven.collective, "mcollective");
    EXPECT_EQ(proven.agent, "rpcutil");
    EXPECT_EQ(proven.time, sent);
    EXPECT_EQ(proven.ttl, 60s);
    EXPECT_EQ(proven.reply_to, "/queue/replies");
    EXPECT_EQ(proven.body, call());
    EXPECT_EQ(proven.filter, claims().filter);
}

TEST(Psk, ProvesAReplyOfTheOriginal) {
    const auto reply = provider()->prove_reply(delivery(examples::reply_envelope), id, sent);
    ASSERT_TRUE(reply.has_value()) << reply.error().reason;
    EXPECT_EQ(reply->id, id);
    EXPECT_EQ(reply->sender, "web1.example.com");
    EXPECT_EQ(reply->agent, "rpcutil");
    EXPECT_EQ(reply->time, sent + 1s);
    EXPECT_EQ(reply->body,
              Value(Map{{sym("statuscode"), 0},
                        {sym("statusmsg"), "OK"},
                        {sym("data"), Map{{sym("pong"), 1500000001}}}}));
}

TEST(Psk, DigestsAsTheOriginalDoes) {
    const auto digest_of = [](Value body) {
        auto made = claims(std::move(body));
        made.agent = "discovery";
        return *marshal::decode(*provider()->seal_request(made))->find("hash")->string();
    };
    EXPECT_EQ(digest_of(call()), "28f08f94a28ecaa473952f4432dd624d");
    EXPECT_EQ(digest_of("ping"), "fa5b32b1689dc5549a69966fce000b2d");
    EXPECT_EQ(digest_of("pong"), "f64a4bd32ddaaafa8fedc482d495f6a0");
    EXPECT_EQ(hex_digest(EVP_md5(), "foo12345"), "e83ac78027b77b659a49bccbbcfa4849");
    EXPECT_EQ(hex_digest(EVP_md5(), "foo54321"), "d3fb63cc6b1d47cc4b2012df926c2feb");
}

TEST(Psk, ProvesWhatItSeals) {
    const auto bytes = provider()->seal_request(claims());
    ASSERT_TRUE(bytes.has_value());
    const auto request = provider()->prove_request(delivery(*bytes), sent);
    ASSERT_TRUE(request.has_value()) << request.error().reason;
    EXPECT_EQ(request->claims().body, call());

    const Reply reply{std::string(id), "web1", "rpcutil", "", sent, Map{{sym("statuscode"), 0}}};
    const auto answer =
        provider()->prove_reply(delivery(*provider()->seal_reply(reply, *request)), id, sent);
    ASSERT_TRUE(answer.has_value()) << answer.error().reason;
    EXPECT_EQ(answer->sender, "web1");
    EXPECT_EQ(answer->body, reply.body);
}

TEST(Psk, CarriesPings) {
    auto ping = claims("ping");
    ping.agent = "discovery";
    const auto request = provider()->prove_request(delivery(*provider()->seal_request(ping)), sent);
    ASSERT_TRUE(request.has_value()) << request.error().reason;
    EXPECT_EQ(request->claims().body, Value("ping"));
    EXPECT_TRUE(request->claims().filter.other_keys);  // discovery's sixth key
}

TEST(Psk, CarriesRegistrations) {
    auto made = claims(Map{{sym("facts"), Map{}}});
    made.agent = "registration";
    EXPECT_TRUE(
        provider()->prove_request(delivery(*provider()->seal_request(made)), sent).has_value());
}

TEST(Psk, DistrustsAnotherKey) {
    const auto request =
        provider("54321")->prove_request(delivery(examples::request_envelope), sent);
    ASSERT_FALSE(request.has_value());
    EXPECT_EQ(request.error().gate, Gate::untrusted);
    EXPECT_EQ(request.error().id, id);
    EXPECT_EQ(request.error().sender, "dev1.example.net");
}

TEST(Psk, DistrustsWhatWasChanged) {
    expect_gate(forged("body", *marshal::encode(call("package"))), Gate::untrusted, "digest");
    expect_gate(forged("hash", "28f08f94a28ecaa473952f4432dd624e"), Gate::untrusted, "digest");
    expect_gate(forged("hash", "28F08F94A28ECAA473952F4432DD624D"), Gate::untrusted, "digest");
    expect_gate(forged("hash", "28f0"), Gate::untrusted, "digest");
    expect_gate(forged("hash", ""), Gate::untrusted, "digest");
    expect_gate(forged("hash", Value()), Gate::untrusted, "digest");
    expect_gate(forged("body", Array{}), Gate::untrusted, "digest");
}

TEST(Psk, DistrustsACallToAnotherAgent) {
    expect_gate(forged("agent", "package"), Gate::untrusted, "another agent");
    expect_gate(*provider()->seal_request(claims(Map{{sym("action"), "ping"}})),
                Gate::untrusted,
                "another agent");
}

TEST(Psk, RefusesBrokenCallerIds) {
    for (const char* caller : {"uid=1\nuid=0", "uid=", "root", "uid=a/b", "cert=.."})
        expect_gate(forged("callerid", caller), Gate::malformed, "caller id");
}

TEST(Psk, RefusesBrokenEnvelopes) {
    expect_gate("", Gate::malformed);
    expect_gate("junk", Gate::malformed);
    expect_gate(*marshal::encode(Array{1}), Gate::malformed, "not a map");
    expect_gate(*marshal::encode("text"), Gate::malformed, "not a map");
    expect_gate(*marshal::encode(Map{}), Gate::untrusted);
    for (const char* field :
         {"senderid", "requestid", "filter", "agent", "callerid", "collective", "ttl", "msgtime"})
        expect_gate(forged(field, Array{}), Gate::malformed, field);
    expect_gate(forged("ttl", -5), Gate::malformed, "ttl");
}

TEST(Psk, RefusesBodiesThatAreNotPlainData) {
    const std::string body = "\x04\x08o:\x0bObject\x00";
    auto envelope = *marshal::decode(*provider()->seal_request(claims()));
    envelope.map()->set(sym("body"), body);
    envelope.map()->set(sym("hash"), hex_digest(EVP_md5(), body + "12345"));
    expect_gate(*marshal::encode(envelope), Gate::malformed, "the body");
}

TEST(Psk, NamesTheSenderOfTheHeaderWhenNothingBetterIsKnown) {
    const auto request = provider()->prove_request(delivery("junk"), sent);
    ASSERT_FALSE(request.has_value());
    EXPECT_EQ(request.error().sender, "header.example.net");
}

TEST(Psk, DropsRepliesToOthersFirst) {
    auto envelope = *marshal::decode(examples::reply_envelope);
    envelope.map()->set(sym("hash"), "wrong");
    const auto bytes = *marshal::encode(envelope);
    const auto gate = [&](std::string_view awaited) {
        return provider()->prove_reply(delivery(bytes), awaited, sent).error().gate;
    };
    EXPECT_EQ(gate("another"), Gate::not_for_us);
    EXPECT_EQ(gate(id), Gate::untrusted);
}

TEST(Psk, RefusesRepliesWithoutASender) {
    auto envelope = *marshal::decode(examples::reply_envelope);
    std::erase_if(envelope.map()->entries(),
                  [](const Entry& entry) { return *entry.key.text() == "senderid"; });
    const auto reply = provider()->prove_reply(delivery(*marshal::encode(envelope)), id, sent);
    ASSERT_FALSE(reply.has_value());
    EXPECT_EQ(reply.error().gate, Gate::malformed);
}

TEST(Psk, IsMadeOnlyFromUsableSettings) {
    for (const auto& [key, caller] : std::vector<std::pair<const char*, const char*>>{
             {"", "uid=0"}, {"unset", "uid=0"}, {"s3cret", "user="}, {"s3cret", "uid=0\nuid=1"}}) {
        const auto made = PskProvider::create(key, caller);
        ASSERT_FALSE(made.has_value());
        EXPECT_EQ(made.error().code, Errc::invalid);
        EXPECT_EQ(made.error().message.find("s3cret"), std::string::npos);
    }
    EXPECT_EQ(provider()->caller_id(), "uid=500");
}

TEST(Psk, SealsNoRequestThatNodesWouldDrop) {
    auto made = claims();
    made.caller = "nobody";
    const auto bytes = provider()->seal_request(made);
    ASSERT_FALSE(bytes.has_value());
    EXPECT_EQ(bytes.error().code, Errc::invalid);
}

}  // namespace
}  // namespace mco::security
