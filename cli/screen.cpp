#include "cli/screen.hpp"

#include "cli/render/printable.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>

#include <sys/ioctl.h>
#include <unistd.h>

namespace mco::cli {

namespace {

/// 0, or the errno.
int write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return written < 0 ? errno : EIO;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

/// The number that `text` begins with; 0 if there is none.
std::size_t number(const char* text) {
    std::size_t value = 0;
    if (text != nullptr)
        std::from_chars(text, text + std::string_view(text).size(), value);
    return value;
}

std::size_t window_columns() {
    winsize size{};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace

void RealScreen::out(std::string_view text) {
    const int error = write_all(STDOUT_FILENO, render::screen_text(text));
    if (write_error_ == 0)
        write_error_ = error;
}

void RealScreen::err(std::string_view text) {
    write_all(STDERR_FILENO, render::screen_text(text));
}

Terminal look_at_terminal(const ScreenVariables& variables) {
    Terminal terminal;
    terminal.interactive = isatty(STDOUT_FILENO) == 1;
    if (terminal.interactive)
        terminal.columns = variables.columns != nullptr && variables.lines != nullptr
                               ? number(variables.columns)
                               : window_columns();
    if (const auto columns = number(variables.columns); columns > 1)
        terminal.pretty_width = columns - 1;
    return terminal;
}

Palettes palettes(bool configured, const ScreenVariables& variables) {
    const auto of = [&](int descriptor) {
        return render::Palette{system::wants_colour(configured, descriptor, variables.colour)};
    };
    return {of(STDOUT_FILENO), of(STDERR_FILENO)};
}

}  // namespace mco::cli
