#include "agents/puppet/runs.hpp"

#include "agents/puppet/run_record.hpp"
#include "system/temporary_directory.hpp"

#include <fmt/chrono.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mco::puppet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Noted = Run;  // GoogleTest has a Run of its own

constexpr std::int64_t start = 1'700'000'000;

/// A node whose processes, times and reports the test writes.
class Runs : public testing::Test {
  protected:
    const system::TemporaryDirectory directory_;
    const ProcessTable processes_{directory_ / "proc"};
    Paths paths_;
    std::int64_t now_ = start;

    void SetUp() override {
        std::filesystem::create_directory(directory_ / "state");
        paths_.pidfile = directory_ / "agent.pid";
        paths_.run_lock = directory_ / "state/run.lock";
        paths_.last_run_report = directory_ / "state/report.yaml";
    }

    RunBook book() const { return {paths_, processes_, directory_ / "state/mcollective_runs"}; }

    void add_process(int pid, int started, int session = 0) const {
        directory_.write("proc/stat", "cpu 1 2\nbtime 1600000000\n");
        const std::string line("/usr/bin/ruby\0/usr/bin/puppet\0agent", 35);
        directory_.write("proc/" + std::to_string(pid) + "/cmdline", line);
        directory_.write("proc/" + std::to_string(pid) + "/stat",
                         fmt::format("{} (ruby) S 1 {} {} 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 {} 0\n",
                                     pid,
                                     session,
                                     session,
                                     started));
    }

    void end_process(int pid) const {
        std::filesystem::remove_all(directory_ / ("proc/" + std::to_string(pid)));
    }

    static void set_time(const std::string& file, std::int64_t seconds) {
        const timespec times[2] = {{seconds, 0}, {seconds, 0}};
        ASSERT_EQ(::utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
    }

    void write_report(std::int64_t began,
                      std::int64_t written,
                      const std::string& status = "changed",
                      const std::string& more = "") const {
        const std::time_t seconds = began;
        const std::string text = fmt::format(
            "---\nhost: a\ntime: '{:%Y-%m-%dT%H:%M:%S}.5+00:00'\nstatus: {}\nlogs:\n- level: err\n"
            "  message: oh\n  source: File[/x]\n{}",
            fmt::gmtime(seconds),
            status,
            more);
        ASSERT_TRUE(system::write_file_atomically(paths_.last_run_report, text));
        set_time(paths_.last_run_report, written);
    }

    /// What the run printed, the last of it at that time; that it was noted at all is from its
    /// start.
    void print(const Noted& run, const std::string& text, std::int64_t at) const {
        directory_.write("state/mcollective_runs/" + run.name + ".log", text);
        set_time(book().output_file(run), at);
        set_time(directory_ / ("state/mcollective_runs/" + run.name + ".json"), run.initiated_at);
    }

    Noted started(const std::string& name, pid_t pid = 100, bool signalled = false) const {
        Noted run = book().open(name, now_).value();
        run.pid = pid;
        run.signalled = signalled;
        EXPECT_TRUE(book().keep(run));
        return run;
    }

    RunResult result(const std::string& name) const {
        Noted run = book().find(name).value();
        return book().result(run, now_);
    }

    std::string content(const std::string& name) const {
        return directory_.read("state/mcollective_runs/" + name);
    }
};

TEST_F(Runs, AreNamedByTheirRequestIfThatIsSafe) {
    EXPECT_EQ(started("0123abc").name, "0123abc");
    std::filesystem::create_directories(directory_ / "state/mcollective_runs");
    for (const std::string name :
         {"0123abc", "", ".", "..", "a/b", "../x", "a b", "ä", "a\n", ".hidden"}) {
        const Noted run = book().open(name, now_).value();
        EXPECT_NE(run.name, name);
        EXPECT_TRUE(is_run_name(run.name)) << run.name;
    }
    EXPECT_TRUE(is_run_name(std::string(80, 'a')));
    EXPECT_FALSE(is_run_name(std::string(81, 'a')));
    EXPECT_NE(book().open(std::string(81, 'a'), now_)->name, std::string(81, 'a'));
}

TEST_F(Runs, AreKeptFromOthersEyes) {
    add_process(100, 5);
    const Noted run = started("run");

    struct stat status {};

    ASSERT_EQ(::stat((directory_ / "state/mcollective_runs").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0700u);
    ASSERT_EQ(::stat((directory_ / "state/mcollective_runs/run.json").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0600u);
    ASSERT_EQ(::chmod((directory_ / "state/mcollective_runs").c_str(), 0755), 0);
    ASSERT_TRUE(book().open("next", now_));
    ASSERT_EQ(::stat((directory_ / "state/mcollective_runs").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0700u);
}

TEST_F(Runs, AreNotNotedWhereTheDirectoryIsNone) {
    directory_.write("state/mcollective_runs", "a file");
    EXPECT_THAT(book().open("run", now_).error().message, HasSubstr("mcollective_runs"));
    std::filesystem::remove(directory_ / "state/mcollective_runs");
    std::filesystem::create_directory_symlink("/tmp", directory_ / "state/mcollective_runs");
    EXPECT_EQ(book().open("run", now_).error().code, Errc::io);
}

TEST_F(Runs, OfUnknownNameAreUnknown) {
    directory_.write("state/mcollective_runs/bad.json", "{\"pid\": []}");
    directory_.write("state/secret.json", "{}");
    for (const char* name : {"other", "..", ".", "", "../secret", "a/b"})
        EXPECT_EQ(book().find(name).error().code, Errc::not_found) << name;
    EXPECT_EQ(book().find("bad").error().code, Errc::malformed);
}

TEST_F(Runs, GoOnWhileTheirProcessLives) {
    add_process(100, 5, 100);
    const Noted run = started("run");
    print(run, "Info: one\nInfo: tw", start + 1);
    write_report(start + 1, start + 2);
    EXPECT_FALSE(result("run").finished) << "the report may still be another one's";
    EXPECT_EQ(result("run").started_at, 0) << "it may be splaying";
    EXPECT_THAT(book().output(run, 0).lines, ElementsAre("Info: one"));
    directory_.write("state/run.lock", "100");
    set_time(paths_.run_lock, start + 3);
    EXPECT_EQ(result("run").started_at, start + 3);
    add_process(200, 7, 200);
    directory_.write("state/run.lock", "200");
    EXPECT_EQ(result("run").started_at, 0) << "another process holds the lock";
    EXPECT_FALSE(result("run").finished);
}

TEST_F(Runs, EndWithTheirReport) {
    add_process(100, 5);
    write_report(start - 100, start - 90, "failed");
    const Noted run = started("run");
    end_process(100);
    write_report(start,
                 start + 5,
                 "changed",
                 "noop: true\nenvironment: test\nconfiguration_version: '7'\nmetrics:\n  "
                 "resources:\n    values:\n    - - total\n      - Total\n      - 9\n    - - "
                 "changed\n      - C\n      - 2\n    - - failed\n      - F\n      - 1\n    - - "
                 "out_of_sync\n      - O\n      - 3\n");
    print(run, "Info: one\nhalf", start + 4);
    const RunResult found = result("run");
    EXPECT_TRUE(found.finished);
    EXPECT_EQ(found.outcome, "changed");
    EXPECT_TRUE(found.noop);
    EXPECT_EQ(found.total, 9);
    EXPECT_EQ(found.changed, 2);
    EXPECT_EQ(found.failed, 1);
    EXPECT_EQ(found.out_of_sync, 3);
    EXPECT_EQ(found.started_at, start);
    EXPECT_EQ(found.ended_at, start + 5);
    EXPECT_EQ(found.duration, 4.5) << "the report says when it began, the file when it ended";
    EXPECT_EQ(found.environment, "test");
    EXPECT_EQ(found.config_version, "7");
    EXPECT_THAT(found.errors, ElementsAre("File[/x]: oh"));
    EXPECT_THAT(book().output(*book().find("run"), 0).lines, ElementsAre("Info: one", "half"));
    write_report(start + 2, start + 60, "unchanged");
    EXPECT_EQ(result("run").outcome, "changed") << "what was found out stays";
}

TEST_F(Runs, TakeNobodyElsesReport) {
    const struct {
        const char* what;
        std::int64_t began, written;
    } cases[] = {{"of a run before, sent late", start - 1, start + 5},
                 {"of a run after this one was killed", start + 13, start + 20}};

    for (const auto& [what, began, written] : cases) {
        add_process(100, 5);
        const Noted run = started(std::to_string(began));
        end_process(100);
        print(run, "Error: killed\n", start + 10);
        write_report(began, written);
        const RunResult found = result(run.name);
        EXPECT_EQ(found.outcome, "no report") << what;
        EXPECT_THAT(found.errors, ElementsAre("killed"));
        EXPECT_EQ(found.started_at, 0);
        EXPECT_EQ(found.ended_at, start + 10);
    }
    write_report(start + 1, start + 1);
    add_process(100, 5);
    const Noted run = started("unchanged file");
    end_process(100);
    print(run, "", start + 10);
    EXPECT_EQ(result(run.name).outcome, "no report") << "this report was there before";
}

TEST_F(Runs, ThatPrintNothingAreKnownByWhenTheyWereSeen) {
    add_process(100, 5);
    const Noted run = started("run");
    print(run, "", start);
    EXPECT_FALSE(result("run").finished);
    const std::string note = directory_ / "state/mcollective_runs/run.json";
    EXPECT_GT(system::stamp(note)->modified_ns / 1'000'000'000, start + 1000) << "seen now";
    set_time(note, start + 30);
    end_process(100);
    write_report(start + 20, start + 31);
    EXPECT_EQ(result("run").outcome, "changed");
}

TEST_F(Runs, AreNotTakenForALaterProcessOfTheSameNumber) {
    add_process(100, 5);
    const Noted run = started("run");
    add_process(100, 6);
    print(run, "Notice: Run of Puppet configuration client already in progress; skipping\n", start);
    EXPECT_EQ(result("run").outcome, "skipped") << content("run.json") << content("run.log");
    add_process(101, 5);
    Noted unseen = book().open("unseen", now_).value();
    unseen.pid = 102;
    ASSERT_TRUE(book().keep(unseen));
    add_process(102, 5);
    EXPECT_TRUE(result("unseen").finished) << "it had ended before its start time could be read";
}

TEST_F(Runs, OfADaemonEndWithItsNextReport) {
    add_process(100, 5);
    write_report(start - 100, start - 90, "failed");
    const Noted run = started("run", 100, true);
    EXPECT_FALSE(result("run").finished);
    EXPECT_EQ(result("run").started_at, 0);
    add_process(101, 9);
    directory_.write("state/run.lock", "101");
    set_time(paths_.run_lock, start + 4);
    EXPECT_EQ(result("run").started_at, start + 4);
    EXPECT_THAT(book().output(run, 0).lines, IsEmpty());
    write_report(start + 4, start + 9);
    EXPECT_EQ(result("run").outcome, "changed");
    EXPECT_EQ(result("run").started_at, start + 4);
    EXPECT_THAT(book().output(*book().find("run"), 0).lines, ElementsAre("Error: File[/x]: oh"));
}

TEST_F(Runs, OfADaemonThatGoesAwayEndToo) {
    add_process(100, 5);
    started("run", 100, true);
    end_process(100);
    add_process(101, 9);
    directory_.write("state/run.lock", "101");
    set_time(paths_.run_lock, start + 4);
    EXPECT_FALSE(result("run").finished) << "it still applies a catalog";
    end_process(101);
    EXPECT_EQ(result("run").outcome, "no report");
}

TEST_F(Runs, OfADaemonThatIgnoresUsEndAfterAWhile) {
    add_process(100, 5);
    const Noted run = started("run", 100, true);
    now_ = start + 290;
    EXPECT_FALSE(result("run").finished);
    now_ = start + 400;
    write_report(start + 390, start + 395);
    EXPECT_EQ(result("run").outcome, "no report") << "that is of its own schedule";
}

TEST_F(Runs, WithoutALockBeginAtOnce) {
    paths_.pidfile.clear();  // masterless
    add_process(100, 5);
    started("run");
    EXPECT_EQ(result("run").started_at, start);
}

TEST_F(Runs, MakeTheNodeBusyForAMoment) {
    EXPECT_FALSE(book().busy(start));
    add_process(100, 5);
    started("run");
    EXPECT_TRUE(book().busy(start + 1));
    EXPECT_FALSE(book().busy(start + 100)) << "then the lock tells";
    write_report(start + 1, start + 2);
    EXPECT_FALSE(book().busy(start + 2)) << "it is about to exit";
    std::filesystem::remove(paths_.last_run_report);
    EXPECT_TRUE(book().busy(start + 1));
    end_process(100);
    EXPECT_FALSE(book().busy(start + 1));
    add_process(101, 6);
    started("signal", 101, true);
    EXPECT_FALSE(book().busy(start + 1)) << "a daemon can be signalled again";
}

TEST_F(Runs, AreSettledBeforeTheNextOneOverwritesTheirReport) {
    add_process(100, 5);
    const Noted run = started("first");
    end_process(100);
    print(run, "", start + 2);
    write_report(start + 1, start + 3);
    now_ = start + 10;
    started("second");
    write_report(start + 11, start + 12, "unchanged");
    EXPECT_EQ(result("first").outcome, "changed");
}

TEST_F(Runs, AreForgottenWhenThereAreManyOrTheyAreOld) {
    add_process(99, 5);
    started("alive", 99);
    directory_.write("state/mcollective_runs/orphan.log", "");
    set_time(directory_ / "state/mcollective_runs/orphan.log", start - 10'000);
    directory_.write("state/mcollective_runs/fresh.log", "");
    set_time(directory_ / "state/mcollective_runs/fresh.log", start);
    for (int i = 0; i < 30; ++i) {
        now_ = start + i;
        print(started("run" + std::to_string(i)), "x", now_);
    }
    EXPECT_TRUE(book().find("alive")) << "it still runs";
    EXPECT_FALSE(book().find("run9"));
    EXPECT_EQ(content("run9.log"), "");
    EXPECT_TRUE(book().find("run10"));
    EXPECT_EQ(content("run10.log"), "x");
    EXPECT_FALSE(std::filesystem::exists(directory_ / "state/mcollective_runs/orphan.log"));
    EXPECT_TRUE(std::filesystem::exists(directory_ / "state/mcollective_runs/fresh.log"));
    now_ = start + 8 * 86400;
    started("later");
    EXPECT_FALSE(book().find("run29"));
    EXPECT_TRUE(book().find("alive"));
    EXPECT_TRUE(book().find("later"));
}

TEST(RunRecord, ReadsWhatItWrote) {
    Noted run;
    run.name = "x";
    run.signalled = run.noop = true;
    run.pid = 7;
    run.process_start = 123456789012345;
    run.initiated_at = start;
    run.report_before = system::FileStamp{1'700'000'000'123'456'789, 5, 9};
    run.result = RunResult{
        true, "failed", true, true, 1, 2, 3, 4, 5.25, 6, 7, "e", "v\xff", {"one \"x\"", "two"}};
    const Noted read = run_from_json(to_json(run), "x").value();
    EXPECT_TRUE(read.signalled && read.noop);
    EXPECT_EQ(read.pid, 7);
    EXPECT_EQ(read.process_start, run.process_start);
    EXPECT_EQ(read.initiated_at, start);
    EXPECT_EQ(read.report_before, run.report_before);
    ASSERT_TRUE(read.result);
    EXPECT_EQ(read.result->outcome, "failed");
    EXPECT_EQ(read.result->out_of_sync, 4);
    EXPECT_EQ(read.result->duration, 5.25);
    EXPECT_EQ(read.result->errors, run.result->errors);
    for (const char* text : {"", "[]", "7", "{}", "{\"signalled\": 1}"})
        EXPECT_EQ(run_from_json(text, "x").error().code, Errc::malformed) << text;
}

}  // namespace
}  // namespace mco::puppet
