#include "agents/puppet/runs.hpp"

#include "agents/puppet/run_record.hpp"
#include "system/descriptor.hpp"
#include "system/directory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mco::puppet {
namespace {

constexpr std::size_t name_limit = 80;
constexpr std::size_t runs_kept = 20;
constexpr std::int64_t keep_seconds = 7 * 86400;
constexpr std::int64_t orphan_seconds = 3600;
constexpr std::size_t note_limit = 1u << 20;
constexpr std::int64_t ns_per_second = 1'000'000'000;
/// Puppet loads for seconds, and splays by default up to half a minute, before it takes its lock.
constexpr std::int64_t moment = 60;
/// Between the last line that a run printed and the begin that its report states: times of files
/// and of Ruby are not from one reading of the clock.
constexpr std::int64_t slack = 2;
/// A daemon looks at its signals every few seconds; a report of later than this is of another run.
constexpr std::int64_t daemon_patience = 300;

std::string why() {
    return std::strerror(errno);
}

std::string fresh_name() {
    std::random_device random;
    return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

/// Whole or not at all, as long as the machine stays up: to wait for the disk would cost a reply
/// 10 ms, and nobody waits for a run from before a power cut.
Expected<void> replace_file(const std::string& path, std::string_view content) {
    std::string temporary = path + ".XXXXXX";
    const system::Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));  // 0600
    if (!file)
        return fail(Errc::io, "cannot write " + path + ": " + why());
    const auto written = ::write(file.get(), content.data(), content.size());
    if (written == static_cast<ssize_t>(content.size()) &&
        ::rename(temporary.c_str(), path.c_str()) == 0)
        return {};
    const std::string reason = written < 0 ? why() : "the disk is full";
    ::unlink(temporary.c_str());
    return fail(Errc::io, "cannot write " + path + ": " + reason);
}

/// A file of ours, perhaps half written: NAME.log, NAME.json, NAME.json.XXXXXX.
bool is_page(std::string_view file) {
    const auto ending = std::min(file.find(".log"), file.find(".json"));
    return ending != std::string_view::npos && is_run_name(file.substr(0, ending));
}

std::vector<std::filesystem::path> entries(const std::string& directory) {
    std::vector<std::filesystem::path> found;
    std::error_code error;
    for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;
         at.increment(error))
        found.push_back(at->path());
    return found;
}

std::int64_t modified(const std::string& file) {
    const auto stamp = system::stamp(file);
    return stamp ? stamp->modified_ns / ns_per_second : 0;
}

}  // namespace

bool is_run_name(std::string_view name) {
    constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    return !name.empty() && name.size() <= name_limit && name.front() != '.' &&
           name.find_first_not_of(allowed) == std::string_view::npos;
}

RunBook::RunBook(const Paths& paths, const ProcessTable& processes, std::string directory)
    : paths_(paths), processes_(processes), directory_(std::move(directory)) {}

std::string RunBook::file(const std::string& name, const char* ending) const {
    return directory_ + "/" + name + ending;
}

Expected<Run> RunBook::open(std::string_view request_id, std::int64_t now) const {
    MCO_CHECK(system::make_own_directory(directory_));
    settle_and_prune(now);
    Run run;
    run.name = request_id;
    const auto taken = [this](const std::string& name) {
        return system::stamp(file(name, ".json")) || system::stamp(file(name, ".log"));
    };
    while (!is_run_name(run.name) || taken(run.name))
        run.name = fresh_name();
    run.initiated_at = now;
    run.report_before = system::stamp(paths_.last_run_report);
    return run;
}

Expected<void> RunBook::keep(Run run) const {
    run.process_start = processes_.start_time(run.pid).value_or(0);
    return write(run);
}

Expected<void> RunBook::write(const Run& run) const {
    return replace_file(file(run.name, ".json"), to_json(run));
}

bool RunBook::busy(std::int64_t now) const {
    const auto runs = all();
    return std::any_of(runs.begin(), runs.end(), [&](const Run& run) {
        // with its report written it has had the lock, though Ruby may take a while to exit
        return !run.result && !run.signalled && now - run.initiated_at < moment &&
               !reported(run, {}) && !final_result(run, now);
    });
}

Expected<Run> RunBook::find(const std::string& name) const {
    if (!is_run_name(name))
        return fail(Errc::not_found, "This node knows no run '" + name + "'");
    const auto text = system::read_file(file(name, ".json"), note_limit);
    if (!text && text.error().code == Errc::not_found)
        return fail(Errc::not_found, "This node knows no run '" + name + "'");
    if (!text)
        return tl::unexpected(text.error());
    return run_from_json(*text, name);
}

RunResult RunBook::result(Run& run, std::int64_t now) const {
    if (run.result)
        return *run.result;
    run.result = final_result(run, now);
    if (run.result) {
        // if it cannot be written, it is found out again next time
        static_cast<void>(write(run).has_value());
        return *run.result;
    }
    // when it was last seen alive: some runs print nothing
    ::utimensat(AT_FDCWD, file(run.name, ".json").c_str(), nullptr, 0);
    RunResult running;
    running.noop = run.noop;
    running.started_at = lock_taken(run);
    return running;
}

OutputLines RunBook::output(const Run& run, std::int64_t since) const {
    return read_output(output_file(run), since, run.result.has_value());
}

std::vector<Run> RunBook::all() const {
    std::vector<Run> runs;
    for (const auto& entry : entries(directory_)) {
        if (entry.extension() != ".json")
            continue;
        if (auto run = find(entry.stem().string()))
            runs.push_back(*std::move(run));
    }
    return runs;
}

void RunBook::settle_and_prune(std::int64_t now) const {
    auto runs = all();
    std::sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) {
        return a.initiated_at > b.initiated_at;
    });
    std::size_t place = 1;  // the first is for the run to come
    for (Run& run : runs) {
        const bool finished = result(run, now).finished;
        const bool old = now - run.initiated_at > keep_seconds;
        if (finished ? old || place >= runs_kept : old && !lives(run))
            remove(run.name);
        else
            ++place;
    }
    for (const auto& entry : entries(directory_)) {
        // what a crash left behind, such as the output of a run that nobody noted
        if (!is_page(entry.filename().string()))
            continue;
        const std::string note = file(entry.stem().string(), ".json");
        if (!system::stamp(note) && now - modified(entry.string()) > orphan_seconds)
            ::unlink(entry.c_str());
    }
}

void RunBook::remove(const std::string& name) const {
    ::unlink(file(name, ".log").c_str());
    ::unlink(file(name, ".json").c_str());
}

bool RunBook::lives(const Run& run) const {
    return run.process_start != 0 && processes_.start_time(run.pid) == run.process_start;
}

/// When the run took Puppet's lock; 0 if it has not, and for masterless runs, which take none, when
/// they were started.
std::int64_t RunBook::lock_taken(const Run& run) const {
    if (paths_.pidfile.empty())
        return run.initiated_at;
    const auto holder = processes_.holder(paths_.run_lock);
    const std::int64_t taken = modified(paths_.run_lock);
    if (!holder || taken < run.initiated_at)
        return 0;
    return run.signalled || processes_.session(*holder) == run.pid ? taken : 0;
}

/// When the run last printed something or was last seen alive.
std::int64_t RunBook::last_sign(const Run& run) const {
    return std::max(modified(output_file(run)), modified(file(run.name, ".json")));
}

/// The report that this run wrote, if it is there: changed since the start, and of a run that began
/// between that and the last that is known of this one.
std::optional<RunResult> RunBook::reported(const Run& run, const std::string& captured) const {
    const auto stamp = system::stamp(paths_.last_run_report);
    if (!stamp || stamp == run.report_before)
        return std::nullopt;
    const std::string text = read_report(paths_.last_run_report);
    const auto report = parse_report(text);
    const std::int64_t latest =
        run.signalled ? run.initiated_at + daemon_patience : last_sign(run) + slack;
    if (!report || report->time < run.initiated_at || report->time > latest)
        return std::nullopt;
    RunResult result = result_of(*report, text, captured);
    result.noop = report->noop.value_or(run.noop);
    result.ended_at = std::max(stamp->modified_ns / ns_per_second, report->time);
    // What Puppet sums up leaves out what a run without a server does before its catalog.
    const double taken = static_cast<double>(stamp->modified_ns) / ns_per_second - report->begun;
    result.duration = std::max(result.duration, taken);
    if (run.signalled)  // so that its lines can be had as those of a captured run
        static_cast<void>(replace_file(output_file(run), report_as_output(text)).has_value());
    return result;
}

/// Absent while the run goes on.
std::optional<RunResult> RunBook::final_result(const Run& run, std::int64_t now) const {
    const bool process_lives = lives(run);  // looked at before its files: then those are complete
    if (process_lives && !run.signalled)
        return std::nullopt;
    const bool applying = run.signalled && lock_taken(run) != 0;
    const std::string captured = run.signalled ? std::string() : read_tail(output_file(run));
    if (auto result = reported(run, captured))
        return result;
    // a daemon may begin late, and take long once it has
    const bool may_begin = process_lives && now - run.initiated_at <= daemon_patience;
    if (run.signalled && (may_begin || applying))
        return std::nullopt;
    RunResult result = result_without_report(captured);
    result.noop = run.noop;
    result.ended_at = last_sign(run);
    return result;
}

}  // namespace mco::puppet
