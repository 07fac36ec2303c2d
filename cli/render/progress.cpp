#include "cli/render/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace mco::render {

namespace {

constexpr std::size_t widest_bar = 60;
constexpr std::size_t beside_the_bar = 22;
constexpr std::string_view spinner = "|/-\\";

}  // namespace

ProgressBar::ProgressBar(std::size_t columns, Palette palette)
    : size_(columns > beside_the_bar ? std::min(widest_bar, columns - beside_the_bar) : 0),
      palette_(palette) {}

std::string ProgressBar::draw(std::size_t done, std::size_t total) {
    if (size_ == 0)
        return fmt::format("\r{} / {}", done, total);
    const auto sign =
        done == total ? palette_.paint(Colour::green, "*")
                      : palette_.paint(Colour::red, spinner.substr(turn_++ % spinner.size(), 1));
    const auto share = total == 0 ? 0.0 : static_cast<double>(done) / static_cast<double>(total);
    const auto full = static_cast<std::size_t>(std::lround(share * static_cast<double>(size_)));
    return fmt::format("\r {} [ {:=<{}}>{:{}} ] {} / {}",
                       sign,
                       "",
                       full,
                       "",
                       size_ - std::min(size_, full),
                       done,
                       total);
}

}  // namespace mco::render
