#include "transport/stomp/session.hpp"

#include <gtest/gtest.h>

namespace mco::stomp {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using transport::Broadcast;
using transport::Directed;
using transport::Publication;
using transport::ReplyAddress;
using transport::ReplyQueue;

const TimePoint wall{1'700'000'000'000ms};
const Monotonic start{1h};

SessionOptions plain_options() {
    SessionOptions options;
    options.naming.identity = "web1";
    options.naming.pid = 5;
    options.virtual_host = "mcollective";
    return options;
}

SessionOptions beating_options() {
    SessionOptions options = plain_options();
    options.heart_beat = 60s;
    return options;
}

/// All bytes that the actions want to be sent.
std::string written(const Actions& actions) {
    std::string bytes;
    for (const auto& action : actions)
        if (const auto* write = std::get_if<Write>(&action))
            bytes += write->bytes;
    return bytes;
}

template <class Kind>
std::vector<Kind> all(const Actions& actions) {
    std::vector<Kind> found;
    for (const auto& action : actions)
        if (const auto* one = std::get_if<Kind>(&action))
            found.push_back(*one);
    return found;
}

Actions log_in(Session& session,
               Monotonic now = start,
               const std::string& headers = "version:1.0\n") {
    static_cast<void>(session.on_open("user", "pass", now));
    return session.on_bytes("CONNECTED\n" + headers + "\n\0"s, now);
}

Publication broadcast(const std::string& body, std::chrono::seconds ttl = 60s) {
    return {Broadcast{"c", "a"}, "", body, ttl};
}

std::string send_frame(const std::string& body) {
    return "SEND\ndestination:/topic/c.a.agent\ntimestamp:1700000000000\nexpires:1700000070000\n"
           "mc_sender:web1\ncontent-length:" +
           std::to_string(body.size()) + "\n\n" + body + '\0';
}

TEST(SessionLogin, IsTheOriginalsByDefault) {
    Session session(plain_options());
    EXPECT_EQ(
        written(session.on_open("mcollective", "marionette", start)),
        "CONNECT\naccept-version:1.0\nhost:mcollective\nlogin:mcollective\npasscode:marionette\n"
        "content-length:0\n\n\0"s);
    EXPECT_FALSE(session.logged_in());
}

TEST(SessionLogin, LeavesBothOutWithoutAUser) {
    Session session(plain_options());
    EXPECT_EQ(written(session.on_open("", "unused", start)),
              "CONNECT\naccept-version:1.0\nhost:mcollective\ncontent-length:0\n\n\0"s);
}

TEST(SessionLogin, OffersHeartBeats) {
    SessionOptions options = beating_options();
    EXPECT_EQ(
        written(Session(options).on_open("", "", start)),
        "CONNECT\naccept-version:1.1,1.0\nhost:mcollective\nheart-beat:60500,59500\ncontent-length:0\n\n\0"s);
    options.stomp_1_0_fallback = false;
    EXPECT_EQ(
        written(Session(options).on_open("", "", start)),
        "CONNECT\naccept-version:1.1\nhost:mcollective\nheart-beat:60500,59500\ncontent-length:0\n\n\0"s);
}

TEST(SessionLogin, SucceedsByteByByte) {
    Session session(plain_options());
    session.on_open("u", "p", start);
    Actions actions;
    for (const char c : "CONNECTED\nsession:x\n\n\0"s)
        for (auto& action : session.on_bytes(std::string(1, c), start))
            actions.push_back(std::move(action));
    EXPECT_EQ(all<LoggedIn>(actions).size(), 1U);
    EXPECT_TRUE(session.logged_in());
}

Error login_failure(SessionOptions options, const std::string& answer) {
    Session session(std::move(options));
    session.on_open("user", "s3cret", start);
    const Actions actions = session.on_bytes(answer, start);
    EXPECT_TRUE(all<LoggedIn>(actions).empty());
    const auto closes = all<Close>(actions);
    EXPECT_EQ(closes.size(), 1U);
    EXPECT_FALSE(session.logged_in());
    return closes.empty() ? Error{} : closes[0].why;
}

TEST(SessionLogin, FailsLoudlyOnErrorAndKeepsThePasswordOut) {
    const Error error = login_failure(
        plain_options(),
        "ERROR\nmessage:Bad CONNECT\n\nno access for user with s3cret\nstack trace\0"s);
    EXPECT_EQ(error.code, Errc::denied);
    EXPECT_EQ(error.message,
              "the broker refused the login: Bad CONNECT: no access for user with ...");
}

TEST(SessionLogin, FailsOnAnythingElse) {
    EXPECT_EQ(login_failure(plain_options(), "MESSAGE\n\n\0"s).code, Errc::malformed);
    EXPECT_EQ(
        login_failure(plain_options(), "HTTP/1.1 400 Bad Request\nServer: x\n\n<html>\0\0"s).code,
        Errc::malformed);
    EXPECT_EQ(login_failure(plain_options(), "CONNECTED\nversion:1.2\n\n\0"s).code, Errc::invalid);
    EXPECT_EQ(login_failure(plain_options(), "CONNECTED\nversion:1.1\n\n\0"s).code, Errc::invalid);
}

TEST(SessionLogin, RefusesStomp10WithoutTheFallback) {
    SessionOptions options = beating_options();
    Session tolerant(options);
    EXPECT_EQ(all<LoggedIn>(log_in(tolerant, start, "")).size(), 1U);
    EXPECT_FALSE(tolerant.next_tick()) << "STOMP 1.0 has no heart-beats";
    options.stomp_1_0_fallback = false;
    EXPECT_EQ(login_failure(options, "CONNECTED\n\n\0"s).code, Errc::invalid);
}

TEST(SessionSubscriptions, AreMadeAtOnceWhenLoggedIn) {
    Session session(plain_options());
    log_in(session);
    EXPECT_EQ(
        written(session.subscribe(Directed{"c", "web1"})),
        "SUBSCRIBE\ndestination:/queue/c.nodes\nselector:mc_identity = 'web1'\nreceipt:/queue/c.nodes\ncontent-length:0\n\n\0"s);
    EXPECT_EQ(written(session.subscribe(Directed{"c", "web1"})), "") << "a duplicate";
    EXPECT_EQ(written(session.unsubscribe(Directed{"c", "web1"})),
              "UNSUBSCRIBE\ndestination:/queue/c.nodes\ncontent-length:0\n\n\0"s);
    EXPECT_EQ(written(session.unsubscribe(Directed{"c", "web1"})), "");
}

TEST(SessionSubscriptions, HaveIdsFromStomp11On) {
    Session session(beating_options());
    log_in(session, start, "version:1.1\n");
    EXPECT_EQ(
        written(session.subscribe(Broadcast{"c", "a"})),
        "SUBSCRIBE\ndestination:/topic/c.a.agent\nid:/topic/c.a.agent\nreceipt:/topic/c.a.agent\ncontent-length:0\n\n\0"s);
    EXPECT_EQ(
        written(session.unsubscribe(Broadcast{"c", "a"})),
        "UNSUBSCRIBE\ndestination:/topic/c.a.agent\nid:/topic/c.a.agent\ncontent-length:0\n\n\0"s);
}

TEST(SessionSubscriptions, AreRepeatedAfterEachLogin) {
    Session session(plain_options());
    session.subscribe(Broadcast{"c", "a"});
    session.subscribe(Broadcast{"c", "b"});
    session.subscribe(Broadcast{"c", "gone"});
    session.unsubscribe(Broadcast{"c", "gone"});
    const std::string expected =
        "SUBSCRIBE\ndestination:/topic/c.a.agent\nreceipt:/topic/c.a.agent\ncontent-length:0\n\n\0"
        "SUBSCRIBE\ndestination:/topic/c.b.agent\nreceipt:/topic/c.b.agent\ncontent-length:0\n\n\0"s;
    for (int i = 0; i < 2; ++i) {
        const Actions actions = log_in(session);
        EXPECT_EQ(written(actions), expected);
        EXPECT_TRUE(std::holds_alternative<LoggedIn>(actions.back()))
            << "subscribed first, then told so";
        session.on_closed();
    }
}

TEST(SessionSubscriptions, ShareAMultiplexedDestination) {
    SessionOptions options = plain_options();
    options.naming.agents_multiplex = true;
    Session session(options);
    log_in(session);
    EXPECT_NE(written(session.subscribe(Broadcast{"c", "a"})), "");
    EXPECT_EQ(written(session.subscribe(Broadcast{"c", "b"})), "");
    EXPECT_EQ(written(session.unsubscribe(Broadcast{"c", "a"})), "") << "b still needs it";
    EXPECT_NE(written(session.unsubscribe(Broadcast{"c", "b"})), "");
}

TEST(SessionSubscriptions, NeverNameRabbitMqsTemporaryQueues) {
    SessionOptions options = plain_options();
    options.naming.flavour = Flavour::rabbitmq;
    Session session(options);
    log_in(session);
    EXPECT_TRUE(session.subscribe(ReplyQueue{"c", "a", 1}).empty());
    EXPECT_TRUE(session.unsubscribe(ReplyQueue{"c", "a", 1}).empty());
}

TEST(SessionSubscriptions, OfTwoCallsToOneAgentHaveDifferentIds) {
    SessionOptions options = beating_options();
    options.naming.flavour = Flavour::rabbitmq;
    options.naming.use_reply_exchange = true;
    Session session(options);
    log_in(session, start, "version:1.1\n");
    EXPECT_NE(
        written(session.subscribe(ReplyQueue{"c", "a", 1})).find("\nid:mcollective_a_replies\n"),
        std::string::npos);
    EXPECT_NE(
        written(session.subscribe(ReplyQueue{"c", "a", 2})).find("\nid:mcollective_a_replies_2\n"),
        std::string::npos);
}

std::string receipt_for(const std::string& destination) {
    return "RECEIPT\nreceipt-id:" + destination + "\n\n\0"s;
}

TEST(SessionSubscriptions, AreQuietWhenConfirmed) {
    Session session(plain_options());
    log_in(session);
    session.subscribe(Broadcast{"c", "a"});
    EXPECT_TRUE(session.on_bytes(receipt_for("/topic/c.a.agent"), start).empty());
    EXPECT_TRUE(session.on_bytes(receipt_for("/topic/c.gone.agent"), start).empty());
    const Actions actions = session.on_bytes("ERROR\nmessage:no such queue\n\n\0"s, start);
    EXPECT_EQ(all<Warn>(actions).size(), 1U) << "about something else";
    EXPECT_TRUE(session.logged_in());
}

/// ActiveMQ keeps the connection open after it refused a subscription.
TEST(SessionSubscriptions, ThatAreRefusedEndTheConnection) {
    for (const auto* const which : {"receipt-id:/topic/c.b.agent\n", ""}) {
        Session session(plain_options());
        log_in(session);
        session.subscribe(Broadcast{"c", "a"});
        session.subscribe(Broadcast{"c", "b"});
        session.on_bytes(receipt_for("/topic/c.a.agent"), start);
        const Actions actions =
            session.on_bytes("ERROR\nmessage:not authorized\n"s + which + "\n\0"s, start);
        const auto closes = all<Close>(actions);
        ASSERT_EQ(closes.size(), 1U);
        EXPECT_EQ(closes[0].why.code, Errc::denied);
        EXPECT_EQ(closes[0].why.message,
                  "the broker refused the subscription to /topic/c.b.agent: not authorized");
        EXPECT_NE(written(log_in(session)).find("/topic/c.b.agent"), std::string::npos)
            << "the next connection asks again";
    }
}

TEST(SessionSubscriptions, AreConfirmedOnEachConnectionAnew) {
    Session session(plain_options());
    session.subscribe(Broadcast{"c", "a"});
    log_in(session);
    session.on_bytes(receipt_for("/topic/c.a.agent"), start);
    session.on_closed();
    log_in(session);
    EXPECT_EQ(all<Close>(session.on_bytes("ERROR\n\n\0"s, start)).size(), 1U);
}

TEST(SessionPublish, SendsWhenLoggedIn) {
    Session session(plain_options());
    log_in(session);
    const auto actions = session.publish(broadcast("a\0b"s), wall, start);
    ASSERT_TRUE(actions);
    EXPECT_EQ(written(*actions), send_frame("a\0b"s));
}

TEST(SessionPublish, WaitsForTheLoginAndComesAfterTheSubscriptions) {
    Session session(plain_options());
    session.subscribe(Broadcast{"c", "a"});
    for (const auto* body : {"one", "two"}) {
        const auto actions = session.publish(broadcast(body), wall, start);
        ASSERT_TRUE(actions);
        EXPECT_TRUE(actions->empty());
    }
    EXPECT_TRUE(session.has_waiting());
    EXPECT_EQ(
        written(log_in(session)),
        "SUBSCRIBE\ndestination:/topic/c.a.agent\nreceipt:/topic/c.a.agent\ncontent-length:0\n\n\0"s +
            send_frame("one") + send_frame("two"));
    EXPECT_FALSE(session.has_waiting());
    session.on_closed();
    EXPECT_EQ(
        written(log_in(session)),
        "SUBSCRIBE\ndestination:/topic/c.a.agent\nreceipt:/topic/c.a.agent\ncontent-length:0\n\n\0"s)
        << "sent twice";
}

TEST(SessionPublish, DropsWhatExpiredWhileWaiting) {
    Session session(plain_options());
    ASSERT_TRUE(session.publish(broadcast("old", 10s), wall, start));
    ASSERT_TRUE(session.publish(broadcast("fresh", 60s), wall, start));
    const Actions actions = log_in(session, start + 10s);
    EXPECT_EQ(written(actions), send_frame("fresh"));
    ASSERT_EQ(all<Warn>(actions).size(), 1U);
    EXPECT_EQ(all<Warn>(actions)[0].text,
              "messages that expired without a connection and were dropped: 1");
}

TEST(SessionPublish, KeepsABoundedNumber) {
    SessionOptions options = plain_options();
    options.buffered_messages = 2;
    options.buffered_bytes = 10;
    Session session(options);
    ASSERT_TRUE(session.publish(broadcast("12345678"), wall, start));
    const auto too_large = session.publish(broadcast("123"), wall, start);
    ASSERT_FALSE(too_large);
    EXPECT_EQ(too_large.error().code, Errc::limit);
    ASSERT_TRUE(session.publish(broadcast("12"), wall, start));
    EXPECT_FALSE(session.publish(broadcast(""), wall, start)) << "the third";
    log_in(session);
    session.on_closed();
    EXPECT_TRUE(session.publish(broadcast("1234567890"), wall, start)) << "there is room again";
}

TEST(SessionPublish, RefusesTheRequestChannelsAsReplyAddress) {
    Session session(plain_options());
    log_in(session);
    const auto actions =
        session.publish({ReplyAddress{"/topic/c.a.agent"}, "", "x", 60s}, wall, start);
    ASSERT_FALSE(actions);
    EXPECT_EQ(actions.error().code, Errc::denied);
}

const std::string message_frame =
    "MESSAGE\ndestination:/topic/c.a.agent\nreply-to:/queue/r\nmc_sender:client\ncontent-length:3\n\na\0b\0"s;

TEST(SessionMessages, AreDeliveredAtAnySplit) {
    for (std::size_t split = 0; split <= message_frame.size(); ++split) {
        Session session(plain_options());
        log_in(session);
        Actions actions = session.on_bytes(message_frame.substr(0, split), start);
        for (auto& action : session.on_bytes(message_frame.substr(split), start))
            actions.push_back(std::move(action));
        const auto delivered = all<Deliver>(actions);
        ASSERT_EQ(delivered.size(), 1U) << split;
        EXPECT_EQ(delivered[0].delivery.body, "a\0b"s);
        EXPECT_EQ(delivered[0].delivery.reply_to, "/queue/r");
        EXPECT_EQ(delivered[0].delivery.sender, "client");
    }
}

TEST(SessionMessages, MayArriveWithTheLogin) {
    Session session(beating_options());
    session.on_open("", "", start);
    const Actions actions = session.on_bytes(
        "CONNECTED\nversion:1.1\n\n\0MESSAGE\nreply-to:/queue/a\\cb\n\nx\0"s, start);
    ASSERT_EQ(all<Deliver>(actions).size(), 1U);
    EXPECT_EQ(all<Deliver>(actions)[0].delivery.reply_to, "/queue/a:b");
}

TEST(SessionMessages, TravelAsBase64IfConfigured) {
    SessionOptions options = plain_options();
    options.base64 = true;
    Session session(options);
    log_in(session);
    const auto sent = session.publish(broadcast("hello"), wall, start);
    ASSERT_TRUE(sent);
    EXPECT_EQ(written(*sent), send_frame("aGVsbG8=\n"));
    const Actions good = session.on_bytes("MESSAGE\n\naGVs\nbG8=\n\0"s, start);
    ASSERT_EQ(all<Deliver>(good).size(), 1U);
    EXPECT_EQ(all<Deliver>(good)[0].delivery.body, "hello");
    const Actions bad = session.on_bytes("MESSAGE\n\n--- yaml\0"s, start);
    EXPECT_TRUE(all<Deliver>(bad).empty());
    EXPECT_EQ(all<Warn>(bad).size(), 1U);
    EXPECT_TRUE(session.logged_in());
}

TEST(SessionMessages, OtherFramesAreOnlyReported) {
    Session session(plain_options());
    log_in(session);
    const Actions actions = session.on_bytes(
        "ERROR\nmessage:no rights for pass\n\n\0CONNECTED\n\n\0"s + message_frame, start);
    const auto warnings = all<Warn>(actions);
    ASSERT_EQ(warnings.size(), 2U);
    EXPECT_EQ(warnings[0].text, "the broker reports an error: no rights for ...");
    EXPECT_EQ(all<Deliver>(actions).size(), 1U);
}

TEST(SessionMessages, GarbageEndsTheConnectionAfterWhatWasGood) {
    Session session(plain_options());
    log_in(session);
    const Actions actions = session.on_bytes(message_frame + "no\nframe\n\0"s, start);
    EXPECT_EQ(all<Deliver>(actions).size(), 1U);
    ASSERT_EQ(all<Close>(actions).size(), 1U);
    EXPECT_EQ(all<Close>(actions)[0].why.code, Errc::malformed);
    EXPECT_TRUE(session.on_bytes(message_frame, start).empty()) << "nothing counts after Close";
}

TEST(SessionMessages, TooLargeOnesEndTheConnection) {
    SessionOptions options = plain_options();
    options.limits.body_bytes = 10;
    Session session(options);
    log_in(session);
    const auto closes = all<Close>(session.on_bytes("MESSAGE\ncontent-length:11\n\n", start));
    ASSERT_EQ(closes.size(), 1U);
    EXPECT_EQ(closes[0].why.code, Errc::limit);
}

TEST(SessionHeartBeats, AreSentInTimeAndNotWithoutNeed) {
    Session session(beating_options());
    log_in(session, start, "version:1.1\nheart-beat:0,30000\n");
    EXPECT_EQ(session.next_tick(), start + 60s) << "60.5 s are promised";
    EXPECT_TRUE(session.on_tick(start + 59s).empty());
    EXPECT_EQ(written(session.on_tick(start + 60s)), "\n");
    EXPECT_EQ(session.next_tick(), start + 120s);
    ASSERT_TRUE(session.publish(broadcast("counts as a beat"), wall, start + 90s));
    EXPECT_TRUE(session.on_tick(start + 120s).empty());
    EXPECT_EQ(session.next_tick(), start + 150s);
}

TEST(SessionHeartBeats, FollowTheSlowerSide) {
    Session session(beating_options());
    log_in(session, start, "version:1.1\nheart-beat:90000,120000\n");
    EXPECT_EQ(session.next_tick(), start + 90s);
    EXPECT_EQ(written(session.on_tick(start + 90s)), "") << "we need to send only every 120 s";
    EXPECT_EQ(session.next_tick(), start + 119'500ms);
}

TEST(SessionHeartBeats, MissingOnesEndTheConnection) {
    Session session(beating_options());
    log_in(session, start, "version:1.1\nheart-beat:60000,0\n");
    EXPECT_EQ(session.next_tick(), start + 60s);
    session.on_bytes("\n", start + 59s);
    EXPECT_TRUE(session.on_tick(start + 60s).empty());
    EXPECT_TRUE(session.on_tick(start + 120s).empty()) << "one may be missing";
    const auto closes = all<Close>(session.on_tick(start + 180s));
    ASSERT_EQ(closes.size(), 1U);
    EXPECT_EQ(closes[0].why.code, Errc::timed_out);
    EXPECT_FALSE(session.next_tick());
}

TEST(SessionHeartBeats, AnyByteCountsAndForgivesEarlierSilence) {
    Session session(beating_options());
    log_in(session, start, "version:1.1\nheart-beat:60000,0\n");
    EXPECT_TRUE(session.on_tick(start + 60s).empty());
    session.on_bytes("MES", start + 100s);
    EXPECT_TRUE(session.on_tick(start + 120s).empty());
    EXPECT_TRUE(session.on_tick(start + 180s).empty()) << "the count began anew";
    EXPECT_EQ(all<Close>(session.on_tick(start + 240s)).size(), 1U);
}

TEST(SessionHeartBeats, AreNeverMissedWithZeroFails) {
    SessionOptions options = beating_options();
    options.missed_beats = 0;
    Session session(options);
    log_in(session, start, "version:1.1\nheart-beat:60000,0\n");
    for (int i = 1; i < 10; ++i)
        EXPECT_TRUE(session.on_tick(start + i * 60s).empty());
}

TEST(SessionHeartBeats, NonsenseMeansNone) {
    for (const auto* header :
         {"heart-beat:\n", "heart-beat:x,y\n", "heart-beat:5\n", "heart-beat:-1,-1\n", ""}) {
        Session session(beating_options());
        log_in(session, start, "version:1.1\n"s + header);
        EXPECT_FALSE(session.next_tick()) << header;
    }
}

TEST(SessionEnd, SaysGoodByeOnlyWhenSomebodyListens) {
    Session session(plain_options());
    EXPECT_TRUE(session.disconnect().empty());
    log_in(session);
    EXPECT_EQ(written(session.disconnect()), "DISCONNECT\ncontent-length:0\n\n\0"s);
}

}  // namespace
}  // namespace mco::stomp
