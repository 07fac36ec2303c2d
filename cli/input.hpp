// Standard input, into which another command may have written the names of nodes.
#pragma once

#include "cli/screen.hpp"

#include <istream>

namespace mco::cli {

class Input {
  public:
    Input() = default;
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;
    virtual ~Input() = default;

    /// It is no terminal, and not at its end. Blocks until somebody has written something or closed
    /// it.
    virtual bool holds_text() = 0;
    virtual std::istream& stream() = 0;
};

/// The process's own. When it has to wait for somebody to write, it says so on `screen` after a
/// second: an open pipe that nobody writes to looks like a hang.
class RealInput final : public Input {
  public:
    explicit RealInput(Screen& screen) : screen_(screen) {}

    bool holds_text() override;
    std::istream& stream() override;

  private:
    Screen& screen_;
};

}  // namespace mco::cli
