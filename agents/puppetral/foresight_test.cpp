#include "agents/puppetral/testing.hpp"

#include <string>
#include <vector>

namespace mco::puppetral {
namespace {

class PuppetRalForesight : public ChangingTest {
  protected:
    void SetUp() override {
        ChangingTest::SetUp();
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
