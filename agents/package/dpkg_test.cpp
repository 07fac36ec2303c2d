#include "agents/package/dpkg.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::package {
namespace {

using ::testing::ElementsAre;

system::Finished printed(std::string out, int code = 0, std::string err = {}) {
    return {code, 0, std::move(out), std::move(err), false};
}

PackageState state(const std::string& out, const std::string& name = "hello") {
    return read_dpkg_answer(printed(out), name).value();
}

TEST(DpkgAnswer, TellsWhatIsInstalled) {
    const auto found = state("install ok installed\topenssl\t1:3.0.11-1~deb12u2\tamd64\n");
    EXPECT_EQ(found,
              (PackageState{"openssl",
                            "1:3.0.11-1~deb12u2",
                            "installed",
                            "ok",
                            "install",
                            "none",
                            "apt",
                            "amd64",
                            "3.0.11",
                            "1~deb12u2",
                            "1"}));
    EXPECT_TRUE(found.is_present());
    const auto native = state("hold ok installed\ttzdata\t2024a\tall\n");
    EXPECT_EQ(native.mark, "hold");
    EXPECT_EQ(native.version, "2024a");
    EXPECT_EQ(native.release, "");
    EXPECT_EQ(native.epoch, "0");
}

TEST(DpkgAnswer, CallsItAbsentUnlessItIsWhole) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"deinstall ok config-files\thello\t2.10-3\tamd64\n", "absent"},
        {"install ok half-configured\thello\t2.10-3\tamd64\n", "absent"},
        {"install reinstreq half-installed\thello\t2.10-3\tamd64\n", "absent"},
        {"install ok unpacked\thello\t2.10-3\tamd64\n", "absent"},
        {"unknown ok not-installed\thello\t\tamd64\n", "purged"},
        {"install ok triggers-pending\thello\t2.10-3\tamd64\n", "2.10-3"},
    };
    for (const auto& [answer, ensure] : cases)
        EXPECT_EQ(state(answer).ensure, ensure) << answer;
    EXPECT_EQ(state(cases[0].first).arch, "") << "nothing is there that could have one";
    EXPECT_EQ(state(cases[2].first).error, "reinstreq");
}

TEST(DpkgAnswer, PrefersTheArchitectureThatIsInstalled) {
    EXPECT_EQ(state("unknown ok not-installed\tlibc6\t\tamd64\n"
                    "install ok installed\tlibc6\t2.36-9\ti386\n"
                    "install ok installed\tlibc6\t2.36-8\tarm64\n")
                  .arch,
              "i386");
}

TEST(DpkgAnswer, TellsWhatNobodyKnows) {
    const auto answer = read_dpkg_answer(
        printed("", 1, "dpkg-query: no packages found matching nosuch\n"), "nosuch");
    ASSERT_TRUE(answer);
    EXPECT_EQ(*answer, missing_package("nosuch"));
    EXPECT_EQ(answer->ensure, "purged");
    EXPECT_EQ(answer->status, "missing");
    EXPECT_EQ(answer->provider, "");
    EXPECT_EQ(state("garbage\n", "hello"), missing_package("hello"));
}

TEST(DpkgAnswer, IsAnErrorWhereTheDatabaseCannotBeRead) {
    const auto answer =
        read_dpkg_answer(printed("", 2, "dpkg-query: error: parsing file 'status'\n"), "hello");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().message, "dpkg-query: dpkg-query: error: parsing file 'status'");
}

TEST(DpkgList, HasLinesOfInstalledPackages) {
    const std::string list =
        "Desired=Unknown/Install/Remove/Purge/Hold\n"
        "||/ Name   Version  Architecture Description\n"
        "+++-======-========-============-===========\n"
        "ii  adduser 3.134   all          add and remove users and groups\n"
        "rc  hello   2.10-3  amd64        example package\n"
        "ii  g++     12.2    amd64        GNU C++ compiler\n"
        "hi  held    1       all          held packages do not count\n";
    EXPECT_THAT(installed_lines(list),
                ElementsAre("ii  adduser 3.134   all          add and remove users and groups",
                            "ii  g++     12.2    amd64        GNU C++ compiler"));
}

}  // namespace
}  // namespace mco::package
