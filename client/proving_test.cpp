#include "client/proving.hpp"

#include "core/security/x509/provider.hpp"
#include "core/security/x509/testing_pki.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace mco::client {
namespace {

using Deliveries = std::vector<message::Delivery>;

const char* const an_id = "4be0643f1d98573b97cdca98a65347dd";

Deliveries numbered(int count) {
    Deliveries deliveries;
    for (int i = 0; i < count; ++i)
        deliveries.push_back({std::to_string(i), {}, {}});
    return deliveries;
}

/// Believes every body that is an even number; notes who asked.
class EvenNumbers : public security::Provider {
  public:
    message::Triaged<message::Request> prove_request(const message::Delivery&, TimePoint) override {
        return tl::unexpected(message::Rejection{message::Gate::malformed, "", "", ""});
    }

    Expected<std::string> seal_reply(const message::Reply&,
                                     const message::Request&) const override {
        return std::string();
    }

    Expected<std::string> seal_request(const message::Claims&) const override {
        return std::string();
    }

    message::Triaged<message::Reply> prove_reply(const message::Delivery& delivery,
                                                 const message::AwaitedIds&,
                                                 TimePoint) override {
        meet();
        if (std::stoi(delivery.body) % 2 != 0)
            return tl::unexpected(
                message::Rejection{message::Gate::untrusted, delivery.body, "", ""});
        message::Reply reply;
        reply.sender = delivery.body;
        return reply;
    }

    std::string caller_id() const override { return {}; }

    std::set<std::thread::id> threads() const { return threads_; }

    /// Every proof takes until so many threads are at one.
    void wait_for(std::size_t threads) { wanted_ = threads; }

  private:
    void meet() {
        std::unique_lock lock(mutex_);
        threads_.insert(std::this_thread::get_id());
        met_.notify_all();
        met_.wait_for(
            lock, std::chrono::seconds(60), [this] { return threads_.size() >= wanted_; });
    }

    mutable std::mutex mutex_;
    std::condition_variable met_;
    std::set<std::thread::id> threads_;
    std::size_t wanted_ = 0;
};

void expect_in_order(const std::vector<ProvingCrew::Proof>& proofs, int count) {
    ASSERT_EQ(proofs.size(), static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        const auto& proof = proofs[static_cast<std::size_t>(i)];
        EXPECT_EQ(proof ? proof->sender : proof.error().reason, std::to_string(i));
        EXPECT_EQ(proof.has_value(), i % 2 == 0);
    }
}

TEST(ProvingCrew, KeepsTheOrder) {
    EvenNumbers provider;
    ProvingCrew crew(provider, 4);
    for (const int count : {0, 1, 3, 4, 5, 100, 1000, 2, 64})
        expect_in_order(crew.prove(numbered(count), an_id, {}), count);
    EXPECT_EQ(crew.started(), 3u);
}

TEST(ProvingCrew, WorksSideBySide) {
    EvenNumbers provider;
    provider.wait_for(3);
    ProvingCrew crew(provider, 3);
    expect_in_order(crew.prove(numbered(10), an_id, {}), 10);
    EXPECT_EQ(provider.threads().size(), 3u);
    EXPECT_TRUE(provider.threads().contains(std::this_thread::get_id())) << "who calls helps";
}

TEST(ProvingCrew, StartsNoThreadForAFew) {
    EvenNumbers provider;
    ProvingCrew crew(provider, 4);
    for (int i = 0; i < 10; ++i)
        expect_in_order(crew.prove(numbered(3), an_id, {}), 3);
    EXPECT_EQ(crew.started(), 0u);
    EXPECT_EQ(provider.threads().size(), 1u);
}

TEST(ProvingCrew, StartsNoThreadOnASingleCore) {
    EvenNumbers provider;
    for (const std::size_t size : {0u, 1u}) {  // 0: nobody knows
        ProvingCrew crew(provider, size);
        expect_in_order(crew.prove(numbered(100), an_id, {}), 100);
        EXPECT_EQ(crew.started(), 0u);
    }
}

TEST(ProvingCrew, ProvesCertificatesThatAreNewAndThatAreKnown) {
    using x509::testing::test_now;
    x509::testing::Authority ca("Puppet CA");
    const auto provider = [&ca](const std::string& name) {
        const auto own = ca.issue(name);
        return x509::X509Provider::make({},
                                        {own.certificate_pem,
                                         own.private_key_pem,
                                         ca.certificate_pem(),
                                         ca.revocation_list({})})
            .value();
    };
    const auto client = provider("alice.mcollective");
    message::Claims claims;
    claims.id = an_id;
    claims.caller = client->caller_id();
    claims.sender = "desk";
    claims.collective = "mcollective";
    claims.agent = "discovery";
    claims.time = test_now();
    claims.body = "ping";
    const message::Delivery request{*client->seal_request(claims), {}, {}};
    Deliveries replies;
    for (int i = 0; i < 20; ++i) {
        const auto name = "web" + std::to_string(i);
        const auto node = provider(name);
        auto bytes =
            *node->seal_reply({an_id, name, "discovery", "mcollective", test_now(), "pong"},
                              *node->prove_request(request, test_now()));
        replies.push_back({bytes, {}, {}});
        bytes.back() = static_cast<char>(bytes.back() ^ 1);
        replies.push_back({std::move(bytes), {}, {}});
    }
    ProvingCrew crew(*client, 4);
    for (int round = 0; round < 5; ++round) {
        const auto proofs = crew.prove(replies, an_id, test_now());
        for (std::size_t i = 0; i < proofs.size(); ++i)
            EXPECT_EQ(proofs[i] ? proofs[i]->sender : "refused",
                      i % 2 == 0 ? "web" + std::to_string(i / 2) : "refused");
    }
}

}  // namespace
}  // namespace mco::client
