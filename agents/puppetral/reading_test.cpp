#include "agents/puppetral/testing.hpp"
#include "core/ral/resource.hpp"
#include "core/text/base64.hpp"

#include <string>

namespace mco::puppetral {
namespace {

using testing::HasSubstr;

class PuppetRalReading : public AgentTest {};

TEST_F(PuppetRalReading, FindsAResourceInTheShapeOfTheOriginal) {
    directory_.write("resources.txt", "user[bob]\n");
    ral_->resources = {{"user", "bob", {{"ensure", "present"}, {"uid", 1005}}, {"user", "bob"}}};
    const rpc::Output found = call("find", {{"type", "user"}, {"title", "bob"}});
    EXPECT_EQ(found.status, Status::ok);
    EXPECT_EQ(found.data,
              (Map{{"exported", false},
                   {"title", "bob"},
                   {"parameters", Map{{"ensure", "present"}, {"uid", 1005}}},
                   {"tags", Array{"user", "bob"}},
                   {"type", "User"},
                   {"managed", true}}));
}

TEST_F(PuppetRalReading, TellsWhatPuppetManagesWithoutRegardToCase) {
    const auto managed = [&](const char* type) {
        ral_->resources = {{"user", "Bob", {}, {}}};
        return output(call("find", {{"type", type}, {"title", "Bob"}}), "managed");
    };
    EXPECT_EQ(managed("user"), "unknown") << "Puppet has not run yet";
    directory_.write("resources.txt", "user[bob]\n");
    EXPECT_EQ(managed("user"), true);
    EXPECT_EQ(managed("User"), true);
    directory_.write("resources.txt", "user[eve]\n");
    EXPECT_EQ(managed("user"), false);
}

TEST_F(PuppetRalReading, HidesSecretsUnlessItIsTold) {
    ral_->resources = {{"user", "bob", {{"password", "$6$s3cret"}}, {}}};
    const auto password = [&] {
        const auto found = call("find", {{"type", "user"}, {"title", "bob"}});
        return *output(found, "parameters").find("password")->text();
    };
    EXPECT_THAT(password(), testing::MatchesRegex(R"(\[hidden [0-9a-f]{6}\])"));
    const Value listed = output(call("search", {{"type", "user"}}), "result");
    EXPECT_THAT(*listed.array()->front().find("parameters")->find("password")->text(),
                HasSubstr("[hidden"));
    set("show_secrets", "1");
    EXPECT_EQ(password(), "$6$s3cret");
}

TEST_F(PuppetRalReading, ShowsTheContentOfFilesWhereItMay) {
    const std::string file = directory_.write("motd", "hello\n");
    ral_->resources = {{"file", file, {{"ensure", "file"}}, {}},
                       {"file", "/link", {{"ensure", "link"}}, {}}};
    const Map inputs{{"type", "file"}, {"title", file}, {"content", true}};
    EXPECT_THAT(call("find", inputs).message, HasSubstr("plugin.puppetral.show_content"));
    EXPECT_THAT(call("find", {{"type", "K5login"}, {"title", file}}).message,
                HasSubstr("plugin.puppetral.show_content"))
        << "whose lines are its state";
    set("show_content", "1");
    EXPECT_EQ(output(call("find", inputs), "content"), text::base64_encode("hello\n"));
    EXPECT_THAT(call("find", {{"type", "file"}, {"title", "/link"}, {"content", true}}).message,
                HasSubstr("not a file with content"));
    directory_.write("motd", std::string((256u << 10) + 1, 'x'));
    EXPECT_EQ(call("find", inputs).status, Status::aborted);
    EXPECT_TRUE(output(call("find", {{"type", "file"}, {"title", file}}), "content").is_nil());
}

TEST_F(PuppetRalReading, SearchesWithAProvider) {
    ral_->resources = {{"package", "bash", {{"ensure", "5.2"}}, {"package"}}};
    ral_->warnings = {"pip: no"};
    const rpc::Output found = call("search", {{"type", "package"}, {"provider", "system"}});
    EXPECT_EQ(output(found, "result"), Value(Array{ral::to_value(ral_->resources[0])}));
    EXPECT_EQ(output(found, "warnings"), Value(Array{"pip: no"}));
    EXPECT_EQ(ral_->asked.back(), "search package system");
}

TEST_F(PuppetRalReading, RefusesWhatIsTooManyForOneAnswer) {
    ral_->resources.assign(7'001, {"package", "x", {}, {}});
    EXPECT_EQ(call("search", {{"type", "package"}}).message,
              "7001 resources are too many for one answer: use list");
    ral_->resources.assign(8, {"package", "x", {{"description", std::string(1u << 20, 'x')}}, {}});
    EXPECT_EQ(call("search", {{"type", "package"}}).status, Status::aborted);
    ral_->resources.resize(1);
    EXPECT_EQ(call("search", {{"type", "package"}}).status, Status::ok);
}

TEST_F(PuppetRalReading, TellsTypes) {
    ral_->known = {{"file", "user"}, {"user"}, "7.23.0"};
    EXPECT_EQ(call("types").data,
              (Map{{"types", Array{"file", "user"}},
                   {"native", Array{"user"}},
                   {"puppet_version", "7.23.0"}}));
}

TEST_F(PuppetRalReading, PassesErrorsOn) {
    ral_->error = Error{Errc::invalid, "Could not find type zork"};
    for (const char* action : {"find", "search", "types"}) {
        const auto failed = call(action, {{"type", "zork"}, {"title", "x"}});
        EXPECT_EQ(failed.status, Status::aborted);
        EXPECT_EQ(failed.message, "Could not find type zork");
    }
}

TEST_F(PuppetRalReading, IsRefreshedWithTheDaemon) {
    call("types");
    agent_->refresh();
    EXPECT_EQ(ral_->refreshed, 1);
}

TEST_F(PuppetRalReading, NeedsSettingsThatCanBeUsed) {
    set("apply", "perhaps");
    EXPECT_THROW(call("types"), std::invalid_argument);
    set("apply", "yes");
    set("show_secrets", "perhaps");
    EXPECT_THROW(call("types"), std::invalid_argument);
}

}  // namespace
}  // namespace mco::puppetral
