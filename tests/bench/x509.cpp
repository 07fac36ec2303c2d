// What the x509 provider costs beside the bare signature check of OpenSSL: requests that a node
// proves and replies that a client proves each second, their chains known; and the first reply of a
// node, whose certificate nobody has seen or an earlier run has remembered.
#include "core/security/x509/cose.hpp"
#include "core/security/x509/openssl.hpp"
#include "core/security/x509/pem.hpp"
#include "core/security/x509/provider.hpp"
#include "core/security/x509/testing_pki.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

namespace {

using namespace mco;  // NOLINT(google-build-using-namespace): a program of one file
using x509::testing::Authority;
using x509::testing::Credential;
using x509::testing::KeyKind;
using x509::testing::test_now;

constexpr const char* caller = "alice.mcollective";
constexpr const char* node = "web1.example.net";

template <class T>
T need(Expected<T> made) {
    if (made)
        return *std::move(made);
    std::fprintf(stderr, "mco-bench-x509: %s\n", made.error().message.c_str());
    std::exit(EXIT_FAILURE);
}

/// What `mco rpc rpcutil get_fact fact=os -F country=uk` sends.
message::Claims a_request() {
    message::Claims claims;
    claims.id = "4be0643f1d98573b97cdca98a65347dd";
    claims.sender = "desk.example.net";
    claims.caller = std::string("cert=") + caller;
    claims.collective = "mcollective";
    claims.agent = "rpcutil";
    claims.time = test_now();
    claims.filter.facts = {{"country", "uk", "=="}};
    claims.filter.agents = {"rpcutil"};
    claims.reply_to = "/queue/mcollective.reply.desk.example.net_4711.1";
    claims.body = Map{{Symbol{"agent"}, "rpcutil"},
                      {Symbol{"action"}, "get_fact"},
                      {Symbol{"caller"}, claims.caller},
                      {Symbol{"data"}, Map{{"fact", "os"}, {"process_results", true}}}};
    return claims;
}

message::Reply a_reply() {
    return {a_request().id,
            node,
            "rpcutil",
            "mcollective",
            test_now(),
            Map{{Symbol{"statuscode"}, 0},
                {Symbol{"statusmsg"}, "OK"},
                {Symbol{"data"}, Map{{"fact", "os"}, {"value", "Debian"}}}}};
}

/// A message, and everything that its bare check needs.
struct Sealed {
    message::Delivery delivery;
    x509::KeyPtr key;
    x509::Algorithm algorithm = x509::Algorithm::ps256;
    std::string data;       // what is signed
    std::string signature;  // as OpenSSL wants it
};

/// The two numbers of an ECDSA signature as DER.
std::string as_der(std::string_view raw) {
    const int half = static_cast<int>(raw.size() / 2);
    ECDSA_SIG* pair = ECDSA_SIG_new();
    ECDSA_SIG_set0(pair,
                   BN_bin2bn(bytes_of(raw), half, nullptr),
                   BN_bin2bn(bytes_of(raw) + half, half, nullptr));
    std::string der(static_cast<std::size_t>(i2d_ECDSA_SIG(pair, nullptr)), '\0');
    unsigned char* cursor = bytes_of(der);
    i2d_ECDSA_SIG(pair, &cursor);
    ECDSA_SIG_free(pair);
    return der;
}

Sealed sealed(std::string bytes, const Credential& signer) {
    Sealed message;
    message.delivery.body = std::move(bytes);
    const auto envelope = need(x509::parse_sign1(message.delivery.body));
    message.key = need(x509::private_key_from_pem(signer.private_key_pem));
    message.algorithm = envelope.algorithm;
    message.data = x509::to_be_signed(envelope.protected_header, envelope.payload);
    message.signature = envelope.algorithm == x509::Algorithm::es256
                            ? as_der(envelope.signature)
                            : std::string(envelope.signature);
    return message;
}

struct Kind {
    const char* name;
    KeyKind key;
};

constexpr Kind kinds[] = {{"RSA-2048", KeyKind::rsa2048},
                          {"RSA-4096", KeyKind::rsa4096},
                          {"P-256", KeyKind::p256}};

/// Both sides with keys of one kind.
struct Pair {
    explicit Pair(KeyKind kind)
        : alice(ca.issue(caller, kind)),
          web1(ca.issue(node, kind)),
          client(provider(alice)),
          server(provider(web1)),
          request(sealed(need(client->seal_request(a_request())), alice)),
          reply(sealed(need(server->seal_reply(a_reply(), proven())), web1)) {}

    std::unique_ptr<x509::X509Provider> provider(const Credential& own) const {
        return need(x509::X509Provider::make({},
                                             {own.certificate_pem,
                                              own.private_key_pem,
                                              ca.certificate_pem(),
                                              ca.revocation_list({})}));
    }

    message::Request proven() const {
        return server->prove_request(request.delivery, test_now()).value();
    }

    Authority ca{"Puppet CA", KeyKind::rsa2048};
    Credential alice;
    Credential web1;
    std::unique_ptr<x509::X509Provider> client;
    std::unique_ptr<x509::X509Provider> server;
    Sealed request;
    Sealed reply;
};

void prove_requests(benchmark::State& state, const Pair& pair) {
    for ([[maybe_unused]] auto _ : state)
        if (!pair.server->prove_request(pair.request.delivery, test_now()))
            return state.SkipWithError("not proven");
}

void prove_replies(benchmark::State& state, const Pair& pair) {
    const std::string id = a_request().id;
    for ([[maybe_unused]] auto _ : state)
        if (!pair.client->prove_reply(pair.reply.delivery, id, test_now()))
            return state.SkipWithError("not proven");
}

/// Nodes that answer once.
struct Crowd {
    static constexpr int size = 100;

    explicit Crowd(const Pair& pair, x509::testing::Authority& ca, KeyKind kind) {
        const auto request = pair.proven();
        for (int i = 0; i < size; ++i) {
            auto reply = a_reply();
            reply.sender = "node" + std::to_string(i);
            const auto own = ca.issue(reply.sender, kind);
            replies.push_back({need(pair.provider(own)->seal_reply(reply, request)), {}, {}});
        }
        const auto client = pair.provider(pair.alice);
        prove_all(*client);
        memory = need(client->memory());
    }

    bool prove_all(x509::X509Provider& client) const {
        const message::AwaitedIds awaited(a_request().id);
        for (const auto& reply : replies)
            if (!client.prove_reply(reply, awaited, test_now()))
                return false;
        return true;
    }

    std::vector<message::Delivery> replies;
    std::string memory;
};

/// Each round is a run of its own. With `recalled` it knows what an earlier one has seen.
void prove_first_replies(benchmark::State& state,
                         const Pair& pair,
                         const Crowd& crowd,
                         bool recalled) {
    for ([[maybe_unused]] auto _ : state) {
        state.PauseTiming();
        const auto client = pair.provider(pair.alice);
        state.ResumeTiming();
        if (recalled && !client->recall(crowd.memory, test_now()))
            return state.SkipWithError("not recalled");
        if (!crowd.prove_all(*client))
            return state.SkipWithError("not proven");
    }
}

void check_signatures(benchmark::State& state, const Sealed& message) {
    for ([[maybe_unused]] auto _ : state) {
        const x509::Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
        EVP_PKEY_CTX* details = nullptr;
        EVP_DigestVerifyInit(context.get(), &details, EVP_sha256(), nullptr, message.key.get());
        if (message.algorithm == x509::Algorithm::ps256) {
            EVP_PKEY_CTX_set_rsa_padding(details, RSA_PKCS1_PSS_PADDING);
            EVP_PKEY_CTX_set_rsa_pss_saltlen(details, RSA_PSS_SALTLEN_DIGEST);
        }
        if (EVP_DigestVerify(context.get(),
                             bytes_of(message.signature),
                             message.signature.size(),
                             bytes_of(message.data),
                             message.data.size()) != 1)
            return state.SkipWithError("not verified");
    }
}

/// Keeps the times beside showing them. With repetitions the median is what counts.
class Times final : public benchmark::ConsoleReporter {
  public:
    void ReportRuns(const std::vector<Run>& runs) override {
        for (const Run& run : runs)
            if (!run.error_occurred && (run.repetitions == 1 || run.aggregate_name == "median"))
                seconds_[run.run_name.function_name] =
                    run.GetAdjustedCPUTime() *
                    benchmark::GetTimeUnitMultiplier(benchmark::kSecond) /
                    benchmark::GetTimeUnitMultiplier(run.time_unit);
        ConsoleReporter::ReportRuns(runs);
    }

    /// False if something was not measured, or is slower than the goal.
    bool show(const std::string& kind, const std::string& what) const {
        constexpr double goal = 0.7;
        const auto proof = seconds_.find(kind + " prove_" + what);
        const auto bare = seconds_.find(kind + " verify_" + what);
        if (proof == seconds_.end() || bare == seconds_.end())
            return false;
        const double ratio = bare->second / proof->second;
        std::printf("%-9s %-8s %9.0f/s proven %9.0f/s bare checks  %5.1f %%\n",
                    kind.c_str(),
                    what.c_str(),
                    1 / proof->second,
                    1 / bare->second,
                    100 * ratio);
        return ratio >= goal;
    }

    /// What the first reply of each node costs.
    void show_first(const std::string& kind) const {
        for (const char* what : {"first_new", "first_recalled"})
            if (const auto found = seconds_.find(kind + " " + what); found != seconds_.end())
                std::printf("%-9s %-14s %7.1f us a reply\n",
                            kind.c_str(),
                            what,
                            1e6 * found->second / Crowd::size);
    }

  private:
    std::map<std::string, double> seconds_;
};

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    std::vector<std::unique_ptr<Pair>> pairs;
    std::vector<std::unique_ptr<Crowd>> crowds;
    for (const auto& [name, key] : kinds) {
        Pair& pair = *pairs.emplace_back(std::make_unique<Pair>(key));
        const std::string kind = name;
        const auto add = [&kind](const char* what, auto run) {
            benchmark::RegisterBenchmark((kind + " " + what).c_str(), run);
        };
        add("prove_request", [&pair](benchmark::State& state) { prove_requests(state, pair); });
        add("verify_request",
            [&pair](benchmark::State& state) { check_signatures(state, pair.request); });
        add("prove_reply", [&pair](benchmark::State& state) { prove_replies(state, pair); });
        add("verify_reply",
            [&pair](benchmark::State& state) { check_signatures(state, pair.reply); });
        if (key == KeyKind::rsa4096)
            continue;  // a hundred such keys take minutes to make
        const Crowd& crowd = *crowds.emplace_back(std::make_unique<Crowd>(pair, pair.ca, key));
        for (const bool recalled : {false, true})
            add(recalled ? "first_recalled" : "first_new",
                [&pair, &crowd, recalled](benchmark::State& state) {
                    prove_first_replies(state, pair, crowd, recalled);
                });
    }
    Times times;
    benchmark::RunSpecifiedBenchmarks(&times);
    bool good = true;
    for (const auto& [name, key] : kinds)
        for (const char* what : {"request", "reply"})
            good = times.show(name, what) && good;
    for (const auto& kind : kinds)
        times.show_first(kind.name);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
