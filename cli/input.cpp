#include "cli/input.hpp"

#include "client/sources/source.hpp"

#include <array>
#include <cerrno>

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mco::cli {

namespace {

constexpr std::size_t longest_line = 4096;  // bytes; what is longer answers no question

}  // namespace

bool RealInput::is_piped() const {
    struct stat status {};

    return !answered_ && ::fstat(STDIN_FILENO, &status) == 0 &&
           (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) || S_ISREG(status.st_mode));
}

std::istream& RealInput::stream() {
    if (!text_)
        read();
    text_->clear();
    text_->seekg(0);
    return *text_;
}

bool RealInput::is_interactive() const {
    return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
}

std::string RealInput::line(const std::function<bool()>& meanwhile) {
    answered_ = true;
    std::string typed;
    pollfd descriptor{STDIN_FILENO, POLLIN, 0};
    while (meanwhile()) {
        while (typed.size() < longest_line && ::poll(&descriptor, 1, 0) > 0) {
            char next = '\n';
            if (::read(STDIN_FILENO, &next, 1) <= 0 || next == '\n')
                return typed;
            typed += next;
        }
        if (typed.size() >= longest_line)
            return typed;
    }
    return {};
}

void RealInput::read() {
    constexpr int patience = 1000;  // ms
    pollfd descriptor{STDIN_FILENO, POLLIN, 0};
    if (is_piped() && ::poll(&descriptor, 1, patience) == 0)
        screen_.err(
            "Waiting for names of nodes on standard input; with --dm mc or </dev/null none are "
            "read.\n");
    std::string text;
    std::array<char, 65536> part{};
    // One byte more than a list may have: whoever reads it refuses it then.
    while (text.size() <= client::most_stdin_bytes) {
        const auto got = ::read(STDIN_FILENO, part.data(), part.size());
        if (got > 0)
            text.append(part.data(), static_cast<std::size_t>(got));
        else if (got == 0 || errno != EINTR)
            break;
    }
    text_.emplace(std::move(text));
}

}  // namespace mco::cli
