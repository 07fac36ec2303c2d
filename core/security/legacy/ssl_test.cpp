#include "core/security/legacy/ssl.hpp"

#include "core/security/legacy/testing_keys.hpp"
#include "core/security/x509/testing_pki.hpp"
#include "core/text/base64.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace mco::security {
namespace {

using namespace std::chrono_literals;
using message::Gate;
namespace pki = x509::testing;

constexpr TimePoint sent(1'500'000'000s);
constexpr std::string_view id = "8d1b4b6a9a0c5d6e8f00112233445566";

Symbol sym(const char* name) {
    return Symbol{name};
}

Value call(const char* agent = "rpcutil") {
    return Map{{sym("agent"), agent},
               {sym("action"), "ping"},
               {sym("caller"), "cert=john"},
               {sym("data"), Map{{sym("process_results"), true}}}};
}

message::Claims claims(Value body = call()) {
    message::Claims made;
    made.id = id;
    made.sender = "web1.example.com";
    made.caller = "cert=john";
    made.collective = "mcollective";
    made.agent = "rpcutil";
    made.time = sent;
    made.filter.agents = {"rpcutil"};
    made.body = std::move(body);
    return made;
}

message::Delivery delivery(std::string body) {
    return {std::move(body), "/queue/replies", "header.example.net"};
}

class Ssl : public ::testing::TestWithParam<const char*> {
  protected:
    std::unique_ptr<SslProvider> make(const std::string& caller_id,
                                      const SslMaterial& material,
                                      bool node,
                                      Age age = Age::enforced) {
        auto made =
            SslProvider::make({codec(), caller_id, age},
                              material,
                              node ? std::make_unique<testing::MemoryKeys>(files_) : nullptr);
        EXPECT_TRUE(made.has_value()) << made.error().message;
        return *std::move(made);
    }

    Codec codec() const { return codec_named(GetParam()); }

    message::Triaged<message::Request> prove(const std::string& bytes, Age age = Age::enforced) {
        return make("cert=server", {servers_.private_key_pem, {}}, true, age)
            ->prove_request(delivery(bytes), sent);
    }

    std::string sealed(const message::Claims& made = claims()) {
        auto bytes = john_->seal_request(made);
        EXPECT_TRUE(bytes.has_value()) << bytes.error().message;
        return *std::move(bytes);
    }

    /// Seals correctly, then changes the envelope without touching the signature.
    std::string forged(const char* field, Value value) {
        auto envelope = *codec().decode(sealed());
        envelope.map()->set(sym(field), std::move(value));
        return *codec().encode(envelope);
    }

    /// An envelope of john's around any inner value, properly signed.
    std::string signed_body(const Value& inner) {
        const auto body = *codec().encode(inner);
        const auto key = *private_key_from_pem(testing::john_private);
        auto envelope = *codec().decode(sealed());
        envelope.map()->set(sym("body"), body);
        envelope.map()->set(sym("hash"), text::base64_encode(*sign_sha1(key, body)));
        return *codec().encode(envelope);
    }

    void expect_gate(const std::string& bytes, Gate gate, std::string_view reason = {}) {
        const auto request = prove(bytes);
        ASSERT_FALSE(request.has_value());
        EXPECT_EQ(message::name(request.error().gate), message::name(gate))
            << request.error().reason;
        EXPECT_NE(request.error().reason.find(reason), std::string::npos) << request.error().reason;
    }

    pki::Credential servers_ = pki::self_signed({"server", pki::KeyKind::rsa1024});
    testing::MemoryKeys::Files files_{{"john", testing::john_public}};
    std::unique_ptr<SslProvider> john_ =
        make("cert=john", {testing::john_private, servers_.certificate_pem}, false);
    std::unique_ptr<SslProvider> node_ = make("cert=server", {servers_.private_key_pem, {}}, true);
};

INSTANTIATE_TEST_SUITE_P(Codecs, Ssl, ::testing::Values("marshal", "yaml"));

TEST_P(Ssl, ProvesWhatItSeals) {
    const auto request = prove(sealed());
    ASSERT_TRUE(request.has_value()) << request.error().reason;
    EXPECT_EQ((*request)->body, call());
    EXPECT_EQ((*request)->caller, "cert=john");
    EXPECT_EQ((*request)->time, sent);
    EXPECT_EQ((*request)->ttl, 60s);
    EXPECT_EQ((*request)->reply_to, "/queue/replies");

    const message::Reply reply{
        std::string(id), "web1", "rpcutil", "", sent, Map{{sym("statuscode"), 0}}};
    const auto bytes = node_->seal_reply(reply, *request);
    ASSERT_TRUE(bytes.has_value());
    const auto answer = john_->prove_reply(delivery(*bytes), id, sent);
    ASSERT_TRUE(answer.has_value()) << answer.error().reason;
    EXPECT_EQ(answer->sender, "web1");
    EXPECT_EQ(answer->body, reply.body);
}

TEST_P(Ssl, CarriesPingsAndRegistrations) {
    auto ping = claims("ping");
    ping.agent = "discovery";
    EXPECT_EQ((*prove(sealed(ping)))->body, Value("ping"));
    auto registration = claims(Map{{sym("facts"), Map{}}});
    registration.agent = "registration";
    EXPECT_TRUE(prove(sealed(registration)).has_value());
}

TEST_P(Ssl, ANodeSignsItsOwnRequestsWithTheServersKey) {
    files_["server"] = servers_.certificate_pem;
    auto made = claims(Array{"rpcutil"});
    made.caller = node_->caller_id();
    made.agent = "registration";
    EXPECT_EQ(made.caller, "cert=server");
    const auto request = prove(*node_->seal_request(made));
    ASSERT_TRUE(request.has_value()) << request.error().reason;
    EXPECT_EQ((*request)->caller, "cert=server");
}

TEST_P(Ssl, DistrustsWhatWasChanged) {
    expect_gate(forged("body", *codec().encode(wrap(claims(call("package")), ssl_keys))),
                Gate::untrusted,
                "signature");
    for (const Value& hash : {Value("AAAA\n"), Value(""), Value(), Value("??"), Value(Array{})})
        expect_gate(forged("hash", hash), Gate::untrusted, "signature");
    expect_gate(forged("ttl", 600), Gate::untrusted, "ttl");
    expect_gate(forged("msgtime", 1'600'000'000), Gate::untrusted, "msgtime");
    expect_gate(forged("agent", "package"), Gate::untrusted, "another agent");
    expect_gate(forged("body", Value()), Gate::untrusted, "signature");
}

TEST_P(Ssl, DistrustsUnknownAndOtherCallers) {
    const auto mary = pki::self_signed({"mary", pki::KeyKind::rsa1024});
    expect_gate(forged("callerid", "cert=mary"), Gate::untrusted, "mary");
    files_["mary"] = mary.certificate_pem;
    expect_gate(forged("callerid", "cert=mary"), Gate::untrusted, "signature");
    files_.erase("john");
    expect_gate(sealed(), Gate::untrusted, "john");
    files_["john"] = "junk";
    expect_gate(sealed(), Gate::untrusted, "no readable RSA public key");
}

TEST_P(Ssl, TakesCallerIdsWholeOnly) {
    for (const char* caller : {"xcert=john",
                               "uid=0\ncert=john",
                               "cert=john\ncert=admin",
                               "cert=../john",
                               "cert=..",
                               "cert=",
                               "uid=500",
                               "john"})
        expect_gate(forged("callerid", caller), Gate::malformed, "cert=NAME");
    expect_gate(forged("callerid", Value()), Gate::malformed, "cert=NAME");
}

TEST_P(Ssl, WantsTheAgeProvenInEveryForm) {
    expect_gate(signed_body(call()), Gate::untrusted, "ttl");
    expect_gate(signed_body("ping"), Gate::untrusted, "age");
    EXPECT_TRUE(prove(signed_body(call()), Age::relaxed).has_value());
    EXPECT_TRUE(prove(signed_body("ping"), Age::relaxed).has_value());
}

TEST_P(Ssl, RelaxedItBelievesTheProvenAge) {
    const auto request = prove(forged("ttl", 600), Age::relaxed);
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ((*request)->ttl, 60s);
    auto body = wrap(claims(), ssl_keys);
    body.map()->set(sym("ssl_ttl"), -1);
    const auto negative = prove(signed_body(body), Age::relaxed);
    ASSERT_FALSE(negative.has_value());
    EXPECT_EQ(negative.error().gate, Gate::malformed);
}

TEST_P(Ssl, RefusesBrokenEnvelopes) {
    expect_gate("", Gate::malformed);
    expect_gate("{ junk", Gate::malformed);
    expect_gate(*codec().encode(Array{1}), Gate::malformed, "not a map");
    for (const char* field : {"senderid", "requestid", "filter", "agent", "collective"})
        expect_gate(forged(field, Array{}), Gate::malformed, field);
}

TEST_P(Ssl, AnotherSerialiserIsMalformed) {
    const auto other = codec_named(std::string_view(GetParam()) == "yaml" ? "marshal" : "yaml");
    expect_gate(*other.encode(*codec().decode(sealed())), Gate::malformed);
}

TEST_P(Ssl, DropsRepliesToOthersFirst) {
    const auto request = prove(sealed());
    const message::Reply reply{std::string(id), "web1", "rpcutil", "", sent, "pong"};
    auto envelope = *codec().decode(*node_->seal_reply(reply, *request));
    envelope.map()->set(sym("hash"), "AAAA");
    const auto bytes = *codec().encode(envelope);
    const auto gate = [&](std::string_view awaited) {
        return john_->prove_reply(delivery(bytes), awaited, sent).error().gate;
    };
    EXPECT_EQ(gate("another"), Gate::not_for_us);
    EXPECT_EQ(gate(id), Gate::untrusted);
}

TEST_P(Ssl, BelievesRepliesOfServersOnly) {
    const auto request = prove(sealed());
    const message::Reply reply{std::string(id), "web1", "rpcutil", "", sent, "pong"};
    const auto by_john = make("cert=john", {testing::john_private, {}}, true);
    const auto bytes = *by_john->seal_reply(reply, *request);
    EXPECT_EQ(john_->prove_reply(delivery(bytes), id, sent).error().gate, Gate::untrusted);
}

TEST_P(Ssl, AClientTakesNoRequestsAndANodeNoReplies) {
    EXPECT_EQ(john_->prove_request(delivery(sealed()), sent).error().gate, Gate::untrusted);
    const message::Reply reply{std::string(id), "web1", "rpcutil", "", sent, "pong"};
    const auto bytes = *node_->seal_reply(reply, *prove(sealed()));
    EXPECT_EQ(node_->prove_reply(delivery(bytes), id, sent).error().gate, Gate::untrusted);
}

TEST_P(Ssl, TakesNewKeys) {
    const auto mary = pki::self_signed({"mary", pki::KeyKind::rsa1024});
    ASSERT_TRUE(john_->replace({mary.private_key_pem, servers_.certificate_pem}).has_value());
    EXPECT_FALSE(prove(sealed()).has_value());
    files_["john"] = mary.certificate_pem;
    EXPECT_TRUE(prove(sealed()).has_value());
    const auto refused = john_->replace({"junk", servers_.certificate_pem});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().message.rfind("private_key: ", 0), 0u);
    EXPECT_TRUE(prove(sealed()).has_value());
}

TEST_P(Ssl, SaysWhichKeyIsOfNoUse) {
    const auto why = [this](const SslMaterial& material) {
        return SslProvider::make({codec(), "cert=john"}, material, nullptr).error().message;
    };
    EXPECT_EQ(why({"junk", {}}).rfind("private_key: ", 0), 0u);
    EXPECT_EQ(why({testing::john_private, "junk"}).rfind("server_public: ", 0), 0u);
    EXPECT_FALSE(
        SslProvider::make({codec(), "cert=.."}, {testing::john_private, {}}, nullptr).has_value());
}

TEST_P(Ssl, SealsNothingInOthersNames) {
    auto made = claims();
    made.caller = "cert=mary";
    EXPECT_EQ(john_->seal_request(made).error().code, Errc::invalid);
}

}  // namespace
}  // namespace mco::security
