// What is thought of which facts.
#include "cli/doctor/ask_node.hpp"
#include "cli/doctor/broker_check.hpp"
#include "cli/doctor/certificate_check.hpp"
#include "cli/doctor/clock_check.hpp"
#include "cli/doctor/config_check.hpp"
#include "cli/doctor/file_facts.hpp"
#include "cli/doctor/node_check.hpp"
#include "cli/doctor/security_check.hpp"
#include "cli/render/doctor.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::doctor {

/// For failures of tests.
static void PrintTo(const Finding& finding, std::ostream* out) {
    *out << static_cast<int>(finding.status) << ' ' << finding.check << ' ' << finding.subject
         << ": " << finding.message << " -> " << finding.advice;
}

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;

const TimePoint noon = TimePoint(seconds(1'780'315'200));
const Observer root{0, "root"};
const Observer user{1000, "joe"};

FileFacts file(mode_t mode, uid_t owner = 0) {
    FileFacts facts;
    facts.path = "/etc/key";
    facts.kind = FileFacts::Kind::file;
    facts.mode = mode;
    facts.owner = owner;
    facts.owner_name = owner == 0 ? "root" : "mallory";
    facts.readable = true;
    facts.writable = true;
    facts.modified = noon;
    return facts;
}

FileFacts missing() {
    FileFacts facts;
    facts.path = "/etc/key";
    facts.why = "No such file or directory";
    return facts;
}

void check_told(const Finding& finding, Status status, const std::string& message) {
    EXPECT_EQ(finding.status, status) << ::testing::PrintToString(finding);
    EXPECT_THAT(finding.message, HasSubstr(message));
    EXPECT_EQ(finding.advice.empty(), status == Status::ok || status == Status::skipped);
}

TEST(Files, OfSecretsAreForTheirOwnerAndGroup) {
    for (const mode_t good : {0400U, 0600U, 0640U})
        check_told(judge_secret("key", file(good), root), Status::ok, "mode 0");
    for (const mode_t open : {0604U, 0602U, 0644U, 0666U, 0601U})
        check_told(judge_secret("key", file(open), root), Status::problem, "open to everybody");
    check_told(judge_secret("key", file(0660), root), Status::warning, "changed by its group");
    EXPECT_THAT(judge_secret("key", file(0644), root).advice, HasSubstr("chmod 0600 /etc/key"));
}

TEST(Files, BelongToRootOrUs) {
    check_told(judge_secret("key", file(0600, 1000), user), Status::ok, "mode 0600");
    check_told(judge_secret("key", file(0600, 1000), root), Status::warning, "belongs to mallory");
    check_told(judge_public("ca", file(0644, 1000), root), Status::warning, "belongs to mallory");
    auto of_puppet = file(0640, 52);
    of_puppet.owner_name = "puppet";
    check_told(judge_secret("key", of_puppet, root), Status::ok, "owner puppet");
}

TEST(Files, ThatEverybodyMayReadAreNotForEverybodyToWrite) {
    check_told(judge_public("ca", file(0644), root), Status::ok, "mode 0644");
    check_told(judge_public("ca", file(0646), root), Status::problem, "changed by everybody");
}

TEST(Files, MayBeUnusable) {
    check_told(judge_secret("key", missing(), root), Status::problem, "is not there");
    auto other = file(0600, 1000);
    other.readable = false;
    check_told(judge_secret("key", other, user), Status::problem, "cannot be read by joe");
    auto directory = file(0700);
    directory.kind = FileFacts::Kind::directory;
    check_told(judge_secret("key", directory, root), Status::problem, "no regular file");
}

TEST(Files, AreLookedAt) {
    const auto none = look_at("/nonexistent/file");
    EXPECT_EQ(none.kind, FileFacts::Kind::missing);
    EXPECT_FALSE(none.writable);
    EXPECT_EQ(look_at("/").kind, FileFacts::Kind::directory);
    EXPECT_EQ(look_at("/etc/passwd").owner_name, "root");
}

CertificateFacts certificate(TimePoint begin, TimePoint end) {
    return {"alice.mcollective", "CN = alice.mcollective", "CN = CA", begin, end, true, true};
}

TEST(Certificates, AreValidForSomeTime) {
    const auto judge = [](TimePoint begin, TimePoint end) {
        return judge_validity("c.pem", certificate(begin, end), Holder::caller, noon);
    };
    check_told(judge(noon - days(1), noon + days(31)), Status::ok, "valid until 2026-07-02");
    check_told(judge(noon - days(1), noon + days(29)), Status::warning, "expires in 29 days");
    check_told(judge(noon - days(9), noon), Status::problem, "expired 0 seconds ago");
    check_told(judge(noon - days(9), noon - hours(3)), Status::problem, "expired 3 hours ago");
    check_told(judge(noon + minutes(5), noon + days(99)), Status::problem, "5 minutes from now");
}

TEST(Certificates, OfNodesHaveTheirIdentity) {
    config::Config config;
    config.identity = "web1";
    auto facts = certificate(noon, noon);
    check_told(
        judge_name("c.pem", facts, Holder::node, config), Status::problem, "not the identity web1");
    facts.name = "web1";
    check_told(judge_name("c.pem", facts, Holder::node, config), Status::ok, "is the identity");
}

TEST(Certificates, OfCallersAreNamedAsNodesExpect) {
    config::Config config;
    auto facts = certificate(noon, noon);
    check_told(judge_name("c.pem", facts, Holder::caller, config), Status::ok, "is a caller");
    facts.name = "web1.example.net";
    check_told(judge_name("c.pem", facts, Holder::caller, config),
               Status::warning,
               "nodes with default settings would refuse you");
    config.plugin["x509.callers"] = {"web[0-9]+\\.example\\.net, .+\\.mcollective", "c:1"};
    check_told(judge_name("c.pem", facts, Holder::caller, config), Status::ok, "is a caller");
    facts.name = "web1.example.net.evil";
    check_told(
        judge_name("c.pem", facts, Holder::caller, config), Status::warning, "is no caller by");
}

TEST(Certificates, AllowClientAuthentication) {
    auto facts = certificate(noon, noon);
    check_told(judge_usage("c", facts, Holder::caller), Status::ok, "client");
    facts.client_authentication = false;
    check_told(judge_usage("c", facts, Holder::caller), Status::problem, "client");
    check_told(judge_usage("c", facts, Holder::node), Status::ok, "server");
    facts.server_authentication = false;
    check_told(judge_usage("c", facts, Holder::node), Status::problem, "client");
}

TEST(RevocationLists, AreCurrent) {
    const auto judge = [](TimePoint written, std::optional<TimePoint> next) {
        return judge_revocation_lists("crl.pem", {{"CA", written, next, 3}}, noon).at(0);
    };
    check_told(judge(noon - days(3), noon + days(8)), Status::ok, "written 3 days ago, 3 revoked");
    check_told(judge(noon - days(3), std::nullopt), Status::ok, "without end");
    check_told(judge(noon - days(3), noon + days(6)), Status::warning, "expires in 6 days");
    check_told(judge(noon - days(3), noon - days(2)), Status::problem, "expired 2 days ago");
    check_told(judge(noon + hours(4), noon + days(9)), Status::problem, "begins 4 hours from now");
}

TEST(SharedKeys, AreNoPlaceholdersAndAreNotShown) {
    config::Config config;
    check_told(judge_shared_key(config), Status::problem, "is not set");
    for (const auto* bad : {"unset", "changeme"}) {
        config.plugin["psk"] = {bad, "c:1"};
        const auto finding = judge_shared_key(config);
        check_told(finding, Status::problem, "placeholder");
        EXPECT_EQ(finding.message.find(bad), std::string::npos);
    }
    config.plugin["psk"] = {"0123456789abcde", "c:1"};
    check_told(judge_shared_key(config), Status::warning, "can be guessed");
    config.plugin["psk"] = {"0123456789abcdef", "c:1"};
    check_told(judge_shared_key(config), Status::ok, "is set");
}

Answered answer(const std::string& node, milliseconds off) {
    return {node, noon, noon + milliseconds(10) + off, noon + milliseconds(20)};
}

TEST(Clocks, AreAllowedTheJourneyAndASecond) {
    for (const auto off : {0, 900, -900})
        EXPECT_EQ(skew(answer("n", milliseconds(off))).count(), 0) << off;
    EXPECT_EQ(skew(answer("n", seconds(10))).count(), 9990);
    EXPECT_EQ(skew(answer("n", seconds(-10))).count(), -9990);
}

TEST(Clocks, OfSingleNodesAreNamed) {
    const auto found = judge_skew({answer("a", {}), answer("b", seconds(-20)), answer("c", {})});
    ASSERT_EQ(found.size(), 1U);
    check_told(found[0], Status::warning, "its clock is 19 seconds behind ours");
    EXPECT_EQ(found[0].subject, "b");
    check_told(judge_skew({answer("a", {}), answer("b", seconds(50))}).at(0),
               Status::problem,
               "49 seconds ahead of ours");
}

TEST(Clocks, OfMostNodesBlameOurs) {
    const auto found =
        judge_skew({answer("a", seconds(40)), answer("b", seconds(41)), answer("c", {})});
    ASSERT_EQ(found.size(), 1U);
    check_told(found[0], Status::problem, "2 of 3 nodes disagree with the clock of this machine");
    check_told(judge_skew({answer("a", {}), answer("b", {})}).at(0), Status::ok, "2 nodes");
    EXPECT_TRUE(judge_skew({}).empty());
}

TEST(Clocks, AreJudgedByTheKernelOtherwise) {
    check_told(judge_kernel_clock({true, true}), Status::ok, "synchronised");
    check_told(judge_kernel_clock({true, false}), Status::warning, "nobody synchronises");
    check_told(judge_kernel_clock({}), Status::skipped, "does not tell");
}

TEST(Clocks, AreWrongWhenFilesComeFromTheFuture) {
    EXPECT_FALSE(judge_file_time(file(0600), noon));
    EXPECT_FALSE(judge_file_time(missing(), noon));
    const auto found = judge_file_time(file(0600), noon - hours(3));
    ASSERT_TRUE(found);
    check_told(*found, Status::warning, "was changed 3 hours from now");
}

TEST(Diagnostics, OfOpenSecretsAreProblems) {
    const auto open = judge_diagnostic(
        "/etc/c.cfg:7: plugin.psk is secret, but every user may read this file; use chmod o-r");
    check_told(open, Status::problem, "every user may read this file");
    EXPECT_EQ(open.subject, "/etc/c.cfg:7");
    EXPECT_THAT(open.advice, HasSubstr("chmod 0600 /etc/c.cfg,"));
    check_told(judge_diagnostic("/etc/c.cfg:1: unknown setting x"), Status::warning, "unknown");
}

/// Issue 12, 22.
TEST(Settings, ThatNobodyReadsAreNamed) {
    config::Config config;
    config.file = "/etc/server.cfg";
    EXPECT_TRUE(judge_settings(config, system::Program::server).empty());
    config.plugin["nrpe.conf_dir"] = {"/n", "/etc/server.cfg:7"};
    config.plugin["activemq.pool.1.colour"] = {"red", "/etc/server.cfg:9"};
    config.core["default_discovery_method"] = {"mc", "/etc/server.cfg:8"};
    const auto found = judge_settings(config, system::Program::server);
    ASSERT_EQ(found.size(), 2U);
    check_told(found[0], Status::warning, "'plugin.activemq.pool.1.colour' is not a setting");
    EXPECT_EQ(found[0].subject, "/etc/server.cfg:9");
    check_told(found[1],
               Status::warning,
               "default_discovery_method (/etc/server.cfg:8: only clients read it), "
               "plugin.nrpe.conf_dir (/etc/server.cfg:7: nothing here reads it)");
}

/// Issue 12, 22.
TEST(RubyAgents, ThatNobodyRunsAreNamed) {
    const system::TemporaryDirectory folder;
    config::Config config;
    config.libdir = {folder.path(), folder / "nowhere"};
    EXPECT_TRUE(check_ruby_agents(config).empty());
    for (const auto* file : {"nrpe.rb", "filemgr.rb", "filemgr.ddl", "puppet.rb", "shell.ddl"})
        folder.write(std::string("mcollective/agent/") + file, "");
    const auto found = check_ruby_agents(config);
    ASSERT_EQ(found.size(), 1U);
    check_told(found[0], Status::warning, "the Ruby agents filemgr, nrpe here");
    EXPECT_EQ(found[0].subject, folder.path());
}

TEST(Identity, IsNotThatOfEveryMachine) {
    config::Config config;
    config.identity = "localhost.localdomain";
    check_told(judge_identity(config).at(0), Status::warning, "every machine");
    config.identity = "web1";
    config.main_collective = "uk";
    const auto found = judge_identity(config);
    check_told(found.at(0), Status::ok, "host name");
    check_told(found.at(1), Status::problem, "main_collective uk is none of them");
}

TEST(Echoes, TellWhoIsThere) {
    check_told(judge_echoes("b", {3, 0, ""}, 0.2).at(0), Status::ok, "3 answered");
    check_told(judge_echoes("b", {0, 0, ""}, 2).at(0), Status::problem, "none answered within 2.0");
    const auto unproven = judge_echoes("b", {0, 2, "chain: unable to get issuer"}, 2);
    ASSERT_EQ(unproven.size(), 1U);
    check_told(unproven[0], Status::problem, "2 answers were dropped");
    EXPECT_THAT(unproven[0].advice, HasSubstr("different CAs"));
    const auto mixed = judge_echoes("b", {1, 2, "bad"}, 2);
    check_told(mixed.at(0), Status::warning, "2 answers were dropped");
    check_told(mixed.at(1), Status::ok, "1 answered");
}

TEST(BrokerCertificates, AreExplained) {
    BrokerCertificate shown{{"broker.lab"}, "CN = Lab CA", noon, noon + days(99), ""};
    check_told(judge_broker_certificate("b:1", "broker.lab", shown, noon), Status::ok, "Lab CA");
    shown.not_after = noon + days(9);
    check_told(
        judge_broker_certificate("b:1", "broker.lab", shown, noon), Status::warning, "9 days");
    shown.refusal = "hostname mismatch";
    const auto named = judge_broker_certificate("b:1", "10.0.0.1", shown, noon);
    check_told(named, Status::problem, "it is for broker.lab");
    EXPECT_THAT(named.advice, HasSubstr("set the pool's host"));
    shown.refusal = "self-signed certificate in certificate chain";
    EXPECT_THAT(judge_broker_certificate("b:1", "broker.lab", shown, noon).advice,
                HasSubstr("ssl.ca has to hold the CA that issued it: CN = Lab CA"));
    shown.not_after = noon - days(1);
    EXPECT_THAT(judge_broker_certificate("b:1", "broker.lab", shown, noon).advice,
                HasSubstr("renew"));
}

/// Issue 12, 22: what is not valid yet is a question of clocks before it is one of authorities.
TEST(NotYetValid, PointsAtTheClockOfThisMachine) {
    const auto clock = HasSubstr("the clock of this machine may be behind");
    BrokerCertificate shown{{"broker.lab"},
                            "CN = Lab CA",
                            noon + days(1),
                            noon + days(99),
                            "certificate is not yet valid"};
    const auto broker = judge_broker_certificate("b:1", "broker.lab", shown, noon);
    check_told(broker, Status::problem, "not yet valid");
    EXPECT_THAT(broker.advice, clock);
    const auto nodes = judge_echoes("b", {0, 2, "chain: certificate is not yet valid (web1)"}, 2);
    EXPECT_THAT(nodes.at(0).advice, clock);
    const auto own = judge_validity(
        "c.pem", certificate(noon + hours(3), noon + days(99)), Holder::caller, noon);
    check_told(own, Status::problem, "is not valid before 2026-06-01 15:00 UTC, 3 hours from now");
    EXPECT_THAT(own.advice, clock);
    const auto lists = judge_revocation_lists(
        "crl.pem", {{"CN = Lab CA", noon + hours(3), std::nullopt, 0}}, noon);
    EXPECT_THAT(lists.at(0).advice, clock);
}

TEST(Spares, AreForgivenOnlyWhenAnotherBrokerIsThere) {
    const std::vector<Findings> down(2, Findings{problem("broker", "b", {"away", "start it"})});
    auto one = down;
    forgive_spares(one, {false, true});
    EXPECT_EQ(one[0][0].status, Status::warning);
    EXPECT_EQ(one[1][0].status, Status::problem) << "its own rights, say";
    auto none = down;
    forgive_spares(none, {false, false});
    EXPECT_EQ(none[0][0].status, Status::problem);
}

TEST(Nodes, AreAskedInBothWays) {
    const Asked answered{true, milliseconds(3), "", 0, "", std::nullopt};
    const Asked silent;
    const auto judge = [](const Asked& broadcast, const Asked& directed) {
        return judge_node("web1", {broadcast, directed, {}}, {"web2", "db1"});
    };
    check_told(judge(answered, answered).at(1), Status::ok, "to it alone");
    check_told(judge(answered, silent).at(1), Status::problem, "not requests to it alone");
    check_told(judge(silent, answered).at(0), Status::problem, "not to broadcasts");
    auto refused = answered;
    refused.refusal = "You are not authorized";
    check_told(judge(answered, refused).at(1), Status::warning, "You are not authorized");
    check_told(judge(silent, silent).at(0), Status::problem, "no answer");
    EXPECT_THAT(judge(silent, silent).at(0).advice, HasSubstr("did you mean web2?"));
    EXPECT_THAT(judge_node("mail", {silent, silent, {}}, {"web2"}).at(0).message,
                HasSubstr("while 1 other nodes answer"));
    EXPECT_THAT(judge_node("web1", {silent, silent, {}}, {}).at(0).message,
                HasSubstr("nor of any other node"));
    auto unproven = silent;
    unproven.unproven = 1;
    unproven.why = "chain: expired";
    EXPECT_THAT(judge(unproven, silent).at(0).message, HasSubstr("chain: expired"));
    check_told(judge_node("web1", {silent, silent, answered}, {}).at(0),
               Status::problem,
               "its clock and ours are too far apart");
    auto failed = silent;
    failed.failed = Error{Errc::unavailable, "gone"};
    check_told(judge(failed, silent).at(0), Status::problem, "could not be asked: gone");
}

TEST(Daemons, AreFoundByTheirConfiguration) {
    const std::vector<DaemonFacts> daemons = {{12, "/b.cfg", ""}, {13, "", ""}};
    check_told(judge_daemons(daemons, "/b.cfg", false), Status::ok, "process 12");
    check_told(judge_daemons(daemons, "/etc/server.cfg", true), Status::ok, "process 13");
    const auto none = judge_daemons(daemons, "/c.cfg", false);
    check_told(none, Status::problem, "there is process 12 with /b.cfg, process 13 with the usual");
    check_told(judge_daemons({}, "/c.cfg", false), Status::problem, "no mcollectived runs");
}

TEST(Daemons, SayWhichFilesTheyWereStartedWith) {
    const auto read = [](std::vector<std::string> words) {
        return read_command_line(7, words, "/srv");
    };
    EXPECT_EQ(read({"mcollectived", "--config", "a.cfg"}).config, "/srv/a.cfg");
    EXPECT_EQ(read({"mcollectived", "--config=/b.cfg"}).config, "/b.cfg");
    EXPECT_EQ(read({"mcollectived", "-c", "/b.cfg", "-p/run/x"}).pidfile, "/run/x");
    EXPECT_EQ(read({"mcollectived"}).config, "");
}

TEST(Daemons, AreConnectedWhenTheKernelSaysSo) {
    const std::string table =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  "
        "timeout inode\n"
        "   0: 0100007F:F0AD 0100007F:F0AE 01 0:0 00:0 0 0 0 4711 1 0\n"
        "   1: 0100007F:F0AD 0100007F:F0AE 0A 0:0 00:0 0 0 0 4712 1 0\n"
        "   2: 0100007F:F0AE 0100007F:F0AD 01 0:0 00:0 0 0 0 4713 1 0\n";
    EXPECT_EQ(connections_to(table, {0xF0AE}), std::vector<std::string>{"4711"});
    EXPECT_TRUE(connections_to(table, {}).empty());
    EXPECT_TRUE(connections_to("garbage\n", {1}).empty());
}

TEST(WrittenFiles, MayBeThereOrCreatable) {
    check_told(judge_written("log", file(0640), root), Status::ok, "can be written");
    check_told(judge_written("log", file(0646), root), Status::warning, "by everybody");
    auto absent = missing();
    check_told(judge_written("log", absent, root), Status::problem, "cannot be created");
    check_told(judge_written("log", absent, user), Status::skipped, "cannot be judged as joe");
    absent.writable = true;
    check_told(judge_written("log", absent, root), Status::ok, "not there yet");
}

TEST(Facts, AreWrittenAgainAndAgain) {
    check_told(judge_facts(file(0644), root, noon + hours(30)), Status::ok, "written 30 hours ago");
    check_told(judge_facts(file(0644), root, noon + days(3)), Status::warning, "3 days ago");
    check_told(judge_facts(file(0644), root, noon - hours(3)), Status::ok, "3 hours from now");
    check_told(judge_facts(missing(), root, noon), Status::problem, "is not there");
}

TEST(Screen, HasALineForEachFindingAndOneForWhatToDo) {
    const Findings findings = {ok("clock", "", "is right"),
                               problem("private key", "/k", {"is open", "chmod 0600 /k"}),
                               skipped("broker", "b:1", "not asked")};
    EXPECT_EQ(render::doctor_text(findings, {false}),
              "ok       clock        is right\n"
              "problem  private key  /k: is open\n"
              "         -> chmod 0600 /k\n"
              "skipped  broker       b:1: not asked\n"
              "\n1 ok, 0 warnings, 1 problem, 1 skipped\n");
    EXPECT_THAT(render::doctor_text(findings, {true}),
                HasSubstr("\x1b[31mproblem\x1b[0m  private"));
    EXPECT_THAT(render::doctor_json({findings[1]}), HasSubstr("\"advice\": \"chmod 0600 /k\""));
}

}  // namespace
}  // namespace mco::doctor
