// What one question about resources costs a node, in milliseconds: the median of so many, after a
// first one that does not count. resources.py calls it.
//
//   mco-bench-resources native RUNS WORD...    read without Ruby
//   mco-bench-resources worker RUNS WORD...    asked of the warm worker, with this machine's Puppet
//   mco-bench-resources stamp RUNS             whether the worker is outdated, which is looked at
//                                              before each of its questions
//
// A word is TYPE for all of them, or TYPE/TITLE for one. Prints a line for each: the word and the
// median, for the stamp also how many files it is of.
#include "puppet/ral/native.hpp"
#include "puppet/ral/worker.hpp"
#include "puppet/ral/worker_place.hpp"
#include "puppet/ral/worker_protocol.hpp"
#include "puppet/ral/worker_stamp.hpp"
#include "system/clock.hpp"
#include "system/conversation.hpp"
#include "system/log_sinks.hpp"
#include "system/process.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace mco;
using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;
using Question = std::function<Expected<void>(const std::string& type, const std::string& title)>;

Monotonic deadline() {
    return Clock::now() + std::chrono::minutes(2);
}

/// Errors: those of the question.
Expected<double> median(int runs, const std::function<Expected<void>()>& question) {
    std::vector<double> times;
    for (int i = 0; i <= runs; ++i) {
        const auto begin = Clock::now();
        MCO_CHECK(question());
        if (i > 0)
            times.push_back(Milliseconds(Clock::now() - begin).count());
    }
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

/// Whether all of them could be asked. Who cannot is told on standard error.
bool print_medians(const std::vector<std::string>& words, int runs, const Question& question) {
    bool all = true;
    for (const auto& word : words) {
        const auto slash = std::min(word.find('/'), word.size());
        const auto type = word.substr(0, slash);
        const auto title = word.substr(std::min(slash + 1, word.size()));
        const auto time = median(runs, [&] { return question(type, title); });
        if (time)
            std::printf("%s %.4f\n", word.c_str(), *time);
        else
            std::fprintf(stderr, "%s: %s\n", word.c_str(), time.error().message.c_str());
        all = all && time;
    }
    return all;
}

/// The value does not matter.
template <class T>
Expected<void> answered(const Expected<T>& answer) {
    return answer ? Expected<void>() : Expected<void>(tl::unexpected(answer.error()));
}

bool time_native(const std::vector<std::string>& words, int runs) {
    system::RealRunner runner;
    const system::RealClock clock;
    const puppet::NativeReading native(true, runner, clock);
    return print_medians(words, runs, [&](const std::string& type, const std::string& title) {
        return title.empty() ? answered(native.read(type, deadline()))
                             : answered(native.read(type, title, deadline()));
    });
}

/// Its files are in a temporary folder.
bool time_worker(const std::vector<std::string>& words, int runs) {
    system::RealRunner runner;
    const system::RealClock clock;
    system::Log log(std::make_unique<system::NullSink>(), system::Level::fatal);
    puppet::LocalPuppet local(puppet::Settings(), runner, log);
    puppet::Worker worker(puppet::WorkerSettings(), local, clock, log);
    return print_medians(words, runs, [&](const std::string& type, const std::string& title) {
        return title.empty() ? answered(worker.search(type, "", {}, deadline()))
                             : answered(worker.find(type, title, deadline()));
    });
}

/// What a worker of this machine's Puppet says when it is ready.
Expected<puppet::protocol::Hello> hello() {
    const puppet::Settings settings;
    puppet::WorkerPlace place({}, settings);
    MCO_TRY(command, place.command());
    MCO_TRY(talk, system::Conversation::start(command));
    MCO_TRY(line, talk.read_line(puppet::protocol::longest_line, deadline()));
    return puppet::protocol::read_hello(line);
}

bool time_stamp(int runs) {
    const auto said = hello();
    if (!said) {
        std::fprintf(stderr, "stamp: %s\n", said.error().message.c_str());
        return false;
    }
    std::size_t files = 0;
    const auto time = median(runs, [&]() -> Expected<void> {
        files = puppet::stamp_of(said->files, said->folders).files;
        return {};
    });
    std::printf("stamp %.4f %zu\n", *time, files);
    return true;
}

}  // namespace

int main(int count, char** arguments) {
    const std::vector<std::string> all(arguments + 1, arguments + count);
    const std::string way = all.empty() ? "" : all[0];
    const int runs = all.size() > 1 ? std::atoi(all[1].c_str()) : 0;
    const std::vector<std::string> words(all.begin() + std::min<std::ptrdiff_t>(2, count - 1),
                                         all.end());
    if (runs > 0 && way == "stamp" && words.empty())
        return time_stamp(runs) ? EXIT_SUCCESS : EXIT_FAILURE;
    if (runs > 0 && way == "native" && !words.empty())
        return time_native(words, runs) ? EXIT_SUCCESS : EXIT_FAILURE;
    if (runs > 0 && way == "worker" && !words.empty())
        return time_worker(words, runs) ? EXIT_SUCCESS : EXIT_FAILURE;
    std::fputs(
        "usage: mco-bench-resources native|worker RUNS TYPE[/TITLE]...\n"
        "       mco-bench-resources stamp RUNS\n",
        stderr);
    return 2;
}
