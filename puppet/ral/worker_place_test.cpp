#include "puppet/ral/worker_place.hpp"

#include "puppet/ral/worker_script.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

namespace mco::puppet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::StartsWith;

class PlaceTest : public testing::Test {
  protected:
    PlaceTest() {
        settings_.ruby = directory_.write("ruby", "");
        ::chmod(settings_.ruby.c_str(), 0755);
        settings_.path = "/usr/bin:/bin";
        settings_.directory = directory_ / "private";
    }

    const system::TemporaryDirectory directory_;
    WorkerSettings settings_;
    Settings puppet_;
};

TEST_F(PlaceTest, WordsAndEnvironmentAreFixed) {
    puppet_.command = {"puppet", "agent", "--vardir", "/v", "--noop"};
    puppet_.config = "/c/puppet.conf";
    WorkerPlace place(settings_, puppet_);
    const auto command = place.command();
    ASSERT_TRUE(command.has_value()) << command.error().message;
    EXPECT_THAT(command->argv,
                ElementsAre(settings_.ruby,
                            "--disable=did_you_mean,error_highlight",
                            settings_.directory + "/worker.rb",
                            "--private=" + settings_.directory,
                            "--idle=300",
                            "--vardir",
                            "/v",
                            "--config",
                            "/c/puppet.conf"));
    EXPECT_TRUE(command->clean_environment);
    EXPECT_EQ(command->directory, "/");
    EXPECT_THAT(command->environment,
                ElementsAre(Pair("APT_CONFIG", settings_.directory + "/apt.conf"),
                            Pair("HOME", StartsWith("/")),
                            Pair("LANG", "C.UTF-8"),
                            Pair("PATH", "/usr/bin:/bin")));
}

TEST_F(PlaceTest, TheScriptIsThereForUsAloneAndWhatSomebodyChangedIsMended) {
    WorkerPlace place(settings_, puppet_);
    ASSERT_TRUE(place.command().has_value());

    struct stat status {};

    ASSERT_EQ(::stat(settings_.directory.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700u);
    for (const auto& file : worker_script())
        EXPECT_EQ(directory_.read(std::string("private/") + file.name), file.text) << file.name;
    directory_.write("private/worker.rb", "exit");
    ASSERT_TRUE(place.command().has_value());
    EXPECT_EQ(directory_.read("private/worker.rb"), worker_script().front().text);
    EXPECT_THAT(directory_.read("private/apt.conf"), HasSubstr("DPkg::Lock::Timeout"));
}

TEST_F(PlaceTest, AFolderThatOthersCanChangeIsRefused) {
    std::filesystem::create_directory(directory_ / "open");
    ::chmod((directory_ / "open").c_str(), 0777);
    settings_.directory = directory_ / "open/private";
    WorkerPlace place(settings_, puppet_);
    EXPECT_EQ(place.command().error().code, Errc::denied);
}

TEST_F(PlaceTest, ATemporaryFolderGoesWithIt) {
    settings_.directory.clear();
    std::string script;
    {
        WorkerPlace place(settings_, puppet_);
        script = place.command()->argv.at(2);
        EXPECT_EQ(place.command()->argv.at(2), script) << "one folder for all workers";
        EXPECT_TRUE(std::filesystem::exists(script));
    }
    EXPECT_FALSE(std::filesystem::exists(std::filesystem::path(script).parent_path()));
}

/// The script that starts loads the others: all of them are embedded.
TEST(WorkerScript, IsWhatTheSourceHas) {
    std::vector<std::filesystem::path> sources = {"core/ral/acting_types.txt"};
    for (const auto& entry : std::filesystem::directory_iterator("puppet/ral/worker"))
        sources.push_back(entry.path());
    const auto& files = worker_script();
    for (const auto& source : sources) {
        const auto file = std::find_if(files.begin(), files.end(), [&](const auto& each) {
            return source.filename() == each.name;
        });
        ASSERT_NE(file, files.end()) << source;
        std::ifstream stream(source, std::ios::binary);
        EXPECT_TRUE(std::string(std::istreambuf_iterator<char>(stream), {}) == file->text)
            << source;
    }
    EXPECT_EQ(sources.size(), files.size());
    EXPECT_STREQ(worker_script().front().name, "worker.rb");
}

}  // namespace
}  // namespace mco::puppet
