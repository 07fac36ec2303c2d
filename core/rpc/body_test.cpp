#include "core/rpc/body.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace mco::rpc {
namespace {

Symbol sym(const char* name) {
    return Symbol{name};
}

Value call_with(Map data) {
    return Map{{sym("agent"), "a"}, {sym("action"), "act"}, {sym("data"), std::move(data)}};
}

TEST(RpcBody, ComposesACallAsTheOriginalDoes) {
    const Value expected = Map{{sym("agent"), "package"},
                               {sym("action"), "install"},
                               {sym("caller"), "uid=500"},
                               {sym("data"),
                                Map{{sym("package"), "vim"},
                                    {sym("options"), Map{{"k", 1}}},
                                    {sym("process_results"), true}}}};
    EXPECT_EQ(request_body("package",
                           "install",
                           "uid=500",
                           Map{{"package", "vim"}, {"options", Map{{"k", 1}}}},
                           true),
              expected);
}

TEST(RpcBody, LeavesProcessResultsOut) {
    EXPECT_EQ(*request_body("a", "b", "c=d", {}, std::nullopt).find("data"), Value(Map{}));
    EXPECT_EQ(*request_body("a", "b", "c=d", {}, false).find("data"),
              Value(Map{{sym("process_results"), false}}));
}

TEST(RpcBody, ReadsWhatItComposes) {
    const auto call =
        read_call(request_body("package", "install", "uid=500", Map{{"package", "vim"}}, false));
    ASSERT_TRUE(call.has_value());
    EXPECT_EQ(call->agent, "package");
    EXPECT_EQ(call->action, "install");
    EXPECT_EQ(call->caller, "uid=500");
    EXPECT_EQ(call->inputs, (Map{{"package", "vim"}}));
    EXPECT_FALSE(call->wants_reply);
}

TEST(RpcBody, ReadsStringKeys) {
    const auto call = read_call(
        Map{{"action", "get"}, {"data", Map{{"fact", "os"}, {"process_results", false}}}});
    ASSERT_TRUE(call.has_value());
    EXPECT_EQ(call->agent, "");
    EXPECT_EQ(call->inputs, (Map{{"fact", "os"}}));
    EXPECT_FALSE(call->wants_reply);
}

TEST(RpcBody, PrefersSymbols) {
    const auto call = read_call(call_with(
        {{sym("x"), 1}, {"x", 2}, {sym("process_results"), true}, {"process_results", false}}));
    ASSERT_TRUE(call.has_value());
    EXPECT_EQ(call->inputs, (Map{{"x", 1}}));
    EXPECT_TRUE(call->wants_reply);
}

TEST(RpcBody, AnswersUnlessToldOtherwise) {
    const auto wants = [](Map data) { return read_call(call_with(std::move(data)))->wants_reply; };
    EXPECT_TRUE(wants({}));
    EXPECT_TRUE(wants({{sym("process_results"), "false"}}));  // true in Ruby
    EXPECT_FALSE(wants({{sym("process_results"), Value()}}));
    EXPECT_FALSE(wants({{sym("process_results"), false}}));
}

TEST(RpcBody, RefusesCallsThatAreNone) {
    for (const Value& body : {Value("ping"),
                              Value(Array{}),
                              Value(Map{}),
                              Value(Map{{"action", "a"}}),
                              Value(Map{{"action", 1}, {"data", Map{}}}),
                              Value(Map{{"action", "a"}, {"data", Array{}}}),
                              Value(Map{{"action", "a"}, {"data", Value()}}),
                              Value(Map{{"data", Map{}}}),
                              call_with({{1, 2}})}) {
        const auto call = read_call(body);
        ASSERT_FALSE(call.has_value());
        EXPECT_EQ(call.error().code, Errc::malformed);
    }
}

TEST(RpcBody, ComposesAReplyAsTheOriginalDoes) {
    const Output output{Status::ok, "OK", Map{{"pong", 1500000001}, {"more", Map{{"x", 1}}}}};
    const Value expected =
        Map{{sym("statuscode"), 0},
            {sym("statusmsg"), "OK"},
            {sym("data"), Map{{sym("pong"), 1500000001}, {sym("more"), Map{{"x", 1}}}}}};
    EXPECT_EQ(reply_body(output), expected);
}

TEST(RpcBody, ReadsReplies) {
    const auto output = read_reply(Map{{"statuscode", 17},
                                       {sym("statusmsg"), "odd"},
                                       {"data", Map{{sym("a"), Map{{sym("b"), 1}}}, {"c", 2}}}});
    ASSERT_TRUE(output.has_value());
    EXPECT_EQ(static_cast<int>(output->status), 17);
    EXPECT_EQ(output->message, "odd");
    EXPECT_EQ(output->data, (Map{{"c", 2}, {"a", Map{{sym("b"), 1}}}}));
}

TEST(RpcBody, RefusesRepliesThatAreNone) {
    for (const Value& body : {Value("pong"),
                              Value(Map{}),
                              Value(Map{{"statuscode", "0"}, {"data", Map{}}}),
                              Value(Map{{"statuscode", -1}, {"data", Map{}}}),
                              Value(Map{{"statuscode", 0}}),
                              Value(Map{{"statuscode", std::int64_t{1} << 40}, {"data", Map{}}})})
        EXPECT_FALSE(read_reply(body).has_value());
}

}  // namespace
}  // namespace mco::rpc
