#include "client/sources/lookup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>

namespace mco::client {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

Monotonic in(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

TEST(LookUp, TellsTheAddressesAsNumbers) {
    for (const std::string address : {"127.0.0.1", "::1"})
        EXPECT_THAT(*look_up(address, in(1min)), ElementsAre(address));
    EXPECT_THAT(*look_up("localhost", in(1min)),
                ::testing::IsSupersetOf({std::string("127.0.0.1")}));
}

TEST(LookUp, SaysWhyThereAreNone) {
    const auto found = look_up("no name at all", in(1min));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, Errc::unavailable);
    EXPECT_THAT(found.error().message, ::testing::StartsWith("its name cannot be resolved: "));
}

TEST(LookUp, EndsAtTheDeadlineWhateverTheResolverDoes) {
    std::promise<void> name_server, thread;
    const auto answered = name_server.get_future().share();
    const auto ended = thread.get_future();
    // goes with the last copy of the resolver, which is the thread's
    std::shared_ptr<void> witness(nullptr, [&thread](void*) { thread.set_value(); });
    const auto found = look_up("db",
                               in(50ms),
                               [answered, witness = std::move(witness)](
                                   const std::string&) -> Expected<std::vector<std::string>> {
                                   answered.wait();
                                   return std::vector<std::string>{"192.0.2.1"};
                               });
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, Errc::timed_out);
    EXPECT_EQ(ended.wait_for(0s), std::future_status::timeout) << "it still waits for an answer";
    name_server.set_value();
    EXPECT_EQ(ended.wait_for(1min), std::future_status::ready);
}

}  // namespace
}  // namespace mco::client
