#include "agents/puppetral/testing.hpp"

#include <string>

namespace mco::puppetral {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using PuppetRalRights = ChangingTest;

TEST_F(PuppetRalRights, ChangesNothingWithoutBeingAllowedTo) {
    world_.config.plugin.erase("puppetral.resource_type_whitelist");
    for (const auto& refused : {create({{"ensure", "absent"}}),
                                apply({resource("user", "bob", {{"ensure", "absent"}})}, false)}) {
        EXPECT_EQ(refused.status, Status::aborted);
        EXPECT_EQ(refused.message, "User[bob]: The user type is not listed in the type whitelist");
    }
    set("resource_type_whitelist", "user,file");
    set("resource_name_whitelist.user", "bob");
    set("resource_name_blacklist.file", "/etc/shadow");
    EXPECT_EQ(apply({resource("user", "bob"), resource("user", "eve")}, false).message,
              "User[eve]: The eve name is not listed in the name whitelist");
    EXPECT_THAT(apply({resource("file", "/etc/../etc/shadow")}, false).message,
                HasSubstr("listed in the name blacklist"));
    EXPECT_THAT(ral_->applied, IsEmpty());
    EXPECT_EQ(create().status, Status::ok);
}

TEST_F(PuppetRalRights, LeavesAloneWhatPuppetManages) {
    directory_.write("resources.txt", "user[bob]\n");
    EXPECT_THAT(create().message, HasSubstr("Puppet is managing the resource 'User[bob]'"));
    EXPECT_THAT(apply({resource("User", "bob")}, false).message, HasSubstr("Puppet is managing"));
    EXPECT_THAT(ral_->applied, IsEmpty());
    EXPECT_EQ(apply({resource("User", "bob")}, true).status, Status::ok) << "a look is free";
    set("resource_allow_managed_resources", "1");
    EXPECT_EQ(create().status, Status::ok);
}

TEST_F(PuppetRalRights, ReachesNothingThatNobodyChecked) {
    const Array wished{resource("file", "/srv", {{"recurse", true}, {"mode", "0777"}})};
    EXPECT_THAT(apply(wished, false).message, HasSubstr("recurse cannot be given"));
    EXPECT_EQ(apply(wished, true).status, Status::ok);
    set("resource_allow_managed_resources", "1");
    EXPECT_EQ(apply(wished, false).status, Status::ok);
    set("resource_name_blacklist.file", "/srv/secret");
    EXPECT_THAT(apply(wished, false).message, HasSubstr("recurse cannot be given"));
}

TEST_F(PuppetRalRights, RunsCommandsOnlyByTheirNames) {
    EXPECT_THAT(apply({resource("exec", "/bin/true")}, false).message,
                HasSubstr("Commands have to be listed by name"));
    set("resource_name_blacklist.exec", "/bin/false");
    EXPECT_THAT(apply({resource("exec", "/bin/true")}, false).message,
                HasSubstr("have to be listed by name"));
    world_.config.plugin.erase("puppetral.resource_name_blacklist.exec");
    set("resource_name_whitelist.exec", "/bin/true");
    EXPECT_EQ(apply({resource("exec", "/bin/true")}, false).status, Status::ok);
    for (const char* parameter : {"command", "onlyif", "path", "environment", "cwd"})
        EXPECT_THAT(apply({resource("exec", "/bin/true", {{parameter, "/x"}})}, false).message,
                    HasSubstr(std::string(parameter) + " cannot be given"));
    EXPECT_EQ(ral_->applied.size(), 1u);
}

TEST_F(PuppetRalRights, HasNoPreviewOfWhatActsInOne) {
    for (const char* type : {"exec", "Augeas"}) {
        EXPECT_THAT(diff(type, "x", {}).message, HasSubstr("without doing something"));
        EXPECT_THAT(apply({resource(type, "x")}, true).message, HasSubstr("without doing"));
    }
    for (const bool noop : {true, false})
        EXPECT_THAT(apply({resource("service", "x", {{"status", "touch /f"}})}, noop).message,
                    HasSubstr("Puppet would run what it says"));
    EXPECT_THAT(ral_->applied, IsEmpty());
}

TEST_F(PuppetRalRights, OnlyTellsUnlessMoreIsAskedForAndAllowed) {
    const Array wished{resource("user", "bob")};
    const rpc::Output told_only = call("apply", {{"resources", wished}});
    EXPECT_TRUE(ral_->applied.back().noop);
    EXPECT_EQ(output(told_only, "noop"), true);
    EXPECT_EQ(told(told_only, "outcome"), "would change");
    EXPECT_EQ(told(apply(wished, false), "outcome"), "changed");

    world_.config.plugin.erase("puppetral.apply");
    agent_.reset();
    EXPECT_THAT(apply(wished, false).message, HasSubstr("plugin.puppetral.apply"));
    EXPECT_EQ(apply(wished, true).status, Status::ok);
    EXPECT_EQ(ral_->applied.size(), 3u);
    EXPECT_EQ(create().status, Status::ok) << "which is an action of its own, with the same lists";
}

TEST_F(PuppetRalRights, DoesNothingOfThatKindWhereItIsSwitchedOff) {
    set("apply", "no");
    for (const bool noop : {true, false})
        EXPECT_THAT(apply({resource("user", "bob")}, noop).message,
                    HasSubstr("plugin.puppetral.apply"));
    EXPECT_THAT(diff("user", "bob", {}).message, HasSubstr("plugin.puppetral.apply"));
    const rpc::Output refused = create();
    EXPECT_EQ(refused.status, Status::aborted);
    EXPECT_EQ(refused.message, "Nothing is changed here (plugin.puppetral.apply)");
    EXPECT_EQ(output(refused, "status"), refused.message);
    EXPECT_THAT(ral_->applied, IsEmpty());
}

/// What would be refused is told for each, and is no failure of the preview.
TEST_F(PuppetRalRights, SaysInPreviewsWhatItWouldRefuse) {
    directory_.write("resources.txt", "user[eve]\n");
    set("resource_name_blacklist.file", "/etc/shadow");
    ral_->outcome.statuses.assign(5, {"X[x]", false, false, false, true, {}});
    const Array wished{resource("user", "bob"),
                       resource("user", "eve"),
                       resource("host", "db1", {{"ip", "10.0.0.7"}}),
                       resource("file", "/etc//shadow"),
                       resource("file", "/srv", {{"recurse", true}})};
    const rpc::Output previewed = apply(wished, true);
    EXPECT_EQ(previewed.status, Status::ok);
    EXPECT_THAT(texts(previewed, "refused"),
                ElementsAre("",
                            "Puppet is managing the resource 'User[eve]', refusing to create "
                            "conflicting states",
                            "The host type is not listed in the type whitelist",
                            "The /etc//shadow name is listed in the name blacklist",
                            HasSubstr("recurse cannot be given")));
    EXPECT_THAT(texts(previewed, "outcome"), Each("would change"));
    EXPECT_EQ(apply(wished, false).message, "User[eve]: " + texts(previewed, "refused")[1]);
}

TEST_F(PuppetRalRights, SaysInPreviewsThatItChangesNothingAtAll) {
    const Array wished{resource("user", "bob")};
    const auto refused = [&] {
        const rpc::Output previewed = apply(wished, true);
        EXPECT_EQ(previewed.status, Status::ok) << previewed.message;
        return *told(previewed, "refused").text();
    };
    set("apply", "noop");
    EXPECT_EQ(refused(), "Nothing is changed by apply here (plugin.puppetral.apply)");
    world_.config.plugin.erase("puppetral.apply");
    agent_.reset();
    EXPECT_EQ(refused(), "Nothing is changed by apply here (plugin.puppetral.apply)");
    set("apply", "yes");
    EXPECT_EQ(refused(), "");
    world_.config.plugin.erase("puppetral.resource_type_whitelist");
    EXPECT_EQ(refused(), "The user type is not listed in the type whitelist");
}

TEST_F(PuppetRalRights, TellsNobodyWhatIsInAFile) {
    const Map shadow{{"target", "/etc/shadow"}, {"recipient", "x"}};
    EXPECT_THAT(diff("mailalias", "root", shadow).message, HasSubstr("show_content"));
    EXPECT_THAT(apply({resource("k5login", "/etc/shadow")}, true).message,
                HasSubstr("show_content"));
    EXPECT_THAT(ral_->applied, IsEmpty());
    set("show_content", "1");
    EXPECT_EQ(diff("mailalias", "root", shadow).status, Status::ok);
}

}  // namespace
}  // namespace mco::puppetral
