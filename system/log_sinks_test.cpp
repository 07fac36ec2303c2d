#include "system/log_sinks.hpp"

#include "system/log_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include <unistd.h>

namespace mco::system {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;
namespace fs = std::filesystem;

class StoppedClock final : public Clock {
  public:
    TimePoint now() const override { return TimePoint{std::chrono::milliseconds(1935655200000)}; }

    Monotonic monotonic() const override { return {}; }
};

class FileSinkTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto pattern = (fs::temp_directory_path() / "mco-log-XXXXXX").string();
        directory = ::mkdtemp(pattern.data());
        path = directory / "log";
    }

    void TearDown() override { fs::remove_all(directory); }

    static std::string content(const fs::path& file) {
        std::ostringstream text;
        text << std::ifstream(file).rdbuf();
        return text.str();
    }

    fs::path directory, path;
    StoppedClock clock;
};

TEST_F(FileSinkTest, WritesHeaderAndLines) {
    Log log(std::make_unique<FileSink>(path, 5, 1000, clock), Level::info);
    log.info("one {}", 1);
    log.debug("not shown");
    log.error("two\nlines");
    EXPECT_THAT(content(path),
                MatchesRegex("# Logfile created on [^\n]*\nI, [^\n]*  INFO -- : one 1\nE, [^\n]* "
                             "ERROR -- : two\\\\nlines\n"));
    const auto mode = fs::status(path).permissions();
    EXPECT_EQ(mode & fs::perms::others_all, fs::perms::none);
}

TEST_F(FileSinkTest, AppendsWithoutSecondHeader) {
    for (const auto* word : {"first", "second"})
        FileSink(path, 5, 1000, clock).write(Level::info, word);
    EXPECT_THAT(content(path), AllOf(HasSubstr("first"), EndsWith("second\n")));
    EXPECT_EQ(content(path).find("# Logfile"), content(path).rfind("# Logfile"));
}

TEST_F(FileSinkTest, KeepsTheConfiguredNumberOfFiles) {
    FileSink sink(path, 4, 1, clock);
    for (int i = 0; i < 10; ++i)
        sink.write(Level::info, "line " + std::to_string(i));
    EXPECT_THAT(content(path), AllOf(StartsWith("# Logfile"), EndsWith("line 9\n")));
    EXPECT_THAT(content(directory / "log.0"), EndsWith("line 8\n"));
    EXPECT_THAT(content(directory / "log.1"), EndsWith("line 7\n"));
    EXPECT_THAT(content(directory / "log.2"), EndsWith("line 6\n"));
    EXPECT_FALSE(fs::exists(directory / "log.3"));
}

TEST_F(FileSinkTest, NeverRotatesWithKeepZero) {
    FileSink sink(path, 0, 1, clock);
    for (int i = 0; i < 3; ++i)
        sink.write(Level::info, "line " + std::to_string(i));
    EXPECT_THAT(content(path), AllOf(HasSubstr("line 0"), HasSubstr("line 2")));
    EXPECT_FALSE(fs::exists(directory / "log.0"));
}

TEST_F(FileSinkTest, ReopenFollowsAnExternalRotation) {
    FileSink sink(path, 5, 1000, clock);
    sink.write(Level::info, "before");
    fs::rename(path, directory / "moved");
    sink.write(Level::info, "still the old file");
    sink.reopen();
    sink.write(Level::info, "after");
    EXPECT_THAT(content(directory / "moved"), EndsWith("still the old file\n"));
    EXPECT_THAT(content(path), AllOf(StartsWith("# Logfile"), EndsWith("after\n")));
}

TEST_F(FileSinkTest, ComplainsOnceAndRecovers) {
    fs::remove_all(directory);
    FileSink sink(path, 5, 1000, clock);
    ::testing::internal::CaptureStderr();
    sink.write(Level::info, "lost 1");
    sink.write(Level::info, "lost 2");
    const auto complaint = ::testing::internal::GetCapturedStderr();
    EXPECT_EQ(complaint,
              "cannot open the log file " + path.string() +
                  ": No such file or directory; will keep trying\n");
    fs::create_directory(directory);
    sink.write(Level::info, "back");
    EXPECT_THAT(content(path),
                AllOf(HasSubstr(" WARN -- : 2 log lines before this one"),
                      EndsWith("back\n"),
                      Not(HasSubstr("lost 1"))));
}

TEST_F(FileSinkTest, SurvivesAFullDisk) {
    if (::access("/dev/full", W_OK) != 0)
        GTEST_SKIP() << "no /dev/full here";
    FileSink sink("/dev/full", 5, 1000, clock);
    ::testing::internal::CaptureStderr();
    sink.write(Level::info, "a");
    sink.write(Level::info, "b");
    EXPECT_EQ(
        ::testing::internal::GetCapturedStderr(),
        "cannot write to the log file /dev/full: No space left on device; will keep trying\n");
}

TEST(MakeSink, FollowsTheConfiguration) {
    const StoppedClock clock;
    config::Config config;
    const auto made = [&](const char* type, const char* file) {
        config.logger_type = type;
        config.logfile = file;
        return make_sink(config, clock, "test");
    };
    EXPECT_NE(dynamic_cast<FileSink*>(made("file", "/nowhere/log")->get()), nullptr);
    EXPECT_NE(dynamic_cast<ConsoleSink*>(made("file", "")->get()), nullptr);
    EXPECT_NE(dynamic_cast<ConsoleSink*>(made("console", "/nowhere/log")->get()), nullptr);
    EXPECT_NE(dynamic_cast<SyslogSink*>(made("syslog", "")->get()), nullptr);
    EXPECT_EQ(made("paper", "").error().code, Errc::invalid);
}

TEST(LogLevel, IsReadFromTheConfiguration) {
    config::Config config;
    config.loglevel = "warn";
    EXPECT_EQ(*log_level(config), Level::warn);
    config.loglevel = "loud";
    EXPECT_EQ(log_level(config).error().code, Errc::invalid);
}

TEST(ConsoleSinkTest, WritesLines) {
    std::FILE* stream = std::tmpfile();
    const StoppedClock clock;
    ConsoleSink(stream, false, clock).write(Level::warn, "look");
    std::rewind(stream);
    char buffer[100] = {};
    ASSERT_NE(std::fgets(buffer, sizeof buffer, stream), nullptr);
    EXPECT_THAT(std::string(buffer), MatchesRegex("warn 2031/05/04 ..:..:..: look\n"));
    std::fclose(stream);
}

}  // namespace
}  // namespace mco::system
