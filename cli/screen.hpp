// Where text goes: standard output and standard error, with what is known of the terminal behind
// them.
#pragma once

#include "cli/render/colour.hpp"
#include "system/colour.hpp"

#include <cstddef>
#include <string_view>

namespace mco::cli {

class Screen {
  public:
    Screen() = default;
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;
    virtual ~Screen() = default;

    /// Both appear at once, in the order they are written.
    virtual void out(std::string_view text) = 0;
    virtual void err(std::string_view text) = 0;
};

/// The process's own streams. What cannot be written is lost, but remembered.
class RealScreen final : public Screen {
  public:
    void out(std::string_view text) override;
    void err(std::string_view text) override;

    /// The errno of the first failure to write to standard output; 0 when all of it was written.
    int write_error() const { return write_error_; }

  private:
    int write_error_ = 0;
};

/// What decides how wide things are drawn.
struct Terminal {
    bool interactive = false;       ///< standard output is a terminal
    std::size_t columns = 0;        ///< 0: unknown
    std::size_t pretty_width = 79;  ///< for structured values, which go by COLUMNS alone
};

/// The values of variables that concern the screen; null when unset.
struct ScreenVariables {
    const char* columns = nullptr;
    const char* lines = nullptr;
    system::ColourVariables colour;
};

/// COLUMNS counts for the terminal only together with LINES, otherwise the kernel is asked (spec
/// 0.5).
Terminal look_at_terminal(const ScreenVariables& variables);

/// One for each of the two streams.
struct Palettes {
    render::Palette out{false};
    render::Palette err{false};
};

Palettes palettes(bool configured, const ScreenVariables& variables);

}  // namespace mco::cli
