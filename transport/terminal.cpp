#include "transport/factory.hpp"

#include <memory>

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

namespace mco::transport {

namespace {

/// The controlling terminal, with its echo switched off for as long as this lives if that is asked
/// for.
class Terminal {
  public:
    explicit Terminal(Echo echo) : descriptor_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {
        if (descriptor_ < 0 || echo == Echo::shown || ::tcgetattr(descriptor_, &before_) != 0)
            return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        silent_ = ::tcsetattr(descriptor_, TCSAFLUSH, &silent) == 0;
    }

    ~Terminal() {
        if (silent_)
            ::tcsetattr(descriptor_, TCSAFLUSH, &before_);
        if (descriptor_ >= 0)
            ::close(descriptor_);
    }

    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    bool usable() const { return descriptor_ >= 0; }

    bool write(const std::string& text) const {
        return ::write(descriptor_, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    }

    /// A line without its end; absent when the terminal is gone.
    Expected<std::string> read_line() const {
        std::string line;
        char c = 0;
        while (::read(descriptor_, &c, 1) == 1) {
            if (c == '\n')
                return line;
            line += c;
        }
        return fail(Errc::unavailable, "the terminal was closed");
    }

  private:
    int descriptor_;
    termios before_{};
    bool silent_ = false;
};

}  // namespace

Expected<std::string> ask_on_terminal(const std::string& question, Echo echo) {
    const Terminal terminal(echo);
    if (!terminal.usable() || !terminal.write(question))
        return fail(Errc::unavailable, "there is no terminal to ask on: " + question);
    auto answer = terminal.read_line();
    if (echo == Echo::hidden)
        static_cast<void>(terminal.write("\n"));
    return answer;
}

}  // namespace mco::transport
