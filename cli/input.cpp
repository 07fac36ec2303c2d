#include "cli/input.hpp"

#include <iostream>

#include <poll.h>
#include <unistd.h>

namespace mco::cli {

bool RealInput::holds_text() {
    if (::isatty(STDIN_FILENO) == 1)
        return false;
    constexpr int patience = 1000;  // ms
    pollfd descriptor{STDIN_FILENO, POLLIN, 0};
    if (::poll(&descriptor, 1, patience) == 0)
        screen_.err(
            "Waiting for names of nodes on standard input; with --dm mc or </dev/null none are "
            "read.\n");
    return std::cin.peek() != std::istream::traits_type::eof();
}

std::istream& RealInput::stream() {
    return std::cin;
}

}  // namespace mco::cli
