// The progress bar, redrawn in place for every answer (spec 0.5).
#pragma once

#include "cli/render/colour.hpp"

#include <cstddef>
#include <string>

namespace mco::render {

class ProgressBar {
  public:
    /// `columns` of the terminal; 0 or too few of them leave only the numbers.
    ProgressBar(std::size_t columns, Palette palette);

    /// The next drawing, which begins with a carriage return and has no newline; the spinner turns
    /// with every call.
    std::string draw(std::size_t done, std::size_t total);

  private:
    std::size_t size_;
    Palette palette_;
    std::size_t turn_ = 0;
};

}  // namespace mco::render
