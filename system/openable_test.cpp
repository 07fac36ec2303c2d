#include "system/openable.hpp"

#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

namespace mco::system {
namespace {

namespace fs = std::filesystem;

std::string why(const Expected<void>& outcome) {
    return outcome ? "" : outcome.error().message;
}

class Openable : public ::testing::Test {
  protected:
    std::string at(const std::string& name) const { return directory_.path() + '/' + name; }

    std::size_t entries() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(directory_.path()), {}));
    }

    TemporaryDirectory directory_;
};

TEST_F(Openable, WhatIsThere) {
    const auto file = directory_.write("file", "text");
    EXPECT_EQ(why(can_read(file)), "");
    EXPECT_EQ(why(can_read(directory_.path())), "");
    EXPECT_EQ(why(can_append(file)), "");
    EXPECT_EQ(why(can_append("/dev/null")), "");
    EXPECT_EQ(fs::file_size(file), 4U);
    EXPECT_EQ(why(can_append(directory_.path())),
              "cannot write " + directory_.path() + ": it is neither a file nor a device");
    ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
    EXPECT_NE(why(can_append(at("pipe"))), "");
    EXPECT_NE(why(can_read(at("pipe"))), "");
}

TEST_F(Openable, WhatIsNotThere) {
    EXPECT_EQ(can_read(at("none")).error().code, Errc::not_found);
    EXPECT_EQ(why(can_append(at("new"))), "");
    EXPECT_EQ(why(can_append(at("one/two/new"))),
              "cannot use the directory " + at("one/two") + ": No such file or directory");
    EXPECT_EQ(why(can_append(at("one/two/new"), Parents::are_made)), "");
    EXPECT_EQ(why(can_keep_files_in(at("one/two"), Parents::are_made)), "");
    EXPECT_EQ(why(can_append(directory_.write("file", "") + "/new", Parents::are_made)),
              "cannot write " + at("file/new") + ": Not a directory");
    EXPECT_EQ(entries(), 1U) << "nothing was made";
}

TEST_F(Openable, WhatIsReplacedAsAWhole) {
    EXPECT_EQ(why(can_replace(directory_.write("file", "text"))), "");
    EXPECT_EQ(why(can_replace(at("new"))), "");
    EXPECT_NE(why(can_replace(at("none/file"))).find(at("none")), std::string::npos);
    EXPECT_NE(why(can_replace(at("file/file"))), "");
    EXPECT_EQ(entries(), 1U);
}

TEST_F(Openable, WhatTheServiceManagerMakes) {
    EXPECT_TRUE(comes_with_the_service("/run/no-such-service-here/status.json"));
    EXPECT_TRUE(comes_with_the_service("/var/run/no-such-service-here/status.json"));
    EXPECT_FALSE(comes_with_the_service("/run/status.json")) << "that is there";
    EXPECT_FALSE(comes_with_the_service(at("none/status.json")));
    EXPECT_FALSE(comes_with_the_service("status.json"));
}

TEST_F(Openable, WhatOthersKeepToThemselves) {
    if (::geteuid() == 0)
        GTEST_SKIP() << "root may do everything";
    const auto file = directory_.write("file", "text");
    fs::permissions(file, fs::perms::none);
    EXPECT_NE(why(can_read(file)).find("Permission denied"), std::string::npos);
    EXPECT_NE(why(can_append(file)).find("Permission denied"), std::string::npos);
    fs::permissions(directory_.path(), fs::perms::owner_read | fs::perms::owner_exec);
    EXPECT_NE(why(can_append(at("new"))).find("write into the directory"), std::string::npos);
    fs::permissions(directory_.path(), fs::perms::owner_all);
}

}  // namespace
}  // namespace mco::system
