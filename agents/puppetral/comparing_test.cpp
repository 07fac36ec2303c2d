#include "agents/puppetral/testing.hpp"
#include "core/ral/listing.hpp"

#include <string>
#include <vector>

namespace mco::puppetral {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class PuppetRalComparing : public AgentTest {
  protected:
    void SetUp() override {
        ral_->groups = {{100, "users"}};
        ral_->resources = {{"user", "bob", {{"uid", 1005}, {"gid", 100}, {"shell", "/bin/sh"}}, {}},
                           {"user", "eve", {{"uid", 1006}, {"gid", 100}, {"shell", "/bin/sh"}}, {}},
                           {"group", "users", {{"gid", 100}}, {}}};
    }

    Value digest_of(const char* type, const Map& inputs = {}) {
        Map all = inputs;
        all.set("types", type);
        return *output(call("digest", all), "digests").find(type)->find("digest");
    }

    static std::vector<std::string> lines(const rpc::Output& listed) {
        std::vector<std::string> lines;
        const auto unpacked =
            ral::unpack(*output(listed, "entries").text(), 64u << 20, [&](const ral::Entry& entry) {
                lines.emplace_back(entry.line);
            });
        EXPECT_TRUE(unpacked) << unpacked.error().message;
        return lines;
    }
};

TEST_F(PuppetRalComparing, TellsADigestForEachType) {
    const rpc::Output told = call("digest", {{"types", "User, group,user"}});
    EXPECT_EQ(told.status, Status::ok);
    const Value digests = output(told, "digests");
    EXPECT_THAT(ral_->asked, ElementsAre("search user", "search group"));
    EXPECT_EQ(*digests.find("user")->find("count"), 2);
    EXPECT_EQ(*digests.find("group")->find("count"), 1);
    EXPECT_EQ(digests.find("user")->find("digest")->text()->size(), 32u);
    EXPECT_TRUE(digests.find("user")->find("seconds")->real());
    EXPECT_EQ(*digests.find("user")->find("warnings"), Value(Array()));
}

TEST_F(PuppetRalComparing, TellsTheUsualTypesUnlessOthersAreNamed) {
    call("digest", {{"provider", "system"}});
    EXPECT_THAT(ral_->asked,
                ElementsAre("search user",
                            "search group",
                            "search host",
                            "search package system",
                            "search service"));
}

TEST_F(PuppetRalComparing, TakesNumbersForTheNodesOwnUnlessAsked) {
    const Value before = digest_of("user");
    const Value with_numbers = digest_of("user", {{"ids", true}});
    EXPECT_NE(before, with_numbers);
    ral_->resources[0].parameters.set("uid", 2005);
    EXPECT_EQ(digest_of("user"), before);
    EXPECT_NE(digest_of("user", {{"ids", true}}), with_numbers);
    ral_->resources[0].parameters.set("shell", "/bin/bash");
    EXPECT_NE(digest_of("user"), before);
    ral_->resources[0].parameters.set("shell", "/bin/sh");
    ral_->groups = {{100, "staff"}};
    EXPECT_NE(digest_of("user"), before) << "the group counts by its name";
    EXPECT_NE(digest_of("user", {{"salt", "x"}}), digest_of("user", {{"salt", "y"}}));
}

TEST_F(PuppetRalComparing, SaysWhichTypeCannotBeRead) {
    ral_->error = Error{Errc::timed_out, "Puppet takes too long"};
    const rpc::Output told = call("digest", {{"types", "user,group"}});
    EXPECT_EQ(told.status, Status::aborted);
    EXPECT_EQ(told.message, "Puppet takes too long");
    EXPECT_EQ(*output(told, "digests").find("group"),
              Value(Map{{"error", "Puppet takes too long"}}));
}

TEST_F(PuppetRalComparing, ListsLinesWithTheDigestOfAll) {
    const rpc::Output listed = call("list", {{"type", "User"}, {"salt", "x"}});
    EXPECT_THAT(lines(listed),
                ElementsAre(R"(["bob",{"group":"users","shell":"/bin/sh"}])",
                            R"(["eve",{"group":"users","shell":"/bin/sh"}])"));
    EXPECT_EQ(output(listed, "count"), 2);
    EXPECT_EQ(output(listed, "next"), 0);
    EXPECT_EQ(output(listed, "digest"), digest_of("user", {{"salt", "x"}}));
    EXPECT_THAT(lines(call("list", {{"type", "user"}, {"offset", 1}})),
                ElementsAre(HasSubstr("eve")));
}

TEST_F(PuppetRalComparing, ListsInPages) {
    ral_->resources.clear();
    std::string state;  // nothing that would shrink
    for (std::uint32_t i = 0, random = 1; i < 800'000; ++i) {
        random = random * 1664525u + 1013904223u;
        state += static_cast<char>('!' + (random >> 24) % 90);
    }
    for (int i = 0; i < 2; ++i)
        ral_->resources.push_back({"note", "n" + std::to_string(i), {{"text", state}}, {}});
    std::vector<std::string> all;
    std::int64_t offset = 0;
    int pages = 0;
    do {
        const rpc::Output page = call("list", {{"type", "note"}, {"offset", offset}});
        EXPECT_LE(output(page, "entries").text()->size(), 1u << 20);
        for (auto& line : lines(page))
            all.push_back(std::move(line));
        offset = *output(page, "next").integer();
        ++pages;
    } while (offset != 0 && pages < 10);
    EXPECT_EQ(pages, 2);
    EXPECT_THAT(all, ElementsAre(HasSubstr("n0"), HasSubstr("n1")));
}

TEST_F(PuppetRalComparing, ListsNothingAsNothing) {
    const rpc::Output listed = call("list", {{"type", "host"}});
    EXPECT_EQ(listed.status, Status::ok);
    EXPECT_EQ(output(listed, "entries"), "");
    EXPECT_EQ(output(listed, "count"), 0);
    EXPECT_EQ(output(listed, "digest"), digest_of("host"));
}

TEST_F(PuppetRalComparing, RefusesPagesThatAreNotThere) {
    for (const int offset : {-1, 3, 1 << 30})
        EXPECT_EQ(call("list", {{"type", "user"}, {"offset", offset}}).status, Status::invalid_data)
            << offset;
}

}  // namespace
}  // namespace mco::puppetral
