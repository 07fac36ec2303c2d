#include "cli/doctor/broker_check.hpp"

#include "cli/doctor/broker_talk.hpp"
#include "client/compose.hpp"
#include "client/discovery_window.hpp"
#include "core/message/request_id.hpp"
#include "core/text/base64.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <unistd.h>

namespace mco::doctor {

namespace {

using credentials::Role;
using std::chrono::milliseconds;
using stomp::Flavour;

constexpr milliseconds step_bound(4000);
constexpr milliseconds discovery_bound(2000);
constexpr std::uint64_t own_queues = 1'000'000;  // reply queues that no session uses

const char* const same_broker = "; mco-broker, ActiveMQ and RabbitMQ: docs/brokers.md";

/// One server of the pool.
class Visit {
  public:
    Visit(const BrokerVisit& visit,
          const stomp::Options& options,
          const stomp::Server& server,
          std::uint64_t number)
        : visit_(visit),
          options_(options),
          server_(server),
          broker_(server.address()),
          queue_{visit.config.main_collective, "discovery", own_queues + number},
          talk_(wire_, options.session) {}

    void run(Monotonic deadline) {
        deadline_ = deadline;
        if (!resolve() || !connect() || !start_tls() || !log_in())
            return;
        usable = true;
        if (!subscribe())
            return;
        if (visit_.role == Role::client && publish())
            listen();
        talk_.leave(bound(milliseconds(200)));
    }

    Findings findings;
    std::vector<Answered> answers;
    bool usable = false;

  private:
    Monotonic bound(milliseconds most) const {
        return std::min(deadline_, visit_.clock.monotonic() + most);
    }

    /// Begins the next step; what it costs is told by took().
    Monotonic begin() {
        begun_ = visit_.clock.monotonic();
        return bound(step_bound);
    }

    std::string took() const {
        const std::chrono::duration<double, std::milli> time = visit_.clock.monotonic() - begun_;
        return fmt::format(" ({:.1f} ms)", time.count());
    }

    std::string setting(const std::string& key) const {
        return fmt::format("plugin.{}.{}", visit_.config.connector, key);
    }

    bool good(const std::string& check, const std::string& message) {
        findings.push_back(ok(check, broker_, message + took()));
        return true;
    }

    bool bad(const std::string& check, Trouble trouble) {
        findings.push_back(problem(check, broker_, std::move(trouble)));
        return false;
    }

    bool resolve() {
        const auto addresses = wire_.resolve(server_, begin());
        if (!addresses)
            return bad("broker",
                       {"the host name " + server_.host +
                            " cannot be resolved: " + addresses.error().message,
                        fmt::format("correct {} in {}, or see what getent hosts {} says",
                                    setting("pool.*.host"),
                                    visit_.config.file,
                                    server_.host)});
        return true;
    }

    bool connect() {
        const auto address = wire_.connect(begin());
        if (!address)
            return bad("broker",
                       {"no connection: " + address.error().message,
                        fmt::format("see that the broker runs (on {}: ss -ltn 'sport = :{}'), that "
                                    "no firewall is between, and {} in {}",
                                    server_.host,
                                    server_.port,
                                    setting("pool.*.port"),
                                    visit_.config.file)});
        return good("broker", "connected to " + *address);
    }

    bool start_tls() {
        if (!server_.tls)
            return true;
        const auto shown = wire_.start_tls(server_, begin());
        if (!shown)
            return bad(
                "TLS",
                {"no TLS connection: " + shown.error().message,
                 shown.error().code == Errc::denied || shown.error().code == Errc::timed_out
                     ? "see that the port speaks TLS (" + setting("pool.*.port") +
                           "), and that the broker trusts the CA of " + setting("pool.*.ssl.cert")
                     : "correct " + setting("pool.*.ssl.*") + " in " + visit_.config.file});
        auto finding = judge_broker_certificate(broker_, server_.host, *shown, visit_.clock.now());
        if (finding.status == Status::ok)
            finding.message += took();
        findings.push_back(std::move(finding));
        return shown->refusal.empty();
    }

    bool log_in() {
        if ((options_.prompt_user && server_.user.empty()) ||
            (options_.prompt_password && server_.password.empty())) {
            findings.push_back(
                skipped("login", broker_, "user or password are asked for on the terminal"));
            return false;
        }
        const auto done = talk_.log_in(server_, begin());
        const auto who = server_.user.empty() ? "without a user" : "as " + server_.user;
        if (done)
            return good("login", "accepted " + who);
        if (done.error().code == Errc::denied)
            return bad("login",
                       {"refused " + who + ": " + done.error().message,
                        fmt::format("correct {} and password in {}{}",
                                    setting("pool.*.user"),
                                    visit_.config.file,
                                    same_broker)});
        return bad("login",
                   {"no answer as a STOMP broker gives it: " + done.error().message,
                    server_.tls ? "see that the port is that of STOMP, and that the broker accepts "
                                  "our certificate: its log tells"
                                : "see that the port is that of STOMP; if it expects TLS, set " +
                                      setting("pool.*.ssl") + " = 1"});
    }

    bool subscribe() {
        const transport::Channel channel =
            visit_.role == Role::client
                ? transport::Channel(queue_)
                : transport::Channel(transport::Broadcast{queue_.collective, queue_.agent});
        const auto wanted = stomp::subscription(options_.session.naming, channel);
        if (!wanted)  // the broker does it by itself
            return true;
        wire::Frame frame{
            "SUBSCRIBE", {{"destination", wanted->destination}, {"id", wanted->id}}, ""};
        frame.headers.insert(frame.headers.end(), wanted->extra.begin(), wanted->extra.end());
        return tell(talk_.send(std::move(frame), begin()), "subscription", wanted->destination);
    }

    bool tell(const Expected<void>& done, const std::string& check, const std::string& where) {
        if (done)
            return good(check, "allowed: " + where);
        if (done.error().code == Errc::denied)
            return bad(check,
                       {"refused: " + where + ": " + done.error().message,
                        "give our user or certificate the right to it on the broker; one that "
                        "judges by certificates wants the certificate's name as identity" +
                            std::string(same_broker)});
        return bad(check,
                   {where + ": " + done.error().message,
                    "see the log of the broker: it may have closed the connection because of "
                    "missing rights"});
    }

    /// A request as `mco find` sends it.
    Expected<wire::Frame> question() {
        MCO_TRY(id, message::fresh_request_id());
        const auto& config = visit_.config;
        const client::Origin origin{config.identity,
                                    visit_.provider->caller_id(),
                                    id,
                                    stomp::reply_address(options_.session.naming, queue_),
                                    visit_.clock.now(),
                                    config.securityprovider == "x509"};
        const auto shipments = client::compose_ping({}, queue_.collective, config.ttl, {}, origin);
        const auto& shipment = shipments.front();
        MCO_TRY(body, visit_.provider->seal_request(shipment.claims));
        MCO_TRY(headers,
                stomp::send_headers(options_.session.naming,
                                    {shipment.targets.front(), origin.reply_to, body, config.ttl},
                                    origin.now));
        id_ = id;
        sent_ = origin.now;
        return wire::Frame{"SEND",
                           std::move(headers),
                           options_.session.base64 ? text::base64_encode(body) : std::move(body)};
    }

    bool publish() {
        if (visit_.provider == nullptr) {
            findings.push_back(
                skipped("request", broker_, "nothing can be signed: see the problems above"));
            return false;
        }
        auto frame = question();
        if (!frame)
            return bad("request", {frame.error().message, "see the findings about security"});
        const auto* destination = frame->header("destination");
        const auto where = destination == nullptr ? std::string() : *destination;
        return tell(talk_.send(*std::move(frame), begin()), "request", where);
    }

    void listen() {
        const auto opened = visit_.clock.monotonic();
        client::DiscoveryWindow window(
            opened, bound(discovery_bound) - opened, client::Listening::until_quiet);
        Echoes echoes;
        std::set<std::string> known;
        while (true) {
            const auto delivery = talk_.receive(window.wake_at());
            const auto now = visit_.clock.monotonic();
            if (!delivery && delivery.error().code != Errc::timed_out)
                break;
            if (!delivery && window.on_tick(now))
                break;
            if (delivery && take(*delivery, echoes, known))
                window.on_answer(now);
        }
        const std::chrono::duration<double> time = visit_.clock.monotonic() - opened;
        append(findings, judge_echoes(broker_, echoes, time.count()));
    }

    bool take(const message::Delivery& delivery, Echoes& echoes, std::set<std::string>& known) {
        const auto now = visit_.clock.now();
        const auto reply = visit_.provider->prove_reply(delivery, id_, now);
        if (!reply) {
            if (reply.error().gate == message::Gate::not_for_us)
                return false;
            ++echoes.unproven;
            echoes.why = reply.error().reason;
            return false;
        }
        if (known.insert(reply->sender).second) {
            ++echoes.proven;
            answers.push_back({reply->sender, sent_, reply->time, now});
        }
        return true;
    }

    const BrokerVisit& visit_;
    const stomp::Options& options_;
    const stomp::Server& server_;
    const std::string broker_;
    const transport::ReplyQueue queue_;
    BrokerWire wire_;
    BrokerTalk talk_;
    Monotonic deadline_;
    Monotonic begun_;
    std::string id_;
    TimePoint sent_;
};

Finding unknown_connector(const config::Config& config) {
    return problem(
        "broker",
        "",
        {"there is no connector " + config.connector,
         "set connector = activemq (also for mco-broker) or rabbitmq in " + config.file});
}

}  // namespace

BrokerReport visit_brokers(const BrokerVisit& visit) {
    BrokerReport report;
    const bool rabbitmq = visit.config.connector == stomp::name(Flavour::rabbitmq);
    if (!rabbitmq && visit.config.connector != stomp::name(Flavour::activemq)) {
        report.findings.push_back(unknown_connector(visit.config));
        return report;
    }
    const auto options = stomp::parse_options(
        visit.config, rabbitmq ? Flavour::rabbitmq : Flavour::activemq, ::getpid());
    if (!options) {
        report.findings.push_back(problem(
            "broker",
            "",
            {options.error().message,
             fmt::format("correct plugin.{}.* in {}: docs/getting-started.md has an example",
                         visit.config.connector,
                         visit.config.file)}));
        return report;
    }
    std::vector<Findings> servers;
    std::vector<bool> usable;
    std::set<std::string> known;
    for (std::size_t i = 0; i < options->pool.size(); ++i) {
        const auto now = visit.clock.monotonic();
        const auto share = (visit.deadline - now) / static_cast<long>(options->pool.size() - i);
        Visit one(visit, *options, options->pool[i], i);
        one.run(now + std::max(share, Monotonic::duration(milliseconds(100))));
        servers.push_back(std::move(one.findings));
        usable.push_back(one.usable);
        for (auto& answer : one.answers)
            if (known.insert(answer.node).second)
                report.answers.push_back(std::move(answer));
    }
    forgive_spares(servers, usable);
    for (auto& server : servers)
        append(report.findings, std::move(server));
    return report;
}

}  // namespace mco::doctor
