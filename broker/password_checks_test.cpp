#include "broker/password_checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace mco::broker {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PasswordChecksTest : public testing::Test {
  protected:
    static AccountPtr user(const std::string& name, const std::string& password) {
        Account account;
        account.name = name;
        account.password = password;
        return std::make_shared<const Account>(std::move(account));
    }

    Expected<PasswordChecks::Ticket> check(const AccountPtr& account, const std::string& passcode) {
        const std::string name = account ? account->name : "nobody";
        return checks_.add({account, name, passcode, [this, name](const AccountPtr& found) {
                                outcomes_.push_back(name + (found ? " yes" : " no"));
                            }});
    }

    void run() {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (outcomes_.size() < wanted_ && std::chrono::steady_clock::now() < deadline)
            loop_.run_for(std::chrono::milliseconds(10)), loop_.restart();
    }

    asio::io_context loop_{1};
    asio::thread_pool pool_{1};
    PasswordChecks checks_{loop_, pool_, "salt"};
    const AccountPtr alice_ = user("alice", "plain:secret");
    const AccountPtr hashed_ = user("bob", hash_password("s3cret").value());
    std::vector<std::string> outcomes_;
    std::size_t wanted_ = 0;
};

TEST_F(PasswordChecksTest, AnswersLaterAndInTurn) {
    ASSERT_TRUE(check(alice_, "wrong"));
    ASSERT_TRUE(check(alice_, "wrong, too"));
    ASSERT_TRUE(check(user("carol", "plain:x"), "y"));
    EXPECT_THAT(outcomes_, IsEmpty()) << "never from inside the call";
    EXPECT_EQ(checks_.waiting(), 3u);
    wanted_ = 3;
    run();
    EXPECT_THAT(outcomes_, ElementsAre("alice no", "carol no", "alice no"));
    EXPECT_EQ(checks_.waiting(), 0u);
}

TEST_F(PasswordChecksTest, AThousandNodesThatShareAPasswordCostFewHashes) {
    for (int i = 0; i < 1000; ++i)
        ASSERT_TRUE(check(hashed_, "s3cret"));
    wanted_ = 1000;
    const auto before = std::chrono::steady_clock::now();
    EXPECT_FALSE(password_matches(hashed_->password, "one hash"));
    const auto one = std::chrono::steady_clock::now() - before;
    run();
    EXPECT_EQ(outcomes_, std::vector<std::string>(1000, "bob yes"));
    EXPECT_LT(std::chrono::steady_clock::now() - before, 500 * one) << "half a hash for each";
}

TEST_F(PasswordChecksTest, WhatWasRightBeforeDoesNotWait) {
    ASSERT_TRUE(check(hashed_, "s3cret"));
    wanted_ = 1;
    run();
    for (std::size_t i = 0; i < PasswordChecks::most_in_a_queue; ++i)
        ASSERT_TRUE(check(hashed_, "guess"));
    ASSERT_TRUE(check(hashed_, "s3cret")) << "though the queue is full";
    ASSERT_TRUE(check(alice_, "secret"));
    wanted_ = 3;
    run();
    EXPECT_THAT(outcomes_, testing::IsSupersetOf({"bob yes", "bob yes", "alice yes"}));
}

TEST_F(PasswordChecksTest, WhoGuessesDelaysOnlyLoginsOfTheSameUser) {
    for (std::size_t i = 0; i < PasswordChecks::most_in_a_queue; ++i)
        ASSERT_TRUE(check(nullptr, "guess"));
    const auto one_more = check(nullptr, "guess");
    ASSERT_FALSE(one_more);
    EXPECT_EQ(one_more.error().code, Errc::limit);
    ASSERT_TRUE(check(hashed_, "s3cret"));
    wanted_ = 2;
    run();
    EXPECT_THAT(outcomes_, testing::Contains("bob yes")) << "after one guess, not after a thousand";
    EXPECT_GT(checks_.waiting(), PasswordChecks::most_in_a_queue / 2);
}

TEST_F(PasswordChecksTest, WhoHangsUpLeavesTheQueue) {
    const auto ticket = check(hashed_, "s3cret");
    ASSERT_TRUE(ticket);
    ASSERT_TRUE(check(alice_, "wrong"));
    checks_.give_up(*ticket);
    checks_.give_up(*ticket);
    EXPECT_EQ(checks_.waiting(), 1u);
    wanted_ = 1;
    run();
    EXPECT_THAT(outcomes_, ElementsAre("alice no"));
}

TEST_F(PasswordChecksTest, AllTogetherAreBounded) {
    std::size_t accepted = 0;
    for (int each = 0; each < 10; ++each)
        for (std::size_t i = 0; i < PasswordChecks::most_in_a_queue; ++i)
            accepted += check(user("u" + std::to_string(each), "plain:x"), "y") ? 1u : 0u;
    EXPECT_EQ(accepted, PasswordChecks::most_waiting);
}

}  // namespace
}  // namespace mco::broker
