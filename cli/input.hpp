// Standard input, into which another command may have written the names of nodes.
#pragma once

#include "cli/screen.hpp"

#include <functional>
#include <istream>
#include <optional>
#include <sstream>
#include <string>

namespace mco::cli {

class Input {
  public:
    Input() = default;
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;
    virtual ~Input() = default;

    /// Another command or a file stands behind it: then what it holds, and be it nothing, are the
    /// nodes that are meant. Terminals, /dev/null and a closed descriptor are none; nor is it one
    /// any more when line() has read an answer from it.
    virtual bool is_piped() const = 0;

    /// All of it, from the beginning, as often as it is asked for. Blocks until the other side has
    /// closed it.
    virtual std::istream& stream() = 0;

    /// Somebody sits before it who can be asked.
    virtual bool is_interactive() const = 0;

    /// The line that is typed next, without its end; empty at the end of input, or as soon as
    /// `meanwhile`, which is called again and again, returns false.
    virtual std::string line(const std::function<bool()>& meanwhile) = 0;
};

/// The process's own. When it has to wait for somebody to write, it says so on `screen` after a
/// second: an open pipe that nobody writes to looks like a hang.
class RealInput final : public Input {
  public:
    explicit RealInput(Screen& screen) : screen_(screen) {}

    bool is_piped() const override;
    std::istream& stream() override;
    bool is_interactive() const override;
    std::string line(const std::function<bool()>& meanwhile) override;

  private:
    void read();

    Screen& screen_;
    std::optional<std::istringstream> text_;
    bool answered_ = false;
};

}  // namespace mco::cli
