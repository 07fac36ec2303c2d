// The screens of browsing resources, as pure functions (resources §6).
#pragma once

#include "agents/resource/application/choices.hpp"
#include "cli/render/colour.hpp"
#include "client/resources/comparison.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mco::resource::application {

struct Style {
    render::Palette palette{false};
    std::size_t columns = 0;  ///< of the terminal; 0: nothing is cut
};

/// The titles that are shown, in their order. Errors: limit, naming the pattern of --match.
Expected<std::vector<client::TitleFigures>> chosen_titles(const client::TypeComparison& type,
                                                          const Choices& choices);

/// `list`: a line for each title, and the sums. `rows`: what was chosen, not yet cut.
std::string list_screen(const client::Comparison& comparison,
                        const client::TypeComparison& type,
                        const std::vector<client::TitleFigures>& rows,
                        const Choices& choices,
                        const Style& style);

/// `inspect`: a line for each type, and one for all; then who has no such type.
std::string inspect_screen(const client::Comparison& comparison,
                           const std::vector<client::Figures>& figures,
                           const Style& style);

/// One resource with its variants side by side.
struct ShownResource {
    std::string type;
    std::string title;
    std::size_t nodes = 0;  ///< that told whether they have it

    struct Variant {
        Map parameters;
        std::vector<std::string> nodes;
    };

    std::vector<Variant> variants;
};

/// `show`.
std::string show_screen(const ShownResource& resource, bool show_nodes, const Style& style);

/// `compare`: a column for each node, a line for each parameter that is not the same on all.
/// `titles` are those that differ or are missing somewhere.
std::string compare_screen(const client::Comparison& comparison,
                           const client::TypeComparison& type,
                           const std::vector<client::TitleFigures>& titles,
                           const Choices& choices,
                           const Style& style);

/// Who could not tell, and why; empty if all did. For standard error.
std::string failed_nodes(const client::Comparison& comparison, const render::Palette& palette);

}  // namespace mco::resource::application
