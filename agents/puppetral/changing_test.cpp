#include "agents/puppetral/testing.hpp"
#include "core/text/ruby.hpp"

#include <string>
#include <vector>

namespace mco::puppetral {
namespace {

using puppet::AppliedResource;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using PuppetRalChanging = ChangingTest;

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
    EXPECT_THAT(texts(applied, "resource"),
                ElementsAre("Group[g]", "User[a]", "User[b]", "User[c]", "User[untold]"));
    EXPECT_THAT(texts(applied, "outcome"),
                ElementsAre("changed", "unchanged", "failed", "skipped", "failed"));
}

}  // namespace
}  // namespace mco::puppetral
