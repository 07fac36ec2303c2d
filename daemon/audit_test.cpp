#include "daemon/audit.hpp"

#include "daemon/testing.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include <sys/stat.h>

namespace mco::daemon {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

TEST(AuditLine, ShowsInputsWithoutSecrets) {
    message::Claims claims;
    claims.body = Map{{"data",
                       Map{{"name", "x"},
                           {Symbol{"n"}, 1},
                           {"Password", "x1y2z3"},
                           {"deep", Array{Map{{"api_token", "x1y2z3"}}}}}}};
    const std::string line =
        audit_line(claims, rpc::CallBody{"agent", "act", "", {}, true}, TimePoint());
    EXPECT_THAT(
        line,
        testing::EndsWith(
            R"(data={:name=>"x", :n=>1, :Password=>"***", :deep=>[{"api_token"=>"***"}]})"));
}

TEST(AuditLine, CannotBeForged) {
    message::Claims claims;
    claims.id = "id\n[2031-01-01 00:00:00 UTC] reqid=forged";
    claims.sender = "s\r";
    claims.caller = "cert=a";
    claims.body = Map{{"data", Map{{"x", "a\nb"}}}};
    const rpc::CallBody call{"agent\n", "act\n", "", {{"x\n", "a\nb\u2028\u0085\x7f\xff"}}, true};
    EXPECT_EQ(audit_line(claims, call, TimePoint()).find_first_of("\r\n"), std::string::npos);
    const std::string event =
        begin_event({claims, call, Decision::denied, "r\n"}, "n", TimePoint());
    EXPECT_EQ(event.find_first_of("\r\n\x7f"), std::string::npos) << event;
    EXPECT_THAT(event, HasSubstr("a\\nb\\u2028\\u0085\\u007f\ufffd"));
}

class AuditFileTest : public testing::Test {
  protected:
    const system::TemporaryDirectory directory_;
    const std::string path_ = directory_ / "audit.log";
};

TEST_F(AuditFileTest, IsCreatedForFewEyesAndAppendedTo) {
    AuditFile file(path_, {});
    EXPECT_TRUE(file.append("one"));
    EXPECT_TRUE(AuditFile(path_, {}).append("two"));
    EXPECT_TRUE(file.append("three"));
    EXPECT_EQ(directory_.read("audit.log"), "one\ntwo\nthree\n");
    EXPECT_EQ(std::filesystem::status(path_).permissions() & std::filesystem::perms::others_all,
              std::filesystem::perms::none);
}

TEST_F(AuditFileTest, RotatesItself) {
    AuditFile file(path_, {10, 2});
    for (const char* line : {"one", "two", "three", "four", "a line that is too long", "six"})
        EXPECT_TRUE(file.append(line));
    EXPECT_EQ(directory_.read("audit.log"), "six\n");
    EXPECT_EQ(directory_.read("audit.log.1"), "a line that is too long\n");
    EXPECT_EQ(directory_.read("audit.log.2"), "four\n");
    EXPECT_FALSE(std::filesystem::exists(path_ + ".3"));
}

TEST_F(AuditFileTest, NoticesThatOthersHaveRotatedOrEmptiedIt) {
    AuditFile file(path_, {});
    EXPECT_TRUE(file.append("one"));
    std::filesystem::rename(path_, path_ + ".old");
    EXPECT_TRUE(file.append("two"));
    EXPECT_EQ(directory_.read("audit.log"), "two\n");
    std::filesystem::resize_file(path_, 0);
    EXPECT_TRUE(file.append("three"));
    EXPECT_EQ(directory_.read("audit.log"), "three\n");
}

TEST_F(AuditFileTest, BeginsALineOfItsOwnAfterHalfALine) {
    directory_.write("audit.log", "one\nhalf a li");
    AuditFile file(path_, {});
    EXPECT_TRUE(file.append("two"));
    EXPECT_EQ(directory_.read("audit.log"), "one\nhalf a li\ntwo\n");
}

TEST_F(AuditFileTest, FollowsNoLink) {
    directory_.write("victim", "");
    std::filesystem::create_symlink(directory_ / "victim", path_);
    AuditFile file(path_, {});
    EXPECT_THAT(file.append("one").error().message, HasSubstr("symbolic link"));
    EXPECT_EQ(directory_.read("victim"), "");
    std::filesystem::remove(path_);
    ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
    EXPECT_THAT(file.append("one").error().message, HasSubstr("neither a file nor a device"));
}

TEST_F(AuditFileTest, SaysWhyItCannotBeWritten) {
    EXPECT_EQ(AuditFile("/nonexistent/audit.log", {}).append("x").error().code, Errc::io);
    EXPECT_THAT(AuditFile("/dev/full", {}).append("x").error().message,
                HasSubstr("No space left on device"));
}

class AuditTrail : public testing::Test {
  protected:
    const system::TemporaryDirectory directory_;
    TestNode test_;

    void configure(const std::string& provider,
                   const std::map<std::string, std::string>& settings) {
        config::Config& config = test_.world.config;
        config.rpcaudit = true;
        config.rpcauditprovider = provider;
        config.plugin["rpcaudit.logfile"] = {directory_ / "audit.log", "server.cfg:1"};
        for (const auto& [name, value] : settings)
            config.plugin["rpcaudit." + name] = {value, "server.cfg:2"};
    }

    std::vector<std::string> lines() const { return lines_of(directory_.read("audit.log")); }

    void check_refused(const std::string& name, const std::string& value) {
        configure("jsonlines", {{name, value}});
        const auto settings = audit_settings(test_.world.config);
        ASSERT_FALSE(settings) << name << "=" << value;
        EXPECT_THAT(settings.error().message, HasSubstr("server.cfg:2"));
        EXPECT_THAT(settings.error().message, HasSubstr("rpcaudit." + name));
        test_.world.config.plugin.erase("rpcaudit." + name);
    }
};

TEST_F(AuditTrail, IsTheOriginalsLineForWhatIsActedOn) {
    configure("logfile", {});
    test_.decide = [](const message::Request&, std::string_view action) {
        return Verdict{action == "greet", "a rule", rpc::Status::aborted, "no"};
    };
    test_.answer("greet", {{"name", "Bob"}});
    test_.answer("throw");
    EXPECT_EQ(directory_.read("audit.log"), "") << "what is refused is not audited";
    test_.answer("greet", {{"name", "bob"}});
    EXPECT_EQ(directory_.read("audit.log"),
              "[2027-01-15 08:00:00 UTC] reqid=id-greet3: reqtime=1800000000 "
              "caller=cert=alice@client agent=moody "
              "action=greet data={:name=>\"bob\", :process_results=>true}\n");
}

TEST_F(AuditTrail, IsTwoEventsForEveryCall) {
    configure("jsonlines", {});
    test_.decide = [](const message::Request&, std::string_view action) {
        return Verdict{action == "greet", "moody.policy:7", rpc::Status::aborted, "no"};
    };
    test_.answer("greet", {{"name", "bob"}});
    test_.answer("throw", {{"secret", "x1y2z3"}});
    test_.answer("greet", {{"name", "Bob"}});
    const std::string at = R"("time":"2027-01-15T08:00:00.000Z","node":"node1","id":"id-)";
    const std::string who =
        R"(","requested":"2027-01-15T08:00:00.000Z","caller":"cert=alice","sender":"client",)"
        R"("collective":"mcollective","agent":"moody","action":)";
    EXPECT_THAT(
        lines(),
        ElementsAre(
            R"({"event":"begin",)" + at + "greet1" + who +
                R"("greet","inputs":{"name":"bob"},"decision":"allowed","rule":"moody.policy:7"})",
            R"({"event":"end",)" + at + R"(greet1","outcome":"done","status":0,"duration_ms":0})",
            R"({"event":"begin",)" + at + "throw2" + who +
                R"("throw","inputs":{"secret":"***"},"decision":"denied","rule":"moody.policy:7"})",
            R"({"event":"end",)" + at +
                R"(throw2","outcome":"refused","status":1,"duration_ms":0})",
            StartsWith(R"({"event":"begin",)" + at + "greet3" + who +
                       R"("greet","inputs":{"name":"Bob"},"decision":"invalid","rule":"Cannot)"),
            R"({"event":"end",)" + at +
                R"(greet3","outcome":"refused","status":4,"duration_ms":0})"));
}

TEST_F(AuditTrail, TellsWhatWasGivenUp) {
    configure("jsonlines", {});
    std::function<void()> while_acting;
    TestNode node(7, [&] { while_acting(); });
    node.world.config = test_.world.config;
    node.world.config.identity = "node1";
    node.call("slow", "block");
    const auto slow = node.triage("slow");
    while_acting = [&] {
        node.node().give_up(*slow);
        node.node().give_up_all();
    };
    node.node().perform(*slow);
    node.call("last", "block");
    const auto last = node.triage("last");
    while_acting = [&] { node.node().give_up_all(); };
    node.node().perform(*last);
    node.node().give_up(*last);
    std::vector<std::string> ends;
    for (const std::string& line : lines())
        if (line.find(R"("begin")") == std::string::npos)
            ends.push_back(line.substr(0, 15) + line.substr(line.find(R"("outcome")")));
    EXPECT_THAT(ends,
                ElementsAre(R"({"event":"end",)"
                            R"("outcome":"timeout","duration_ms":0})",
                            StartsWith(R"({"event":"late")"),
                            R"({"event":"end",)"
                            R"("outcome":"abandoned at shutdown","duration_ms":0})",
                            StartsWith(R"({"event":"late")")));
}

TEST_F(AuditTrail, HasASettingForWhenItCannotBeWritten) {
    configure("jsonlines", {{"logfile", "/dev/full"}});
    EXPECT_THAT(test_.answer("greet", {{"name", "bob"}}), HasSubstr("hello bob"));
    EXPECT_EQ(test_.node().figures().unaudited, 2u);
    TestNode strict;
    strict.world.config = test_.world.config;
    strict.world.config.plugin["rpcaudit.on_failure"] = {"refuse", "server.cfg:3"};
    EXPECT_EQ(strict.answer("greet", {{"name", "bob"}}),
              R"({:statuscode=>5, :statusmsg=>"The action was not performed because auditing it )"
              R"(failed", :data=>{:greeting=>nil, :mood=>"fine"}})");
    EXPECT_THAT(strict.answer("nonesuch"), StartsWith("{:statuscode=>4"))
        << "that is refused anyway";
    EXPECT_EQ(strict.node().figures().unaudited, 3u);
}

TEST_F(AuditTrail, MustBeWritableAtStartWhereNothingCanBeDoneWithoutIt) {
    configure("logfile", {{"logfile", "/nonexistent/audit.log"}});
    EXPECT_THAT(test_.answer("greet", {{"name", "bob"}}), HasSubstr("hello bob"));
    TestNode strict;
    strict.world.config = test_.world.config;
    strict.world.config.plugin["rpcaudit.on_failure"] = {"refuse", "server.cfg:3"};
    try {
        strict.node();
        ADD_FAILURE() << "it started";
    } catch (const std::invalid_argument& error) {
        EXPECT_THAT(error.what(), HasSubstr("/nonexistent/audit.log"));
        EXPECT_THAT(error.what(), HasSubstr("plugin.rpcaudit.on_failure"));
    }
}

TEST_F(AuditTrail, RefusesSettingsThatItDoesNotUnderstand) {
    check_refused("on_failure", "perhaps");
    check_refused("max_size", "-1");
    check_refused("max_size", "1M");
    check_refused("keep", "0");
    configure("carrier_pigeon", {});
    EXPECT_THAT(audit_settings(test_.world.config).error().message, HasSubstr("carrier_pigeon"));
    test_.world.config.rpcaudit = false;
    EXPECT_FALSE(audit_settings(test_.world.config).value());
}

}  // namespace
}  // namespace mco::daemon
