#include "system/conversation.hpp"

#include "system/pipes.hpp"
#include "system/spawn.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <utility>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace mco::system {

namespace {

constexpr std::size_t kept_of_errors = 4096;

/// What a read from a pipe that never blocks gave.
struct Piece {
    std::string bytes;
    bool ended = false;
};

Piece read_piece(const Descriptor& pipe) {
    std::array<char, 65536> buffer;
    const auto got = ::read(pipe.get(), buffer.data(), buffer.size());
    if (got > 0)
        return {std::string(buffer.data(), static_cast<std::size_t>(got)), false};
    return {{}, got == 0 || (errno != EAGAIN && errno != EINTR)};
}

/// For poll(2), never less than what is left.
int milliseconds_until(Monotonic until) {
    constexpr std::int64_t longest = 60'000;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, longest));
}

}  // namespace

Expected<Conversation> Conversation::start(const Command& command) {
    MCO_TRY(in, Pipe::make());
    MCO_TRY(out, Pipe::make());
    MCO_TRY(err, Pipe::make());
    MCO_TRY(pid, spawn_detached(command, {in.read.get(), out.write.get(), err.write.get()}));
    Conversation started;
    started.pid_ = pid;
    started.process_ = process_handle(pid);
    started.input_ = std::move(in.write);
    started.output_ = std::move(out.read);
    started.errors_ = std::move(err.read);
    for (const auto* end : {&started.input_, &started.output_, &started.errors_})
        never_block(*end);
    return started;
}

/// Takes what there is, and waits for it until then. False when the time is up.
bool Conversation::wait(For what, Monotonic until) {
    // Where the process cannot be watched, its output ends when it does.
    std::array<pollfd, 4> wanted = {{{output_.get(), POLLIN, 0},
                                     {errors_.get(), POLLIN, 0},
                                     {process_.get(), POLLIN, 0},
                                     {what == For::writing ? input_.get() : -1, POLLOUT, 0}}};
    const int count = ::poll(wanted.data(), wanted.size(), milliseconds_until(until));
    if (count <= 0)
        return std::chrono::steady_clock::now() < until;
    if (wanted[0].revents != 0)
        take_output();
    if (wanted[1].revents != 0)
        take_errors();
    if (wanted[2].revents != 0 && wanted[0].revents == 0) {  // all that it wrote was taken
        output_.close();
        process_.close();
    }
    return true;
}

void Conversation::take_output() {
    const auto piece = read_piece(output_);
    received_ += piece.bytes;
    if (piece.ended)
        output_.close();
}

void Conversation::take_errors() {
    const auto piece = read_piece(errors_);
    last_words_ += piece.bytes;
    if (last_words_.size() > kept_of_errors)
        last_words_.erase(0, last_words_.size() - kept_of_errors);
    if (piece.ended)
        errors_.close();
}

const std::string& Conversation::last_words() {
    constexpr int reads = 16;  // more than a pipe holds: others may go on writing for ever
    for (int i = 0; i < reads && errors_; ++i) {
        const auto known = last_words_.size();
        take_errors();
        if (last_words_.size() == known && known < kept_of_errors)
            break;
    }
    return last_words_;
}

Expected<void> Conversation::write(std::string_view bytes, Monotonic until) {
    while (!bytes.empty()) {
        const WithoutSigpipe guard;
        const auto written = ::write(input_.get(), bytes.data(), bytes.size());
        if (written >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(written));
        else if (errno != EAGAIN && errno != EINTR)
            return fail(Errc::unavailable, "the process does not read any more");
        else if (!wait(For::writing, until))
            return fail(Errc::timed_out, "the process did not read in time");
    }
    return {};
}

Expected<std::string> Conversation::read_line(std::size_t limit, Monotonic until) {
    for (;;) {
        const auto end = received_.find('\n', searched_);
        if (std::min(end, received_.size()) > limit)
            return fail(
                Errc::limit,
                "the process wrote a line of more than " + std::to_string(limit) + " bytes");
        if (end != std::string::npos) {
            auto line = received_.substr(0, end);
            received_.erase(0, end + 1);
            searched_ = 0;
            return line;
        }
        searched_ = received_.size();
        if (!output_)
            return fail(Errc::unavailable, "the process ended");
        if (!wait(For::reading, until))
            return fail(Errc::timed_out, "the process did not answer in time");
    }
}

bool Conversation::is_running() const {
    if (!process_)
        return static_cast<bool>(output_);
    pollfd process{process_.get(), POLLIN, 0};
    return ::poll(&process, 1, 0) == 0;
}

void Conversation::signal(int number) const {
    if (process_)
        ::syscall(SYS_pidfd_send_signal, process_.get(), number, nullptr, 0);
}

}  // namespace mco::system
