#include "broker/session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace mco::broker {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

AccountPtr account(Role role, std::string name = "somebody") {
    Account result;
    result.name = std::move(name);
    result.rights.role = role;
    return std::make_shared<const Account>(std::move(result));
}

class Notes final : public SessionHost {
  public:
    void attention() override { ++attentions; }

    void authenticate(Credentials given) override { credentials.push_back(std::move(given)); }

    void note(system::Level level, const std::string& message) override {
        if (level >= system::Level::warn)
            warnings.push_back(message);
    }

    int attentions = 0;
    std::vector<Credentials> credentials;
    std::vector<std::string> warnings;
};

/// One peer and its session; frames are written with `|` for a line end and `$` for NUL.
class Peer {
  public:
    Peer(Shared& shared, Instant& now) : now_(now), session(shared, host, now) {}

    Peer& send(std::string text) {
        std::replace(text.begin(), text.end(), '|', '\n');
        std::replace(text.begin(), text.end(), '$', '\0');
        session.on_bytes(text, now_);
        return *this;
    }

    /// Logs in with the version, as that role.
    Peer& connect(Role role, const std::string& headers = "accept-version:1.2|") {
        send("CONNECT|" + headers + "|$");
        session.on_login(account(role), now_);
        received();
        return *this;
    }

    /// What the shell would have written, as text in the same notation.
    std::string received() {
        std::array<iovec, 64> vectors;
        std::string text;
        while (!session.outbox().empty()) {
            const std::size_t used = session.outbox().gather(vectors);
            std::size_t size = 0;
            for (std::size_t i = 0; i < used; ++i) {
                text.append(static_cast<const char*>(vectors[i].iov_base), vectors[i].iov_len);
                size += vectors[i].iov_len;
            }
            session.on_written(size, now_);
        }
        std::replace(text.begin(), text.end(), '\n', '|');
        std::replace(text.begin(), text.end(), '\0', '$');
        return text;
    }

    bool closing() const { return session.state() == Session::State::closing; }

  private:
    Instant& now_;

  public:
    Notes host;
    Session session;
};

class SessionTest : public testing::Test {
  protected:
    Peer& peer() { return peers_.emplace_back(shared_, now_); }

    void pass(std::chrono::milliseconds time) {
        now_.steady += time;
        now_.wall += time;
        for (Peer& each : peers_)
            each.session.on_tick(now_);
    }

    Instant now_{TimePoint(1'700'000'000'000ms), Monotonic(1h)};
    SessionLimits limits_;
    Counters counters_;
    Router router_{counters_};
    Backlog backlog_{256u << 20u};
    Shared shared_{router_, counters_, limits_, backlog_};
    std::deque<Peer> peers_;
};

TEST_F(SessionTest, NegotiatesTheVersion) {
    struct Case {
        std::string headers, expected;
    };

    for (const Case& c : {Case{"", "version:1.0|"},
                          Case{"accept-version:1.0|", "version:1.0|"},
                          Case{"accept-version:1.1,1.0|", "version:1.1|"},
                          Case{"accept-version:1.0,1.1,1.2|", "version:1.2|"},
                          Case{"accept-version:1.3, 1.2|", "version:1.2|"}}) {
        Peer& client = peer();
        client.send("CONNECT|" + c.headers + "|$").session.on_login(account(Role::any), now_);
        EXPECT_THAT(client.received(), AllOf(HasSubstr("CONNECTED|"), HasSubstr(c.expected)))
            << c.headers;
    }
    Peer& future = peer();
    future.send("STOMP|accept-version:2.0||$");
    EXPECT_THAT(future.received(), AllOf(HasSubstr("ERROR|"), HasSubstr("version:1.0,1.1,1.2")));
    EXPECT_TRUE(future.closing());
}

TEST_F(SessionTest, PassesTheCredentialsOnAndWaits) {
    Peer& client = peer();
    client.send("CONNECT|login:alice|passcode:s3cret||$SUBSCRIBE|destination:/topic/t||$");
    ASSERT_EQ(client.host.credentials.size(), 1u);
    EXPECT_EQ(client.host.credentials[0].login, "alice");
    EXPECT_EQ(client.host.credentials[0].passcode, "s3cret");
    EXPECT_EQ(client.received(), "");
    EXPECT_EQ(counters_.subscriptions, 0u) << "nothing happens before the login is through";
    client.session.on_login(account(Role::any), now_);
    EXPECT_THAT(client.received(), HasSubstr("CONNECTED"));
    EXPECT_EQ(counters_.subscriptions, 1u);
    EXPECT_EQ(counters_.sessions, 1u);
}

TEST_F(SessionTest, TellsAFailedLoginLate) {
    Peer& client = peer();
    client.send("CONNECT|login:alice|passcode:wrong||$");
    client.session.on_login(nullptr, now_);
    pass(900ms);
    EXPECT_EQ(client.received(), "");
    client.send("CONNECT|login:alice|passcode:other||$");
    EXPECT_EQ(client.host.credentials.size(), 1u) << "one guess a connection";
    pass(200ms);
    EXPECT_THAT(client.received(), HasSubstr("ERROR|message:login failed|"));
    EXPECT_TRUE(client.closing());
    EXPECT_EQ(counters_.logins_failed, 1u);
    EXPECT_EQ(counters_.sessions, 0u);
}

TEST_F(SessionTest, DeliversWithAllHeadersAndAnyBytes) {
    Peer& reader = peer().connect(Role::any);
    Peer& writer = peer().connect(Role::any, "");
    reader.send("SUBSCRIBE|id:s\\c1|destination:/queue/q||$");
    writer.send(
        "SEND|destination:/queue/q|content-type:text/plain; charset=UTF-8|content-length:3|"
        "reply-to:/queue/r|timestamp:1|expires:1900000000000|mc_sender:web1|x:C:\\n|receipt:7||"
        "a$b$");
    const std::string received = reader.received();
    EXPECT_THAT(received, testing::StartsWith("MESSAGE|subscription:s\\c1|"));
    EXPECT_THAT(received, HasSubstr("|content-type:text/plain; charset=UTF-8|"));
    EXPECT_THAT(received, HasSubstr("|reply-to:/queue/r|timestamp:1|expires:1900000000000|"));
    EXPECT_THAT(received, HasSubstr("|mc_sender:web1|x:C\\c\\\\n|"));
    EXPECT_THAT(received, HasSubstr("|destination:/queue/q|message-id:1|content-length:3||a$b$"));
    EXPECT_THAT(received, Not(HasSubstr("receipt")));
    EXPECT_THAT(writer.received(), HasSubstr("RECEIPT|receipt-id:7|"));
}

TEST_F(SessionTest, Stomp10HasNoIdsAndNoEscapes) {
    Peer& node = peer().connect(Role::any, "accept-version:1.0|");
    node.send("SUBSCRIBE|destination:/topic/t|content-length:0||$");
    node.send("SUBSCRIBE|destination:/topic/t||$");
    node.send("SEND|destination:/topic/t|x:a\\nb:c||hello$");
    EXPECT_EQ(node.received(),
              "MESSAGE|x:a\\nb:c|destination:/topic/t|message-id:1|content-length:5||hello$");
    node.send("UNSUBSCRIBE|destination:/topic/t||$UNSUBSCRIBE|destination:/topic/t||$");
    node.send("SEND|destination:/topic/t||hello$");
    EXPECT_EQ(node.received(), "");
    EXPECT_FALSE(node.closing());
}

TEST_F(SessionTest, EveryFrameCanAskForAReceipt) {
    Peer& client = peer().connect(Role::any);
    for (const std::string& frame : std::vector<std::string>{"SUBSCRIBE|id:1|destination:/topic/t",
                                                             "SEND|destination:/topic/x",
                                                             "ACK|id:1",
                                                             "NACK|id:1",
                                                             "UNSUBSCRIBE|id:1",
                                                             "UNSUBSCRIBE|id:unknown",
                                                             "DISCONNECT"}) {
        client.send(frame + "|receipt:r\\c1||$");
        EXPECT_EQ(client.received(), "RECEIPT|receipt-id:r\\c1|content-length:0||$") << frame;
    }
    EXPECT_TRUE(client.closing());
    EXPECT_THAT(client.host.warnings, IsEmpty());
}

TEST_F(SessionTest, AcknowledgingSubscribersGetTheHeaderTheyArePromised) {
    Peer& client = peer().connect(Role::any);
    client.send("SUBSCRIBE|id:1|destination:/topic/t|ack:client-individual||$");
    client.send("SEND|destination:/topic/t||x$");
    EXPECT_THAT(client.received(), testing::StartsWith("MESSAGE|subscription:1|ack:1|"));
}

TEST_F(SessionTest, RefusesWhatItCannotServe) {
    struct Case {
        std::string frame, message;
    };

    for (const Case& c :
         {Case{"BEGIN|transaction:1", "transactions are not supported"},
          Case{"COMMIT|transaction:1", "transactions are not supported"},
          Case{"ABORT|transaction:1", "transactions are not supported"},
          Case{"SEND|destination:/queue/q|transaction:1", "transactions"},
          Case{"SEND", "SEND needs a destination"},
          Case{"SEND|destination:/exchange/x", "a destination begins with"},
          Case{"SUBSCRIBE|destination:/topic/t", "SUBSCRIBE needs an id"},
          Case{"SUBSCRIBE|id:1|destination:/topic/a.>", "a destination's name"},
          Case{"SUBSCRIBE|id:1|destination:/topic/t|selector:x > 1", "only selectors"},
          Case{"CONNECT", "this session is connected"},
          Case{"GREET", "unknown command GREET"}}) {
        Peer& client = peer().connect(Role::any);
        client.send(c.frame + "|receipt:7||$SEND|destination:/queue/q||never$");
        EXPECT_THAT(client.received(),
                    AllOf(HasSubstr("ERROR|message:" + c.message), HasSubstr("receipt-id:7|")))
            << c.frame;
        EXPECT_TRUE(client.closing()) << c.frame;
    }
    EXPECT_EQ(counters_.messages_received, 0u);
    EXPECT_EQ(counters_.protocol_errors, 11u);
}

TEST_F(SessionTest, RefusesStrangersBeforeTheLogin) {
    for (const std::string& text : std::vector<std::string>{"SEND|destination:/queue/q||x$",
                                                            "GET / HTTP/1.1|Host: x||",
                                                            "CONNECT|heart-beat:soon||$",
                                                            "CONNECT|heart-beat:1,||$",
                                                            "CONNECT|heart-beat:-1,0||$",
                                                            "||||:|"}) {
        Peer& stranger = peer();
        stranger.send(text);
        stranger.send("x||$");
        EXPECT_TRUE(stranger.closing()) << text;
        EXPECT_THAT(stranger.received(), HasSubstr("ERROR|")) << text;
    }
    Peer& talker = peer();
    for (int i = 0; i < 70; ++i)
        talker.send(std::string(1000, '|'));
    EXPECT_TRUE(talker.closing()) << "bytes before the login are bounded";
}

TEST_F(SessionTest, BrokenBytesEndASessionAfterWhatCameBefore) {
    Peer& reader = peer().connect(Role::any);
    reader.send("SUBSCRIBE|id:1|destination:/topic/t||$");
    Peer& writer = peer().connect(Role::any);
    writer.send("SEND|destination:/topic/t||good$SEND|no colon||bad$");
    EXPECT_THAT(reader.received(), HasSubstr("good$"));
    EXPECT_THAT(writer.received(), HasSubstr("ERROR|"));
    EXPECT_TRUE(writer.closing());
}

TEST_F(SessionTest, TooLargeAFrameIsRefusedAtItsHeader) {
    Peer& client = peer().connect(Role::any);
    client.send("SEND|destination:/topic/t|content-length:16777217||");
    EXPECT_TRUE(client.closing());
}

TEST_F(SessionTest, RightsAreCheckedOnSendAndSubscribe) {
    Peer& client = peer().connect(Role::client);
    client.send("SUBSCRIBE|id:1|destination:/topic/mcollective.rpcutil.agent||$");
    EXPECT_THAT(client.received(), HasSubstr("somebody may not subscribe to /topic/"));
    EXPECT_TRUE(client.closing());
    Peer& other = peer().connect(Role::client);
    other.send("SEND|destination:/queue/mcollective.reply.x_1.1||$");
    EXPECT_TRUE(other.closing());
    EXPECT_EQ(counters_.refused_by_rights, 2u);
    EXPECT_THAT(other.host.warnings, ElementsAre(HasSubstr("may not publish to /queue/")));
}

TEST_F(SessionTest, ANodeIsNotDisconnectedForAReplyThatGoesNowhere) {
    Peer& node = peer().connect(Role::node);
    Peer& other = peer().connect(Role::node);
    other.send("SUBSCRIBE|id:1|destination:/topic/mcollective.rpcutil.agent||$");
    for (int i = 0; i < 3; ++i)
        node.send("SEND|destination:/topic/mcollective.rpcutil.agent||forged$");
    EXPECT_EQ(node.received(), "");
    EXPECT_EQ(other.received(), "") << "nodes may not publish requests";
    EXPECT_FALSE(node.closing());
    EXPECT_EQ(node.host.warnings.size(), 1u) << "said once";
    node.send("SEND|destination:/topic/mcollective.rpcutil.agent|receipt:1||forged$");
    EXPECT_TRUE(node.closing()) << "whoever asks gets an answer";
}

TEST_F(SessionTest, ANodeIsNotDisconnectedForAReplyToWhatIsNoDestination) {
    Peer& node = peer().connect(Role::node);
    for (const auto* destination : {"/queue/a,/queue/b", "/queue/mcollective.reply.>", "nonsense"})
        node.send(std::string("SEND|destination:") + destination + "||reply$");
    EXPECT_EQ(node.received(), "");
    EXPECT_FALSE(node.closing());
    EXPECT_EQ(counters_.messages_unroutable, 3u);
    EXPECT_EQ(node.host.warnings.size(), 1u) << "said once";
    node.send("SEND|destination:nonsense|receipt:1||reply$");
    EXPECT_TRUE(node.closing()) << "whoever asks gets an answer";
}

TEST_F(SessionTest, AReplyQueueHasOneReader) {
    const std::string queue = "/queue/mcollective.reply.alice_1.1";
    Peer& alice = peer().connect(Role::client);
    Peer& mallory = peer().connect(Role::client);
    alice.send("SUBSCRIBE|id:1|destination:" + queue + "||$");
    mallory.send("SUBSCRIBE|id:1|destination:" + queue + "||$SEND|destination:" + queue + "||x$");
    EXPECT_TRUE(mallory.closing());
    EXPECT_THAT(mallory.received(), HasSubstr("is read by somebody else"));
    Peer& node = peer().connect(Role::node);
    node.send("SEND|destination:" + queue + "||answer$");
    EXPECT_THAT(alice.received(), HasSubstr("answer$"));
    alice.send("UNSUBSCRIBE|id:1||$");
    Peer& next = peer().connect(Role::client);
    next.send("SUBSCRIBE|id:1|destination:" + queue + "||$");
    EXPECT_FALSE(next.closing());
}

TEST_F(SessionTest, ASlowReaderIsDisconnectedAndForgotten) {
    limits_.max_queue = 1000;
    Peer& slow = peer().connect(Role::any);
    Peer& fast = peer().connect(Role::any);
    slow.send("SUBSCRIBE|id:1|destination:/topic/t||$");
    fast.send("SUBSCRIBE|id:1|destination:/topic/t||$");
    for (int i = 0; i < 10; ++i) {
        fast.send("SEND|destination:/topic/t||" + std::string(150, 'x') + "$");
        EXPECT_THAT(fast.received(), HasSubstr("xxx$")) << i;
    }
    EXPECT_TRUE(slow.closing());
    EXPECT_TRUE(slow.session.outbox().empty()) << "its memory is free";
    EXPECT_FALSE(fast.closing());
    EXPECT_EQ(counters_.slow_readers, 1u);
    EXPECT_EQ(counters_.bytes_queued, 0u);
    EXPECT_THAT(slow.host.warnings, ElementsAre(HasSubstr("does not read")));
    pass(1ms);
    EXPECT_EQ(counters_.subscriptions, 1u);
}

TEST_F(SessionTest, TenThousandAnswersWaitForACallerThatIsBusy) {
    Peer& caller = peer().connect(Role::any);
    Peer& node = peer().connect(Role::any);
    caller.send("SUBSCRIBE|id:1|destination:/queue/q||$");
    const std::size_t size = 100 * (10u << 10u);  // a hundred answers in one, to be quick
    for (int i = 0; i < 100; ++i)
        node.send("SEND|destination:/queue/q||" + std::string(size, 'x') + "$");
    EXPECT_FALSE(caller.closing());
    EXPECT_EQ(counters_.messages_delivered, 100u);
    EXPECT_GT(counters_.bytes_queued, 100 * size);
}

TEST_F(SessionTest, AReaderThatAcceptsNothingIsDisconnected) {
    Peer& client = peer().connect(Role::any);
    client.send("SUBSCRIBE|id:1|destination:/topic/t||$SEND|destination:/topic/t||x$");
    pass(29s);
    EXPECT_FALSE(client.closing());
    pass(1s);
    EXPECT_TRUE(client.closing());
    EXPECT_EQ(counters_.slow_readers, 1u);
}

/// A byte now and then would keep the memory of a whole queue for ever.
TEST_F(SessionTest, AReaderHasToReadAtALeastRate) {
    limits_.min_read_rate = 10;
    Peer& slow = peer().connect(Role::any);
    slow.send("SUBSCRIBE|id:1|destination:/topic/t||$");
    slow.send("SEND|destination:/topic/t||" + std::string(1000, 'x') + "$");
    for (const std::size_t accepted : {300u, 301u, 299u}) {
        EXPECT_FALSE(slow.closing());
        slow.session.on_written(accepted, now_);
        pass(30s);
    }
    EXPECT_TRUE(slow.closing());
    EXPECT_THAT(slow.host.warnings, ElementsAre(HasSubstr("reads too slowly")));
}

TEST_F(SessionTest, WhoReadsAllThatWaitedIsNeverTooSlow) {
    Peer& client = peer().connect(Role::any);
    client.send("SUBSCRIBE|id:1|destination:/topic/t||$");
    for (int i = 0; i < 10; ++i) {
        client.send("SEND|destination:/topic/t||x$");
        pass(29s);
        client.session.on_written(client.session.outbox().bytes() / 2 + 1, now_);
        client.send("SEND|destination:/topic/t||y$");
        client.received();
        pass(1s);
    }
    EXPECT_FALSE(client.closing());
}

TEST_F(SessionTest, MemoryIsBoundedOverAllSessions) {
    Backlog small{100'000};
    Shared shared{router_, counters_, limits_, small};
    Peer slow(shared, now_), unfinished(shared, now_), writer(shared, now_), reader(shared, now_);
    for (Peer* each : {&slow, &unfinished, &writer, &reader})
        each->connect(Role::any);
    slow.send("SUBSCRIBE|id:1|destination:/queue/slow||$");
    reader.send("SUBSCRIBE|id:1|destination:/queue/quick||$");
    const auto send_to = [&writer](const std::string& queue, std::size_t size) {
        writer.send("SEND|destination:/queue/" + queue + "||" + std::string(size, 'x') + "$");
    };
    send_to("slow", 40'000);
    now_.steady += 10s;
    unfinished.send("SEND|destination:/queue/q|content-length:16000000||" +
                    std::string(30'000, 'x'));
    EXPECT_FALSE(slow.closing());
    send_to("quick", 40'000);
    EXPECT_TRUE(slow.closing()) << "most bytes, for longest";
    EXPECT_FALSE(reader.closing()) << "it had no time to read";
    EXPECT_FALSE(unfinished.closing());
    now_.steady += 10s;
    send_to("quick", 20'000);
    send_to("quick", 20'000);
    EXPECT_TRUE(reader.closing()) << "now it had";
    EXPECT_FALSE(unfinished.closing());
    EXPECT_EQ(counters_.memory_evictions, 2u);
    EXPECT_LE(small.bytes(), 100'000u);
    EXPECT_EQ(counters_.bytes_queued, 0u);
}

TEST_F(SessionTest, AFrameThatNeverEndsGivesWayToo) {
    Backlog small{100'000};
    Shared shared{router_, counters_, limits_, small};
    Peer unfinished(shared, now_), other(shared, now_);
    const std::string begun = "SEND|destination:/queue/q|content-length:16000000||";
    unfinished.connect(Role::any).send(begun + std::string(60'000, 'x'));
    now_.steady += 1s;
    other.connect(Role::any).send(begun + std::string(60'000, 'x'));
    EXPECT_TRUE(unfinished.closing());
    EXPECT_FALSE(other.closing());
    EXPECT_LT(small.bytes(), 70'000u);
}

TEST_F(SessionTest, SubscriptionsAreHeldToo) {
    Peer& client = peer().connect(Role::any);
    const std::size_t before = backlog_.bytes();
    for (int i = 0; i < 100; ++i)
        client.send("SUBSCRIBE|id:" + std::string(900, 'x') + std::to_string(i) +
                    "|destination:/topic/t" + std::to_string(i) + "||$");
    EXPECT_GT(backlog_.bytes(), before + 100'000);
    for (int i = 0; i < 100; ++i)
        client.send("UNSUBSCRIBE|id:" + std::string(900, 'x') + std::to_string(i) + "||$");
    EXPECT_EQ(backlog_.bytes(), before);
    client.send("SUBSCRIBE|id:" + std::string(1025, 'x') + "|destination:/topic/t||$");
    EXPECT_THAT(client.received(), HasSubstr("the header id of a subscription is too long"));
}

TEST_F(SessionTest, FewSubscriptionsOfOneSessionAreAlike) {
    Peer& client = peer().connect(Role::any);
    for (int i = 0; i < 8; ++i)
        client.send("SUBSCRIBE|id:" + std::to_string(i) + "|destination:/topic/t||$");
    EXPECT_FALSE(client.closing());
    client.send("SUBSCRIBE|id:8|destination:/topic/t||$");
    EXPECT_TRUE(client.closing()) << "each would be one more delivery of every message";
}

TEST_F(SessionTest, SmallMessagesCountWithWhatTheyCost) {
    Peer& client = peer().connect(Role::any);
    client.send("SUBSCRIBE|id:1|destination:/queue/q||$");
    const std::size_t before = backlog_.bytes();
    for (int i = 0; i < 1000; ++i)
        client.send("SEND|destination:/queue/q||x$");
    EXPECT_GT(backlog_.bytes(), before + 2000 * Outbox::piece_cost);
    client.received();
    EXPECT_EQ(backlog_.bytes(), before);
}

/// Once it is logged in, what a peer sent before that is no burden any more.
TEST_F(SessionTest, APipelinedLoginLeavesNothingHeld) {
    Peer& client = peer();
    client.send("CONNECT|accept-version:1.2||$SUBSCRIBE|id:1|destination:/topic/t||$");
    EXPECT_GT(backlog_.bytes(), 0u);
    client.session.on_login(account(Role::any), now_);
    client.received();
    now_.steady += 1h;
    EXPECT_LT(client.session.burden(now_.steady).weight, 1000) << "a subscription, nothing else";
    Peer& greedy = peer();
    std::string frames;
    for (int i = 0; i < 100; ++i)
        frames += "BEGIN||$";
    greedy.send("CONNECT|accept-version:1.2||$" + frames);
    EXPECT_THAT(greedy.received(), HasSubstr("too many frames before the login"));
}

TEST_F(SessionTest, WhoReadsQuicklyWeighsLessThanWhoReadsSlowly) {
    Peer& quick = peer().connect(Role::any);
    Peer& slow = peer().connect(Role::any);
    for (Peer* each : {&quick, &slow}) {
        each->send("SUBSCRIBE|id:1|destination:/topic/t||$");
        each->send("SEND|destination:/topic/t||" + std::string(100'000, 'x') + "$");
    }
    now_.steady += 20s;
    slow.session.on_written(1'000, now_);
    quick.session.on_written(99'000, now_);
    quick.send("SEND|destination:/topic/t||" + std::string(500'000, 'x') + "$");
    EXPECT_GT(slow.session.burden(now_.steady).weight,
              10 * quick.session.burden(now_.steady).weight);
}

TEST_F(SessionTest, ACertificateHasABoundedNumberOfSessions) {
    limits_.max_account_sessions = 1;
    const auto log_in = [this](const AccountPtr& who) {
        Peer& each = peer().send("CONNECT|accept-version:1.2||$");
        each.session.on_login(who, now_);
        return each.closing();
    };
    const AccountPtr stolen = account(Role::node, "cert=web1");
    EXPECT_FALSE(log_in(stolen));
    EXPECT_TRUE(log_in(stolen));
    EXPECT_FALSE(log_in(account(Role::node, "cert=web2")));
    auto shared = *account(Role::node, "nodes");
    shared.password = "plain:x";
    EXPECT_FALSE(log_in(std::make_shared<const Account>(shared)));
    EXPECT_FALSE(log_in(std::make_shared<const Account>(shared))) << "nodes may share a password";
    shared.most_sessions = 2;
    EXPECT_TRUE(log_in(std::make_shared<const Account>(shared)));
    peers_.clear();
    EXPECT_TRUE(shared_.sessions_of.empty());
    EXPECT_EQ(counters_.sessions, 0u);
}

TEST_F(SessionTest, ALoginThatCannotBeCheckedInTimeEnds) {
    Peer& client = peer();
    client.send("CONNECT|accept-version:1.2||$");
    pass(9s);
    EXPECT_FALSE(client.closing());
    pass(1s);
    EXPECT_THAT(client.received(), HasSubstr("could not be checked in time"));
    EXPECT_EQ(counters_.logins_unchecked, 1u);
    client.session.on_login(account(Role::any), now_);
    EXPECT_TRUE(client.closing()) << "too late";
}

TEST_F(SessionTest, ReasonsThatQuoteAPeerAreCut) {
    Peer& client = peer().connect(Role::any);
    client.send("SUBSCRIBE|id:1|destination:/nowhere/" + std::string(60'000, 'x') + "||$");
    EXPECT_LT(client.received().size(), 1200u);
}

TEST_F(SessionTest, SendsHeartBeatsAsNegotiated) {
    Peer& client = peer();
    client.send("CONNECT|accept-version:1.1|heart-beat:0,20000||$");
    client.session.on_login(account(Role::any), now_);
    EXPECT_THAT(client.received(), HasSubstr("heart-beat:10000,10000|"));
    pass(18s);
    EXPECT_EQ(client.received(), "");
    pass(1500ms);
    EXPECT_EQ(client.received(), "|");
    pass(10s);
    EXPECT_EQ(client.received(), "");
    pass(10min);
    EXPECT_FALSE(client.closing()) << "it promised no heart-beats of its own";
}

TEST_F(SessionTest, MissesHeartBeatsThatWerePromised) {
    Peer& client = peer().connect(Role::any, "accept-version:1.1|heart-beat:60500,0|");
    pass(120s);
    EXPECT_FALSE(client.closing());
    client.send("|");
    pass(121s);
    EXPECT_FALSE(client.closing());
    pass(2s);
    EXPECT_TRUE(client.closing());
    EXPECT_EQ(counters_.heartbeats_missed, 1u);
}

TEST_F(SessionTest, ASilentPeerHasToLogInInTime) {
    Peer& silent = peer();
    pass(10s);
    EXPECT_TRUE(silent.closing());
    EXPECT_EQ(counters_.connect_timeouts, 1u);
}

TEST_F(SessionTest, AChangedAccountTakesEffect) {
    Peer& client = peer().connect(Role::any);
    client.session.on_account_changed(account(Role::none));
    client.send("SEND|destination:/queue/q||x$");
    EXPECT_TRUE(client.closing());
    Peer& gone = peer().connect(Role::any);
    gone.session.on_account_changed(nullptr);
    EXPECT_TRUE(gone.closing());
}

TEST_F(SessionTest, AWithdrawnRightEndsItsSubscription) {
    Peer& client = peer().connect(Role::any);
    client.send("SUBSCRIBE|id:1|destination:/topic/mcollective.rpcutil.agent||$");
    client.session.on_account_changed(account(Role::node));
    EXPECT_FALSE(client.closing()) << "a node may read that too";
    client.session.on_account_changed(account(Role::client));
    EXPECT_THAT(client.received(),
                HasSubstr("may not subscribe to /topic/mcollective.rpcutil.agent any more"));
    Peer& writer = peer().connect(Role::any);
    writer.send("SEND|destination:/topic/mcollective.rpcutil.agent||secret$");
    EXPECT_EQ(client.received(), "");
}

TEST_F(SessionTest, EverythingIsGoneWithTheSession) {
    peer().connect(Role::any).send("SUBSCRIBE|id:1|destination:/topic/t||$");
    peer().connect(Role::any).send("SEND|destination:/topic/t||unread$");
    EXPECT_GT(counters_.bytes_queued, 0u);
    peers_.clear();
    EXPECT_EQ(counters_.subscriptions, 0u);
    EXPECT_EQ(counters_.sessions, 0u);
    EXPECT_EQ(counters_.bytes_queued, 0u);
}

TEST_F(SessionTest, TheBytesMayComeInAnyPieces) {
    const std::string text =
        "CONNECT|accept-version:1.1||$"
        "SUBSCRIBE|id:1|destination:/topic/t||$||"
        "SEND|destination:/topic/t|content-length:3||a$b$";
    for (const std::size_t piece : {1u, 2u, 7u, 1000u}) {
        Peer& client = peer();
        for (std::size_t at = 0; at < text.size(); at += piece) {
            client.send(text.substr(at, piece));
            if (client.session.state() == Session::State::authenticating)
                client.session.on_login(account(Role::any), now_);
        }
        EXPECT_THAT(client.received(), HasSubstr("content-length:3||a$b$")) << piece;
        client.session.close("done");
    }
}

}  // namespace
}  // namespace mco::broker
