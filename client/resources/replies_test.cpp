#include "client/resources/replies.hpp"

#include "client/resources/file_content.hpp"
#include "core/text/base64.hpp"

#include <gtest/gtest.h>

namespace mco::client {
namespace {

Value digests(Map of_type) {
    return Map{{"digests", Map{{"user", std::move(of_type)}}}};
}

TEST(Replies, ReadsDigests) {
    const std::string digest(32, 'a');
    const auto read =
        read_digest(digests({{"digest", digest}, {"warnings", Array{"gem"}}}), "user");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->digest, digest);
    EXPECT_EQ(read->warnings, std::vector<std::string>{"gem"});
}

TEST(Replies, TellsWhyThereIsNoDigest) {
    EXPECT_EQ(read_digest(digests({{"error", "no way"}}), "user").error().message, "no way");
    for (const auto& value : {digests({}), digests({{"digest", "A"}}), digests({{"digest", 7}})})
        EXPECT_EQ(read_digest(value, "user").error().code, Errc::malformed);
    EXPECT_EQ(read_digest(digests({}), "host").error().message, "it said nothing of the type host");
    EXPECT_FALSE(read_digest({}, "host"));
}

TEST(Replies, ReadsSearchesOfBothReleases) {
    const Map resource{{"type", "User"}, {"title", "x"}, {"parameters", Map{}}};
    EXPECT_EQ(read_search(Map{{"result", Array{resource}}})->size(), 1u);
    EXPECT_EQ(read_search(Map{{"x", resource}, {"y", 7}})->front().title, "x");
    EXPECT_TRUE(read_search(Map{})->empty());
    EXPECT_FALSE(read_search(Map{{"y", 7}}));
    EXPECT_FALSE(read_search(Map{{"result", Array{7}}}));
    EXPECT_FALSE(read_search({}));
}

TEST(Replies, KnowsWhatIsNotThere) {
    for (const auto* ensure : {"absent", "purged"})
        EXPECT_FALSE(is_present({"user", "x", {{"ensure", ensure}}, {}, false})) << ensure;
    EXPECT_TRUE(is_present({"user", "x", {{"ensure", "present"}}, {}, false}));
    EXPECT_TRUE(is_present({"zone", "x", {}, {}, false}));
}

ral::Resource file_with(const std::string& checksum) {
    return {"file", "/etc/motd", {{"ensure", "file"}, {"content", checksum}}, {}, false};
}

TEST(FileContent, IsHeldAgainstItsChecksum) {
    const Map told{{"content", text::base64_encode("hello\n")}};
    for (const auto* sum :
         {"{md5}b1946ac92492d2347c6235b4d2611184",
          "{sha256}5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"})
        EXPECT_EQ(*read_content(told, file_with(sum)).value(), "hello\n") << sum;
    for (const auto* sum : {"{md5}b1946ac92492d2347c6235b4d2611185", "{sha3}00", "absent"})
        EXPECT_EQ(read_content(told, file_with(sum)).error().code, Errc::malformed) << sum;
}

TEST(FileContent, MayBeAbsentOrEmptyButNotBinary) {
    EXPECT_FALSE(read_content(Map{}, file_with("{md5}")).value());
    EXPECT_EQ(
        **read_content(Map{{"content", ""}}, file_with("{md5}d41d8cd98f00b204e9800998ecf8427e")),
        "");
    const std::string bytes("\xff", 1);
    EXPECT_EQ(read_content(Map{{"content", text::base64_encode(bytes)}},
                           file_with("{md5}00594fd4f42ba43fc1ca0427a0576295"))
                  .error()
                  .code,
              Errc::invalid);
}

}  // namespace
}  // namespace mco::client
