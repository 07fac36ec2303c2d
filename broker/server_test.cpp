// The whole broker on real sockets: loopback, ports chosen by the kernel.
#include "broker/server.hpp"

#include "core/security/x509/testing_pki.hpp"
#include "core/wire/frame_parser.hpp"
#include "system/log_sinks.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <csignal>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <sys/socket.h>
#include <sys/stat.h>

namespace mco::broker {
namespace {

using asio::ip::tcp;
using testing::HasSubstr;
using x509::testing::Authority;
using x509::testing::Credential;
using x509::testing::Wanted;

/// One client with a blocking socket. Nothing waits longer than ten seconds.
class Client {
  public:
    explicit Client(unsigned short port) {
        socket_.connect({asio::ip::address_v4::loopback(), port});
        const timeval patience{10, 0};
        ::setsockopt(handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(handle(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    }

    int handle() { return socket_.native_handle(); }

    /// With our certificate, if there is one. False when the broker refuses us.
    bool start_tls(const Authority& ca, const Credential* own) {
        context_.reset(SSL_CTX_new(TLS_client_method()));
        if (own != nullptr) {
            const std::string certificate = files_.write("c.pem", own->certificate_pem);
            const std::string key = files_.write("k.pem", own->private_key_pem);
            SSL_CTX_use_certificate_chain_file(context_.get(), certificate.c_str());
            SSL_CTX_use_PrivateKey_file(context_.get(), key.c_str(), SSL_FILETYPE_PEM);
        }
        const std::string authority = files_.write("ca.pem", ca.certificate_pem());
        SSL_CTX_load_verify_locations(context_.get(), authority.c_str(), nullptr);
        SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
        tls_.reset(SSL_new(context_.get()));
        SSL_set_fd(tls_.get(), handle());
        return SSL_connect(tls_.get()) == 1;
    }

    void send(const wire::Frame& frame) {
        const std::string bytes = encode(frame, wire::Version::v1_2);
        if (tls_)
            SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()));
        else
            ::send(handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }

    /// The next frame; nothing when the broker closed or took too long.
    std::optional<wire::Frame> receive() {
        for (;;) {
            if (auto frame = parser_.next())
                return frame;
            std::string buffer(65536, '\0');
            const auto size =
                tls_ ? SSL_read(tls_.get(), buffer.data(), static_cast<int>(buffer.size()))
                     : static_cast<int>(::recv(handle(), buffer.data(), buffer.size(), 0));
            if (size <= 0 || !parser_.feed({buffer.data(), static_cast<std::size_t>(size)}))
                return std::nullopt;
        }
    }

    /// What the broker answers to CONNECT: CONNECTED, ERROR or nothing.
    std::string connect(const std::string& login = {}, const std::string& passcode = {}) {
        wire::Frame frame{"CONNECT", {{"accept-version", "1.2"}}, {}};
        if (!login.empty())
            frame.headers.insert(frame.headers.end(), {{"login", login}, {"passcode", passcode}});
        send(frame);
        const auto answer = receive();
        return answer ? answer->command : "nothing";
    }

    /// Returns after the broker has it.
    void subscribe(const std::string& destination) {
        send({"SUBSCRIBE", {{"id", "1"}, {"destination", destination}, {"receipt", "s"}}, {}});
        const auto receipt = receive();
        EXPECT_EQ(receipt ? receipt->command : "nothing", "RECEIPT");
    }

    void publish(const std::string& destination, std::string body) {
        send({"SEND", {{"destination", destination}}, std::move(body)});
    }

    /// Of the ERROR frame that comes next.
    std::string message() {
        const auto frame = receive();
        const std::string* const text = frame ? frame->header("message") : nullptr;
        return text ? *text : "nothing";
    }

    std::string body() {
        const auto frame = receive();
        return frame ? frame->body : "nothing";
    }

  private:
    asio::io_context loop_;
    tcp::socket socket_{loop_};
    system::TemporaryDirectory files_;
    std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_{nullptr, SSL_CTX_free};
    std::unique_ptr<SSL, void (*)(SSL*)> tls_{nullptr, SSL_free};
    wire::FrameParser parser_{{}, wire::Version::v1_2};
};

class ServerTest : public testing::Test {
  protected:
    static void SetUpTestSuite() { std::signal(SIGPIPE, SIG_IGN); }

    ~ServerTest() override {
        if (!thread_.joinable())
            return;
        asio::post(loop_, [this] { server_->stop(); });
        thread_.join();
        EXPECT_EQ(hub_->counters.connections, 0u);
        EXPECT_EQ(hub_->counters.bytes_queued, 0u);
    }

    void start() {
        if (settings_.endpoints.empty())
            settings_.endpoints = {{"127.0.0.1", "0", false}};
        hub_.emplace(settings_.session, settings_.max_memory, log_, clock_);
        server_.emplace(loop_, pool_, *hub_, settings_);
        const auto started = server_->start();
        ASSERT_TRUE(started.has_value()) << started.error().message;
        const std::string& first = server_->listening().front();
        port_ = static_cast<unsigned short>(std::stoi(first.substr(first.rfind(':') + 1)));
        thread_ = std::thread([this] { loop_.run(); });
    }

    /// Runs on the broker's own thread and waits for it.
    template <class Work>
    auto inside(Work work) {
        std::packaged_task<decltype(work())()> task(work);
        auto result = task.get_future();
        asio::post(loop_, [&task] { task(); });
        return result.get();
    }

    Counters counters() {
        return inside([this] { return hub_->counters; });
    }

    void use_tls(ClientCertificates clients) {
        const Credential own = issued("localhost");
        settings_.endpoints = {{"127.0.0.1", "0", true}};
        settings_.tls.certificate = files_.write("broker.pem", own.certificate_pem);
        settings_.tls.key = files_.write("broker.key", own.private_key_pem);
        settings_.tls.ca = files_.write("ca.pem", ca_.certificate_pem());
        settings_.tls.clients = clients;
    }

    Credential issued(const std::string& name) {
        Wanted wanted;
        wanted.name = name;
        wanted.not_before = clock_.now() - std::chrono::days(1);
        wanted.not_after = clock_.now() + std::chrono::days(1);
        return ca_.issue(wanted);
    }

    void use_users(const std::string& text) {
        settings_.users = files_.write("users", text);
        ASSERT_EQ(::chmod(settings_.users.c_str(), 0600), 0);
    }

    system::RealClock clock_;
    system::MemorySink::Lines lines_;  // read when the broker's thread has ended
    system::Log log_{std::make_unique<system::MemorySink>(lines_), system::Level::debug};
    system::TemporaryDirectory files_;
    Authority ca_{"CA", x509::testing::KeyKind::p256, clock_.now()};
    Settings settings_;
    std::optional<Hub> hub_;
    asio::io_context loop_{1};
    asio::thread_pool pool_{2};
    std::optional<Server> server_;
    std::thread thread_;
    unsigned short port_ = 0;
};

TEST_F(ServerTest, CarriesARequestAndItsReply) {
    settings_.port_file = files_ / "ports";
    start();
    EXPECT_EQ(files_.read("ports"), "tcp 127.0.0.1:" + std::to_string(port_) + "\n");
    Client node(port_), client(port_);
    ASSERT_EQ(node.connect(), "CONNECTED");
    ASSERT_EQ(client.connect("mcollective", "marionette"), "CONNECTED");
    node.subscribe("/topic/mcollective.discovery.agent");
    client.subscribe("/queue/mcollective.reply.client_1.1");
    const std::string request("pi\0ng", 5);
    client.publish("/topic/mcollective.discovery.agent", request);
    EXPECT_EQ(node.body(), request);
    const std::string large(3'000'000, 'x');
    node.publish("/queue/mcollective.reply.client_1.1", large);
    EXPECT_EQ(client.body(), large);
}

TEST_F(ServerTest, ACheckReadsItsFilesAndDoesNothingElse) {
    use_tls(ClientCertificates::required);
    use_users("web node plain:n0de\n");
    settings_.port_file = files_ / "ports";
    hub_.emplace(settings_.session, settings_.max_memory, log_, clock_);
    server_.emplace(loop_, pool_, *hub_, settings_);
    const auto good = server_->check();
    EXPECT_TRUE(good) << good.error().message;
    EXPECT_TRUE(server_->listening().empty());
    EXPECT_EQ(files_.read("ports"), "");
    for (const auto& file : {settings_.users, settings_.tls.key, settings_.tls.ca}) {
        const std::string name = file.substr(file.rfind('/') + 1);
        const std::string before = files_.read(name);
        files_.write(name, "nonsense");
        const auto bad = server_->check();
        ASSERT_FALSE(bad) << file;
        EXPECT_THAT(bad.error().message, HasSubstr(file));
        files_.write(name, before);
    }
}

TEST_F(ServerTest, OneMessageReachesHundreds) {
    start();
    std::vector<std::unique_ptr<Client>> nodes;
    for (int i = 0; i < 200; ++i) {
        nodes.push_back(std::make_unique<Client>(port_));
        ASSERT_EQ(nodes.back()->connect(), "CONNECTED");
        nodes.back()->subscribe("/topic/t");
    }
    nodes.front()->publish("/topic/t", "hello");
    for (const auto& node : nodes)
        EXPECT_EQ(node->body(), "hello");
}

TEST_F(ServerTest, ASlowReaderGoesAndOthersStay) {
    settings_.session.max_queue = 1 << 20;
    start();
    Client slow(port_), writer(port_), reader(port_);
    const int small = 4096;
    ::setsockopt(slow.handle(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    for (Client* client : {&slow, &writer, &reader})
        ASSERT_EQ(client->connect(), "CONNECTED");
    slow.subscribe("/topic/t");
    reader.subscribe("/topic/t");
    const std::string body(100'000, 'x');
    for (int sent = 0; sent < 1000 && counters().slow_readers == 0; ++sent) {
        writer.publish("/topic/t", body);
        ASSERT_EQ(reader.body(), body);
    }
    EXPECT_EQ(counters().slow_readers, 1u);
    writer.publish("/topic/t", "still here");
    EXPECT_EQ(reader.body(), "still here");
}

TEST_F(ServerTest, MoreConnectionsThanAllowedAreRefused) {
    settings_.max_connections = 2;
    start();
    Client first(port_), second(port_);
    ASSERT_EQ(first.connect(), "CONNECTED");
    ASSERT_EQ(second.connect(), "CONNECTED");
    Client third(port_);
    EXPECT_EQ(third.connect(), "nothing");
    EXPECT_EQ(counters().connections_refused, 1u);
}

TEST_F(ServerTest, UsersHaveToGiveTheirPassword) {
    use_users("web node plain:n0de\nalice client " + hash_password("s3cret").value() + "\n");
    settings_.session.login_delay = std::chrono::milliseconds(1);
    start();
    EXPECT_EQ(Client(port_).connect("web", "n0de"), "CONNECTED");
    EXPECT_EQ(Client(port_).connect("alice", "s3cret"), "CONNECTED");
    EXPECT_EQ(Client(port_).connect("alice", "s3cret"), "CONNECTED") << "now from memory";
    EXPECT_EQ(Client(port_).connect("alice", "wrong"), "ERROR");
    EXPECT_EQ(Client(port_).connect("web", "s3cret"), "ERROR");
    EXPECT_EQ(Client(port_).connect("nobody", "s3cret"), "ERROR");
    EXPECT_EQ(Client(port_).connect(), "ERROR");
    EXPECT_EQ(counters().logins_failed, 4u);
}

TEST_F(ServerTest, AHangUpDuringTheLoginIsNoticed) {
    use_users("alice client pbkdf2-sha256:2000000:00:" + std::string(64, '0') + "\n");
    start();
    {
        Client impatient(port_);
        impatient.send(
            {"CONNECT", {{"accept-version", "1.2"}, {"login", "alice"}, {"passcode", "x"}}, {}});
        while (counters().frames_received == 0)
            std::this_thread::yield();
    }
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (counters().logins_unchecked == 0 && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_EQ(counters().logins_unchecked, 1u);
}

TEST_F(ServerTest, ALoginThatIsWithdrawnDuringItsCheckFails) {
    use_users("a any plain:x\nbob any " + hash_password("s3cret").value() + "\n");
    settings_.refresh = std::chrono::milliseconds(0);
    settings_.session.login_delay = std::chrono::milliseconds(1);
    start();
    std::promise<void> done;
    const auto busy = done.get_future().share();
    for (int thread = 0; thread < 2; ++thread)
        asio::post(pool_, [busy] { busy.wait(); });
    Client bob(port_);
    bob.send(
        {"CONNECT", {{"accept-version", "1.2"}, {"login", "bob"}, {"passcode", "s3cret"}}, {}});
    while (counters().frames_received == 0)
        std::this_thread::yield();
    files_.write("users", "a any plain:x\n");
    inside([this] { server_->reload(); });
    done.set_value();
    EXPECT_EQ(bob.message(), "login failed");
}

TEST_F(ServerTest, WhoDoesNotLogInMakesPlaceForOthers) {
    settings_.max_connections = 2;
    start();
    Client idle(port_), user(port_);
    ASSERT_EQ(user.connect(), "CONNECTED");
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    std::string answer = "nothing";
    while (answer != "CONNECTED" && std::chrono::steady_clock::now() < deadline)
        answer = Client(port_).connect();
    EXPECT_EQ(answer, "CONNECTED");
    EXPECT_EQ(idle.receive(), std::nullopt);
    user.publish("/topic/t", "still here");
}

TEST_F(ServerTest, AUsersFileThatNamesNobodyIsNotTaken) {
    use_users("a any plain:x\n");
    start();
    files_.write("users", "# half written\n");
    inside([this] { server_->reload(); });
    EXPECT_EQ(Client(port_).connect("a", "x"), "CONNECTED");
}

TEST_F(ServerTest, AWithdrawnRightEndsItsSubscriptionsByItself) {
    use_users("a any plain:x\n");
    start();
    Client reader(port_);
    ASSERT_EQ(reader.connect("a", "x"), "CONNECTED");
    reader.subscribe("/topic/mcollective.rpcutil.agent");
    files_.write("users", "a client plain:x\n");
    EXPECT_THAT(reader.message(), HasSubstr("may not subscribe to"));
}

TEST_F(ServerTest, ReloadingDisconnectsWhoIsGone) {
    use_users("a any plain:x\nb any plain:x\n");
    start();
    Client a(port_), b(port_);
    ASSERT_EQ(a.connect("a", "x"), "CONNECTED");
    ASSERT_EQ(b.connect("b", "x"), "CONNECTED");
    a.subscribe("/topic/t");
    files_.write("users", "broken\n");
    inside([this] { server_->reload(); });
    a.publish("/topic/t", "unchanged");
    EXPECT_EQ(a.body(), "unchanged");
    files_.write("users", "a any plain:x\n");
    inside([this] { server_->reload(); });
    const auto goodbye = b.receive();
    EXPECT_EQ(goodbye ? goodbye->command : "nothing", "ERROR");
    a.publish("/topic/t", "still here");
    EXPECT_EQ(a.body(), "still here");
}

TEST_F(ServerTest, CertificatesAreUsers) {
    use_tls(ClientCertificates::required);
    use_users("cert=*.example.com node\ncert=*.mcollective client\n");
    settings_.session.login_delay = std::chrono::milliseconds(1);
    start();
    const Credential node_own = issued("web1.example.com");
    const Credential client_own = issued("alice.mcollective");
    Client node(port_), client(port_);
    ASSERT_TRUE(node.start_tls(ca_, &node_own));
    ASSERT_EQ(node.connect(), "CONNECTED");
    ASSERT_TRUE(client.start_tls(ca_, &client_own));
    ASSERT_EQ(client.connect(), "CONNECTED");
    node.subscribe("/topic/mcollective.discovery.agent");
    client.subscribe("/queue/mcollective.reply.client_1.1");
    client.publish("/topic/mcollective.discovery.agent", "ping");
    EXPECT_EQ(node.body(), "ping");
    const std::string large(1'000'000, 'x');
    node.publish("/queue/mcollective.reply.client_1.1", large);
    EXPECT_EQ(client.body(), large);

    const Credential stranger = issued("stranger");
    Client unknown(port_);
    ASSERT_TRUE(unknown.start_tls(ca_, &stranger));
    EXPECT_EQ(unknown.connect(), "ERROR");
}

TEST_F(ServerTest, RightsFollowFromTheCertificate) {
    use_tls(ClientCertificates::required);
    settings_.rights = RightsSource::certificate;
    start();
    const Credential node_own = issued("web1.example.com");
    const Credential client_own = issued("alice.mcollective");
    Client node(port_), client(port_);
    ASSERT_TRUE(node.start_tls(ca_, &node_own));
    ASSERT_EQ(node.connect("mcollective", "ignored"), "CONNECTED");
    ASSERT_TRUE(client.start_tls(ca_, &client_own));
    ASSERT_EQ(client.connect(), "CONNECTED");
    node.subscribe("/topic/mcollective.discovery.agent");
    client.subscribe("/queue/mcollective.reply.client_1.1");
    client.publish("/topic/mcollective.discovery.agent", "ping");
    EXPECT_EQ(node.body(), "ping");
    node.publish("/queue/mcollective.reply.client_1.1", "pong");
    EXPECT_EQ(client.body(), "pong");

    client.publish("/queue/mcollective.reply.other_1.1", "forged");
    EXPECT_EQ(client.message(),
              "cert=alice.mcollective may not publish to /queue/mcollective.reply.other_1.1: only "
              "the role node answers requests, this is the role client");
    node.send({"SUBSCRIBE",
               {{"id", "2"},
                {"destination", "/queue/mcollective.nodes"},
                {"selector", "mc_identity = 'web2.example.com'"}},
               {}});
    EXPECT_THAT(node.message(), HasSubstr("with an identity of web1.example.com"));
}

TEST_F(ServerTest, TheUsersFileSpeaksBeforeTheCertificate) {
    use_tls(ClientCertificates::optional);
    use_users("cert=mallory.mcollective none\nruby node plain:n0de\n");
    settings_.rights = RightsSource::certificate;
    start();
    const Credential alice_own = issued("alice.mcollective"),
                     mallory_own = issued("mallory.mcollective");
    Client alice(port_), mallory(port_), ruby(port_), nobody(port_);
    ASSERT_TRUE(alice.start_tls(ca_, &alice_own));
    ASSERT_EQ(alice.connect(), "CONNECTED");
    alice.subscribe("/queue/mcollective.reply.alice_1.1");
    ASSERT_TRUE(mallory.start_tls(ca_, &mallory_own));
    ASSERT_EQ(mallory.connect(), "CONNECTED");
    mallory.publish("/topic/mcollective.discovery.agent", "ping");
    EXPECT_THAT(mallory.message(), HasSubstr("the role none"));
    ASSERT_TRUE(ruby.start_tls(ca_, nullptr));
    EXPECT_EQ(ruby.connect("ruby", "n0de"), "CONNECTED");
    ASSERT_TRUE(nobody.start_tls(ca_, nullptr));
    EXPECT_EQ(nobody.connect(), "ERROR");
}

TEST_F(ServerTest, WithoutACertificateNobodyEntersWhereItIsRequired) {
    use_tls(ClientCertificates::required);
    start();
    Client nobody(port_);
    nobody.start_tls(ca_, nullptr);
    EXPECT_EQ(nobody.connect(), "nothing");
    Authority other("Other", x509::testing::KeyKind::p256, clock_.now());
    Wanted wanted;
    wanted.name = "alice.mcollective";
    wanted.not_before = clock_.now() - std::chrono::days(1);
    wanted.not_after = clock_.now() + std::chrono::days(1);
    const Credential foreign = other.issue(wanted);
    Client forger(port_);
    forger.start_tls(ca_, &foreign);
    EXPECT_EQ(forger.connect(), "nothing");
    Client plain(port_);
    EXPECT_EQ(plain.connect(), "nothing");
    EXPECT_EQ(counters().tls_failed, 3u);
}

TEST_F(ServerTest, RevokedCertificatesAreRefused) {
    use_tls(ClientCertificates::required);
    const Credential revoked = issued("old.example.com"), good = issued("new.example.com");
    settings_.tls.crl = files_.write("crl.pem",
                                     ca_.revocation_list({revoked.certificate_pem},
                                                         clock_.now() - std::chrono::days(1),
                                                         clock_.now() + std::chrono::days(1)));
    start();
    Client one(port_), two(port_);
    one.start_tls(ca_, &revoked);
    EXPECT_EQ(one.connect(), "nothing");
    ASSERT_TRUE(two.start_tls(ca_, &good));
    EXPECT_EQ(two.connect(), "CONNECTED");
}

TEST_F(ServerTest, ARevokedCertificateEndsItsConnections) {
    use_tls(ClientCertificates::required);
    settings_.rights = RightsSource::certificate;
    settings_.refresh = std::chrono::milliseconds(1);
    const Credential stolen = issued("stolen.mcollective"), good = issued("good.mcollective");
    const auto revoke = [this](const std::vector<std::string>& certificates) {
        return files_.write("crl.pem",
                            ca_.revocation_list(certificates,
                                                clock_.now() - std::chrono::days(1),
                                                clock_.now() + std::chrono::days(1)));
    };
    settings_.tls.crl = revoke({});
    start();
    Client one(port_), two(port_), again(port_);
    ASSERT_TRUE(one.start_tls(ca_, &stolen));
    ASSERT_EQ(one.connect(), "CONNECTED");
    ASSERT_TRUE(two.start_tls(ca_, &good));
    ASSERT_EQ(two.connect(), "CONNECTED");
    revoke({stolen.certificate_pem});
    EXPECT_EQ(one.message(), "the certificate is not accepted any more: certificate revoked");
    again.start_tls(ca_, &stolen);
    EXPECT_EQ(again.connect(), "nothing");
    two.subscribe("/queue/mcollective.reply.good_1.1");
}

TEST_F(ServerTest, WhereOptionalALoginDoesInstead) {
    use_tls(ClientCertificates::optional);
    use_users("web node plain:n0de\n");
    start();
    Client node(port_);
    ASSERT_TRUE(node.start_tls(ca_, nullptr));
    EXPECT_EQ(node.connect("web", "n0de"), "CONNECTED");
}

TEST_F(ServerTest, WritesItsStatus) {
    settings_.status_file = files_ / "status.json";
    start();
    Client client(port_);
    ASSERT_EQ(client.connect(), "CONNECTED");
    inside([this] { server_->report(); });
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (files_.read("status.json").find("\"sessions\": 1,") == std::string::npos)
        ASSERT_LT(std::chrono::steady_clock::now(), deadline) << files_.read("status.json");
}

TEST_F(ServerTest, SaysGoodbyeWhenItStops) {
    start();
    Client client(port_);
    ASSERT_EQ(client.connect(), "CONNECTED");
    inside([this] { server_->stop(); });
    const auto goodbye = client.receive();
    ASSERT_TRUE(goodbye.has_value());
    EXPECT_THAT(*goodbye->header("message"), HasSubstr("shutting down"));
}

TEST_F(ServerTest, SaysWhyItCannotStart) {
    settings_.endpoints = {{"203.0.113.1", "1", false}};
    hub_.emplace(settings_.session, settings_.max_memory, log_, clock_);
    server_.emplace(loop_, pool_, *hub_, settings_);
    EXPECT_THAT(server_->start().error().message, HasSubstr("cannot listen on 203.0.113.1:1"));
    use_tls(ClientCertificates::none);
    settings_.tls.key = settings_.tls.certificate;
    server_.emplace(loop_, pool_, *hub_, settings_);
    EXPECT_THAT(server_->start().error().message, HasSubstr("cannot use the private key"));
}

}  // namespace
}  // namespace mco::broker
