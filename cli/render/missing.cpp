#include "cli/render/missing.hpp"

#include "cli/render/text.hpp"

#include <algorithm>

namespace mco::render {

std::string missing_nodes(const std::vector<client::Missing>& missing, const Palette& palette) {
    if (missing.empty())
        return {};
    constexpr std::size_t usual = 30;
    std::size_t width = usual;
    for (const auto& one : missing)
        width = std::max(width, length(one.node));
    auto text = '\n' + palette.paint(Colour::red, "Missing:") + "\n\n";
    for (const auto& one : missing)
        text += "    " + left(one.node, width) + ' ' + one.text + '\n';
    return text;
}

}  // namespace mco::render
