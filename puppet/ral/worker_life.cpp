#include "puppet/ral/worker_life.hpp"

#include "core/text/utf8.hpp"
#include "puppet/process_table.hpp"
#include "puppet/process_tree.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <utility>

namespace mco::puppet {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_start = 60s;  // 1 s on a machine with nothing else to do
constexpr auto grace = 5s;           // for a worker that gives up by itself

}  // namespace

Expected<Greeting> WorkerLife::greeting(Monotonic deadline) {
    MCO_CHECK(be_free());
    MCO_CHECK(be_ready(deadline));
    return run_->hello->greeting;
}

Expected<Map> WorkerLife::ask(const protocol::Question& question, Monotonic deadline) {
    MCO_CHECK(be_free());
    constexpr int tries = 3;  // each worker may just be about to end because nobody asked it
    for (int i = 0; i < tries; ++i) {
        MCO_CHECK(be_ready(deadline));
        MCO_TRY(answer, ask_once(question, deadline));
        if (answer)
            return *std::move(answer);
        end();
    }
    return fail(Errc::unavailable, "Puppet's worker ends as soon as it has started");
}

void WorkerLife::renew() {
    renew_ = true;
    if (be_free())
        drop_if_outdated();
}

/// Looks whether the change that nobody waited for has ended. Errors: unavailable, it has not.
Expected<void> WorkerLife::be_free() {
    if (!change_)
        return {};
    const auto said = hear(last_id_, in_real_time(clock_.monotonic()));
    const bool goes_on = !said && said.error().code == Errc::timed_out;
    const auto lasts = clock_.monotonic() - change_->since;
    if (goes_on && lasts < settings_.write_limit + grace)
        return fail(Errc::unavailable, "Puppet is busy applying " + change_->subject);
    log_.warn("puppetral: the change of {} {} after {} s",
              change_->subject,
              goes_on ? "was given up" : "ended",
              std::chrono::duration_cast<std::chrono::seconds>(lasts).count());
    change_.reset();
    if (goes_on)
        kill();
    else if (said)
        drop_if_worn(*said);
    else
        end();
    return {};
}

/// What a worker has loaded stays as it is (resources §2, trap 14).
void WorkerLife::drop_if_outdated() {
    const bool renew = std::exchange(renew_, false);
    if (!run_)
        return;
    const auto& hello = run_->hello;  // without one it is still starting, or its end is news
    if (renew || (hello && (!run_->talk.is_running() ||
                            stamp_of(hello->files, hello->folders) != run_->stamp)))
        end();
}

Expected<void> WorkerLife::be_ready(Monotonic deadline) {
    drop_if_outdated();
    if (!run_) {
        if (auto error = failed_.answer(clock_.monotonic()))
            return tl::unexpected(*std::move(error));
        MCO_CHECK(start());
    }
    if (run_->hello)
        return {};
    return read_hello(std::min(deadline, run_->started + longest_start));
}

Expected<void> WorkerLife::start() {
    auto command = place_.command();
    if (!command)
        return failed_to_start(std::move(command.error()));
    auto talk = system::Conversation::start(*command);
    if (!talk)
        return failed_to_start({Errc::unavailable, talk.error().message});
    run_.emplace(Run{*std::move(talk), clock_.monotonic(), {}, {}, 0});
    return {};
}

/// A worker that is slow goes on starting, for whoever asks next.
Expected<void> WorkerLife::read_hello(Monotonic until) {
    auto line = run_->talk.read_line(protocol::longest_line, in_real_time(until));
    const bool in_time = clock_.monotonic() < run_->started + longest_start;
    if (!line && line.error().code == Errc::timed_out && in_time)
        return fail(Errc::timed_out, "Puppet is still being started here");
    auto hello = line ? protocol::read_hello(*line) : tl::unexpected(line.error());
    if (!hello) {
        auto error = std::move(hello.error());
        if (!line && line.error().code != Errc::timed_out)
            error.message = "Puppet could not be started: " + last_words();
        else if (!line)
            error.message = "Puppet could not be started within a minute";
        kill();
        return failed_to_start({Errc::unavailable, std::move(error.message)});
    }
    failed_.forget();
    for (const auto& message : hello->log)
        log_.warn("puppetral: Puppet says at its start: {}", message);
    run_->stamp = stamp_of(hello->files, hello->folders);
    run_->hello = *std::move(hello);
    return {};
}

tl::unexpected<Error> WorkerLife::failed_to_start(Error error) {
    failed_.note(error, clock_.monotonic());
    log_.warn("puppetral: {}", error.message);
    return tl::unexpected(std::move(error));
}

/// Absent: the worker was about to end, and has not read the question.
Expected<std::optional<Map>> WorkerLife::ask_once(const protocol::Question& question,
                                                  Monotonic deadline) {
    const auto asked = clock_.monotonic();
    const auto left = std::chrono::ceil<std::chrono::seconds>(deadline - asked);
    MCO_TRY(line, protocol::encode(question, ++last_id_, std::max(left, 0s) + grace));
    const auto until = in_real_time(deadline);
    ++run_->questions;
    const auto written = run_->talk.write(line, until);
    if (!written && written.error().code == Errc::timed_out)
        return given_up(written.error(), question, asked);
    auto said = hear(last_id_, until);  // also what it said when it did not read
    if (!said)
        return given_up(said.error(), question, asked);
    if (said->bye)
        return std::optional<Map>();
    drop_if_worn(*said);
    if (!said->ok)
        return fail(Errc::invalid, said->error);
    return std::optional(std::move(said->answer));
}

/// What it says to this question. Answers to earlier ones came too late.
Expected<protocol::Said> WorkerLife::hear(std::int64_t id, Monotonic until) {
    for (;;) {
        MCO_TRY(line, run_->talk.read_line(protocol::longest_line, until));
        MCO_TRY(said, protocol::read_said(line));
        if (said.bye || said.id == id)
            return said;
    }
}

/// Puppet is killed in the middle of reading, but not in the middle of a change.
tl::unexpected<Error> WorkerLife::given_up(const Error& error,
                                           const protocol::Question& question,
                                           Monotonic asked) {
    if (error.code == Errc::timed_out && question.writes) {
        change_ = Change{question.subject, asked};
        return fail(Errc::timed_out, "Puppet is still applying " + question.subject);
    }
    if (error.code == Errc::timed_out) {
        kill();
        log_.warn("puppetral: Puppet did not answer about {} in time and was ended",
                  question.subject);
        return fail(Errc::timed_out,
                    "Puppet did not answer about " + question.subject + " in time, and was ended");
    }
    const auto why = error.code == Errc::unavailable ? last_words() : error.message;
    kill();
    log_.warn("puppetral: Puppet ended while it answered about {}: {}", question.subject, why);
    return fail(Errc::io, "Puppet ended while it answered: " + why);
}

void WorkerLife::drop_if_worn(const protocol::Said& said) {
    if (said.bye || said.rss_kib > settings_.most_rss_kib ||
        run_->questions >= settings_.most_questions)
        end();
}

/// A worker whose input has ended ends.
void WorkerLife::end() {
    run_.reset();
}

void WorkerLife::kill() {
    if (run_->talk.is_running()) {
        run_->talk.signal(SIGSTOP);  // so that it starts nothing else meanwhile
        end_descendants(run_->talk.pid(), ProcessTable());
        run_->talk.signal(SIGKILL);
    }
    end();
}

/// The last lines that the worker, or what it had started, wrote to standard error.
std::string WorkerLife::last_words() {
    constexpr std::size_t most = 1000;  // bytes of an error that goes to callers
    auto words = text::utf8_scrubbed(run_->talk.last_words());
    words.erase(words.find_last_not_of(" \t\r\n") + 1);
    if (words.empty())
        return "it said nothing";
    if (words.size() > most)
        words.erase(0, words.find_first_of(" \n", words.size() - most) + 1);
    return words;
}

/// Deadlines count in the clock that we were given, pipes wait in the machine's.
Monotonic WorkerLife::in_real_time(Monotonic deadline) const {
    return std::chrono::steady_clock::now() + (deadline - clock_.monotonic());
}

}  // namespace mco::puppet
