#include "agents/puppetral/testing.hpp"
#include "core/text/ruby.hpp"

#include <string>
#include <vector>

namespace mco::puppetral {
namespace {

using puppet::AppliedResource;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class PuppetRalChanging : public AgentTest {
  protected:
    void SetUp() override {
        set("resource_type_whitelist", "user,group,file,package,exec,service");
        set("apply", "yes");
        outcome_is({"User[bob]", false, true, false, true, {}});
    }

    void outcome_is(const AppliedResource& status) { ral_->outcome.statuses = {status}; }

    static Value event(const char* property,
                       const Value& previous,
                       const Value& desired,
                       const char* message,
                       const char* status = "success") {
        return Map{{"property", property},
                   {"previous", previous},
                   {"desired", desired},
                   {"message", message},
                   {"status", status}};
    }

    rpc::Output create(Map inputs = {}) {
        inputs.set("type", "User");
        inputs.set("title", "bob");
        return call("create", inputs);
    }

    rpc::Output apply(const Array& resources, bool noop) {
        return call("apply", {{"resources", resources}, {"noop", noop}});
    }

    rpc::Output diff(const char* type, const char* title, const Map& parameters) {
        return call("diff", {{"type", type}, {"title", title}, {"parameters", parameters}});
    }

    static Value resource(const char* type, const char* title, const Map& parameters = {}) {
        return Map{{"type", type}, {"title", title}, {"parameters", parameters}};
    }

    /// What the only result of an apply has under that name.
    static Value told(const rpc::Output& applied, std::string_view name) {
        const Value results = output(applied, "results");
        return *results.array()->front().find(name);
    }
};

TEST_F(PuppetRalChanging, CreatesAsClientsOfTheOriginalAskForIt) {
    ral_->while_applied = [&] {
        ral_->resources = {{"user", "bob", {{"ensure", "present"}, {"uid", 1005}}, {"user"}}};
    };
    const rpc::Output created =
        create({{"parameters", Map{{Symbol{"ensure"}, Symbol{"present"}}, {"uid", 1005}}}});
    EXPECT_EQ(created.status, Status::ok);
    EXPECT_EQ(output(created, "status"), "Resource was created");
    EXPECT_EQ(output(created, "changed"), true);
    EXPECT_EQ(*output(created, "resource").find("parameters"),
              Value(Map{{"ensure", "present"}, {"uid", 1005}}))
        << "looked at afterwards";
    ASSERT_EQ(ral_->applied.size(), 1u);
    EXPECT_FALSE(ral_->applied[0].noop);
    EXPECT_EQ(ral_->applied[0].resources,
              (std::vector<Resource>{
                  {"user", "bob", {{"ensure", "present"}, {"uid", 1005}, {"name", "bob"}}, {}}}));
}

TEST_F(PuppetRalChanging, TakesFurtherInputsForParameters) {
    create({{"ensure", "present"}, {"shell", "/bin/sh"}, {"process_results", true}});
    ASSERT_EQ(ral_->applied.size(), 1u);
    EXPECT_EQ(ral_->applied[0].resources[0].parameters,
              (Map{{"ensure", "present"}, {"shell", "/bin/sh"}, {"name", "bob"}}));
    EXPECT_THAT(create({{"parameters", Map()}, {"shell", "/bin/sh"}}).message,
                HasSubstr("further inputs as well"));
}

TEST_F(PuppetRalChanging, SaysWhyACreationFailed) {
    outcome_is({"User[bob]",
                true,
                false,
                false,
                true,
                {event("ensure", "absent", "present", "useradd: no such group", "failure")}});
    const rpc::Output created = create({{"ensure", "present"}});
    EXPECT_EQ(created.status, Status::aborted);
    EXPECT_EQ(created.message, "useradd: no such group");
    EXPECT_EQ(output(created, "status"), "useradd: no such group");
    EXPECT_EQ(output(created, "changed"), false);
    EXPECT_EQ(*output(created, "resource").find("parameters"), Value(Map{{"ensure", "absent"}}));

    ral_->outcome = {{{"User[bob]", true, false, false, false, {}}},
                     {"notice: Puppet: x", "err: User[bob]: Could not evaluate", "err: y"}};
    EXPECT_EQ(create().message, "User[bob]: Could not evaluate; y");
    ral_->outcome = {};
    EXPECT_EQ(create().message, "Puppet does not say why");
    ral_->error = Error{Errc::unavailable, "Puppet is applying a catalog"};
    EXPECT_EQ(output(create(), "status"), "Puppet is applying a catalog");
}

TEST_F(PuppetRalChanging, LeavesOutWhatIsTakenWhereItIsToldTo) {
    const auto applied = [&](const char* avoid) {
        create(
            {{"avoid_conflict", avoid}, {"parameters", Map{{"ensure", "present"}, {"uid", 1005}}}});
        return ral_->applied.back().resources[0].parameters;
    };
    const Map whole{{"ensure", "present"}, {"uid", 1005}, {"name", "bob"}};
    const Map without{{"ensure", "present"}, {"name", "bob"}};
    ral_->resources = {{"user", "eve", {{"uid", 1006}}, {}}};
    EXPECT_EQ(applied("uid"), whole);
    ral_->resources = {{"user", "eve", {{"uid", "1005"}}, {}}};
    EXPECT_EQ(applied("uid"), without) << "values count as texts";
    EXPECT_EQ(applied("gid"), whole) << "there is none";
    ral_->resources = {{"user", "bob", {{"uid", 7}}, {}}};
    EXPECT_EQ(applied("uid"), without) << "the title is there";
    EXPECT_EQ(applied("name"), whole) << "it stays the same resource";
}

TEST_F(PuppetRalChanging, ChangesNothingWithoutBeingAllowedTo) {
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

TEST_F(PuppetRalChanging, LeavesAloneWhatPuppetManages) {
    directory_.write("resources.txt", "user[bob]\n");
    EXPECT_THAT(create().message, HasSubstr("Puppet is managing the resource 'User[bob]'"));
    EXPECT_THAT(apply({resource("User", "bob")}, false).message, HasSubstr("Puppet is managing"));
    EXPECT_THAT(ral_->applied, IsEmpty());
    EXPECT_EQ(apply({resource("User", "bob")}, true).status, Status::ok) << "a look is free";
    set("resource_allow_managed_resources", "1");
    EXPECT_EQ(create().status, Status::ok);
}

TEST_F(PuppetRalChanging, ReachesNothingThatNobodyChecked) {
    const Array wished{resource("file", "/srv", {{"recurse", true}, {"mode", "0777"}})};
    EXPECT_THAT(apply(wished, false).message, HasSubstr("recurse cannot be given"));
    EXPECT_EQ(apply(wished, true).status, Status::ok);
    set("resource_allow_managed_resources", "1");
    EXPECT_EQ(apply(wished, false).status, Status::ok);
    set("resource_name_blacklist.file", "/srv/secret");
    EXPECT_THAT(apply(wished, false).message, HasSubstr("recurse cannot be given"));
}

TEST_F(PuppetRalChanging, RunsCommandsOnlyByTheirNames) {
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

TEST_F(PuppetRalChanging, HasNoPreviewOfWhatActsInOne) {
    for (const char* type : {"exec", "Augeas"}) {
        EXPECT_THAT(diff(type, "x", {}).message, HasSubstr("without doing something"));
        EXPECT_THAT(apply({resource(type, "x")}, true).message, HasSubstr("without doing"));
    }
    for (const bool noop : {true, false})
        EXPECT_THAT(apply({resource("service", "x", {{"status", "touch /f"}})}, noop).message,
                    HasSubstr("Puppet would run what it says"));
    EXPECT_THAT(ral_->applied, IsEmpty());
}

TEST_F(PuppetRalChanging, TellsNobodyWhatIsInAFile) {
    const Map shadow{{"target", "/etc/shadow"}, {"recipient", "x"}};
    EXPECT_THAT(diff("mailalias", "root", shadow).message, HasSubstr("show_content"));
    EXPECT_THAT(apply({resource("k5login", "/etc/shadow")}, true).message,
                HasSubstr("show_content"));
    EXPECT_THAT(ral_->applied, IsEmpty());
    set("show_content", "1");
    EXPECT_EQ(diff("mailalias", "root", shadow).status, Status::ok);
}

TEST_F(PuppetRalChanging, RefusesWhatIsNoFitResource) {
    const auto refusal = [&](const Value& wished) { return apply({wished}, true).message; };
    EXPECT_THAT(refusal(resource("../../tmp/evil", "x")), HasSubstr("type"));
    EXPECT_THAT(refusal(resource("user", "a\nb")), HasSubstr("not one line"));
    EXPECT_THAT(refusal(resource("user", std::string(1025, 'x').c_str())), HasSubstr("one line"));
    EXPECT_THAT(refusal(resource("user", "bob", {{"provider", "../evil"}})), HasSubstr("one word"));
    EXPECT_THAT(refusal(resource("user", "bob", {{"name", "root"}})), HasSubstr("cannot be given"));
    EXPECT_THAT(refusal(resource("user", "bob", {{"noop", false}})), HasSubstr("cannot be given"));
    EXPECT_THAT(refusal(resource("user", "bob", {{"password", "[hidden 0123ab]"}})),
                HasSubstr("was hidden"));
    EXPECT_THAT(refusal(resource("user", "bob", {{"groups", Array{"a", "[redacted]"}}})),
                HasSubstr("was hidden"));
    EXPECT_THAT(refusal(resource("user", "bob", {{"comment", "caf\xef\xbf\xbd"}})),
                HasSubstr("bytes were lost"));
    EXPECT_THAT(refusal(resource("file", "/f", {{"content", std::string(2u << 20, 'x')}})),
                HasSubstr("too large"));
    EXPECT_THAT(refusal("User[bob]"), HasSubstr("a resource is no map"));
    EXPECT_THAT(refusal(Map{{"type", "user"}, {"parameters", Map()}}), HasSubstr("no title"));
    EXPECT_THAT(apply({}, true).message, HasSubstr("1 to 64"));
    EXPECT_THAT(apply(Array(65, resource("user", "bob")), true).message, HasSubstr("1 to 64"));
    EXPECT_THAT(call("create", {{"type", "user"}, {"title", "x"}, {"parameters", "{}"}}).message,
                HasSubstr("no hash"));
    EXPECT_THAT(ral_->applied, IsEmpty());
}

TEST_F(PuppetRalChanging, TellsWhatADiffIs) {
    outcome_is({"User[bob]",
                false,
                false,
                false,
                true,
                {event("shell", "/bin/sh", "/bin/bash", "current_value '/bin/sh'", "noop"),
                 event("groups", Array{"zz"}, "aa,zz", "groups", "noop")}});
    ral_->groups = {{1, "aa"}, {2, "zz"}};
    const rpc::Output told = diff("user", "bob", {{"groups", Array{"zz", "aa"}}});
    EXPECT_EQ(told.status, Status::ok);
    EXPECT_EQ(output(told, "in_sync"), false);
    EXPECT_EQ(output(told, "differences"),
              Value(Array{Map{{"property", "shell"},
                              {"is", "/bin/sh"},
                              {"should", "/bin/bash"},
                              {"message", "current_value '/bin/sh'"}},
                          Map{{"property", "groups"},
                              {"is", Array{"zz"}},
                              {"should", Array{"zz", "aa"}},
                              {"message", "groups"}}}));
    EXPECT_EQ(output(told, "would_fail"), "");
    EXPECT_TRUE(ral_->applied.back().noop);

    outcome_is({"User[bob]", false, false, false, false, {}});
    EXPECT_EQ(output(diff("user", "bob", {}), "in_sync"), true);
    outcome_is({"User[bob]", true, false, false, false, {event("ensure", 1, 2, "no", "failure")}});
    EXPECT_EQ(diff("user", "bob", {}).message, "no");
}

TEST_F(PuppetRalChanging, HidesSecretsInWhatItTells) {
    const AppliedResource status{
        "User[bob]",
        true,
        false,
        false,
        true,
        {event("password", "$6$old", "$6$new", "changed '$6$old' to '$6$new'"),
         event("ensure", "absent", "present", "useradd -p $6$new bob failed", "failure")}};
    outcome_is(status);
    const rpc::Output applied =
        apply({resource("user", "bob", {{"ensure", "present"}, {"password", "$6$new"}})}, false);
    EXPECT_THAT(text::inspect(applied.data), Not(HasSubstr("$6$")));
    EXPECT_THAT(applied.message, HasSubstr("useradd -p [hidden] bob failed"));
    const Value difference = told(applied, "differences").array()->front();
    EXPECT_THAT(*difference.find("is")->text(), testing::StartsWith("[hidden "));
    EXPECT_NE(*difference.find("is"), *difference.find("should"));

    ral_->error = Error{Errc::io, "Puppet ended while it answered: useradd -p $6$new"};
    EXPECT_THAT(create({{"password", "$6$new"}}).message, Not(HasSubstr("$6$")));
    ral_->error.reset();
    set("show_secrets", "1");
    EXPECT_EQ(*told(apply({resource("user", "bob", {{"password", "$6$new"}})}, true), "differences")
                   .array()
                   ->front()
                   .find("is"),
              "$6$old");
}

TEST_F(PuppetRalChanging, TellsTheOutcomeOfEach) {
    ral_->outcome.statuses = {{"Group[g]", false, true, false, true, {}},
                              {"User[a]", false, false, false, false, {}},
                              {"User[b]",
                               true,
                               false,
                               false,
                               true,
                               {event("ensure", "absent", "present", "taken", "failure")}},
                              {"User[c]", false, false, true, false, {}}};
    const rpc::Output applied = apply({resource("group", "g"),
                                       resource("user", "a"),
                                       resource("user", "b"),
                                       resource("user", "c"),
                                       resource("user", "untold")},
                                      false);
    EXPECT_EQ(applied.status, Status::aborted);
    EXPECT_EQ(applied.message, "User[b]: taken");
    EXPECT_EQ(output(applied, "changed"), 1);
    EXPECT_EQ(output(applied, "failed"), 3);
    EXPECT_EQ(output(applied, "noop"), false);
    std::vector<std::string> outcomes;
    const Value results = output(applied, "results");
    for (const Value& result : *results.array())
        outcomes.push_back(*result.find("resource")->text() + " " +
                           *result.find("outcome")->text());
    EXPECT_THAT(outcomes,
                testing::ElementsAre("Group[g] changed",
                                     "User[a] unchanged",
                                     "User[b] failed",
                                     "User[c] skipped",
                                     "User[untold] failed"));
}

TEST_F(PuppetRalChanging, OnlyTellsUnlessMoreIsAskedForAndAllowed) {
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
    set("apply", "no");
    EXPECT_THAT(apply(wished, true).message, HasSubstr("plugin.puppetral.apply"));
    EXPECT_THAT(diff("user", "bob", {}).message, HasSubstr("plugin.puppetral.apply"));
    EXPECT_EQ(ral_->applied.size(), 3u);
    EXPECT_EQ(create().status, Status::ok) << "which has the lists alone";
}

class PuppetRalForesight : public PuppetRalChanging {
  protected:
    void SetUp() override {
        PuppetRalChanging::SetUp();
        ral_->groups = {{10, "wheel"}, {998, "docker"}};
        ral_->resources = {{"user", "eve", {{"uid", 1006}}, {}}};
    }

    std::string foreseen(const char* type, const char* title, const Map& parameters) {
        outcome_is({"X[x]", false, false, false, true, {}});
        const auto told = diff(type, title, parameters);
        EXPECT_EQ(told.status, Status::ok) << told.message;
        const Value why = output(told, "would_fail");
        return why.text() ? *why.text() : "";
    }
};

TEST_F(PuppetRalForesight, SeesGroupsThatAreNotThere) {
    EXPECT_EQ(foreseen("user", "bob", {{"groups", Array{"wheel", "www", "x"}}, {"gid", "staff"}}),
              "there is no group www, x, staff");
    EXPECT_EQ(foreseen("user", "bob", {{"groups", "www"}}), "there is no group www");
    EXPECT_EQ(foreseen("user", "bob", {{"groups", Array{"wheel"}}, {"gid", 998}}), "");
    EXPECT_EQ(foreseen("user", "bob", {{"gid", "997"}}), "there is no group 997");
    EXPECT_EQ(foreseen("user", "bob", {{"ensure", "absent"}, {"gid", "997"}}), "");
    ral_->outcome.statuses = {{"Group[www]", false, false, false, true, {}},
                              {"User[bob]", false, false, false, true, {}}};
    const auto both = apply({resource("group", "www", {{"ensure", "present"}}),
                             resource("user", "bob", {{"groups", Array{"www"}}})},
                            true);
    EXPECT_EQ(*output(both, "results").array()->back().find("would_fail"), "");
}

TEST_F(PuppetRalForesight, SeesNumbersThatAreTaken) {
    EXPECT_EQ(foreseen("user", "bob", {{"uid", "1006"}}), "uid 1006 is taken by eve");
    EXPECT_EQ(foreseen("user", "eve", {{"uid", 1006}}), "");
    EXPECT_EQ(foreseen("user", "bob", {{"uid", 1006}, {"allowdupe", true}}), "");
    EXPECT_EQ(foreseen("group", "www", {{"gid", 998}}), "gid 998 is taken by docker");
    EXPECT_EQ(foreseen("group", "docker", {{"gid", 998}}), "");
    EXPECT_EQ(foreseen("group", "www", {{"gid", 997}}), "");
}

TEST_F(PuppetRalForesight, SeesPackagesThatCannotBeHad) {
    world_.runner.answer->out =
        "hello:\n  Installed: (none)\n  Candidate: 2.10-3\n"
        "  Version table:\n     2.10-3 500\n";
    EXPECT_EQ(foreseen("package", "hello", {{"ensure", "present"}}), "");
    EXPECT_EQ(world_.runner.ran.back().argv,
              (std::vector<std::string>{"apt-cache", "policy", "--", "hello"}));
    EXPECT_EQ(foreseen("package", "hello", {{"ensure", "2.10-3"}}), "");
    EXPECT_EQ(foreseen("package", "hello", {{"ensure", "3"}}), "version 3 of hello cannot be had");
    world_.runner.answer->out = "";
    EXPECT_EQ(foreseen("package", "zork", {}), "no package zork can be had");
    EXPECT_EQ(foreseen("package", "zork", {{"provider", "gem"}}), "");
    world_.runner.answer = fail(Errc::not_found, "apt-cache: not found");
    EXPECT_EQ(foreseen("package", "zork", {}), "") << "nothing is known against it";
}

TEST_F(PuppetRalForesight, SeesDirectoriesThatAreMissing) {
    const std::string missing = directory_ / "no/file";
    EXPECT_EQ(foreseen("file", missing.c_str(), {{"ensure", "file"}}),
              "there is no directory " + (directory_ / "no"));
    EXPECT_EQ(foreseen("file", (directory_ / "file").c_str(), {{"ensure", "file"}}), "");
    EXPECT_EQ(foreseen("file", missing.c_str(), {{"ensure", "absent"}}), "");
    EXPECT_EQ(foreseen("service", "zork", {}), "");
}

}  // namespace
}  // namespace mco::puppetral
