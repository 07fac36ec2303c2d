#include "agents/resource/application/layout.hpp"
#include "agents/resource/application/parameters.hpp"
#include "agents/resource/application/screens.hpp"
#include "cli/render/grid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace mco::resource::application {

namespace {

using client::TypeComparison;
using render::one_line;

constexpr const char* missing_mark = "-";

/// What each of the nodes has of one title.
class TitleRows {
  public:
    TitleRows(const TypeComparison& type, std::string_view title)
        : title_(one_line(title)), of_node_(type.answered.size(), nobody) {
        for (const auto& variant : type.variants.of(title)) {
            for (const auto node : variant.nodes) {
                const auto place =
                    std::lower_bound(type.answered.begin(), type.answered.end(), node);
                of_node_[static_cast<std::size_t>(place - type.answered.begin())] =
                    variants_.size();
            }
            variants_.push_back(parameters_of(variant.parameters));
        }
    }

    void add_to(render::Grid& grid) const {
        const auto rows = parameter_rows(variants_);
        bool first = true;
        for (const auto& row : rows)
            if (row.differs()) {
                grid.add(cells(first, row));
                first = false;
            }
        if (first)  // only there or not there
            grid.add(cells(true, presence(rows)));
    }

  private:
    static constexpr std::size_t nobody = static_cast<std::size_t>(-1);

    ParameterRow presence(const std::vector<ParameterRow>& rows) const {
        if (!rows.empty() && rows.front().name == "ensure")
            return rows.front();
        return {"ensure", std::vector<std::string>(variants_.size(), "present")};
    }

    std::vector<std::string> cells(bool first, const ParameterRow& row) const {
        std::vector<std::string> all = {first ? title_ : std::string(), one_line(row.name)};
        for (const auto variant : of_node_)
            all.push_back(variant == nobody ? missing_mark : one_line(row.values[variant]));
        return all;
    }

    std::string title_;
    std::vector<Map> variants_;
    std::vector<std::size_t> of_node_;  // variant, or nobody
};

}  // namespace

std::string compare_screen(const client::Comparison& comparison,
                           const TypeComparison& type,
                           const std::vector<client::TitleFigures>& titles,
                           const Choices& choices,
                           const Style& style) {
    const auto missing = std::count_if(titles.begin(), titles.end(), [&](const auto& title) {
        return title.nodes < type.answered.size();
    });
    const auto differing = std::count_if(
        titles.begin(), titles.end(), [](const auto& title) { return title.variants > 1; });
    auto text = fmt::format("{} on {}: {} differ, {} missing somewhere\n",
                            counted(type.figures().titles, type.type),
                            counted(type.answered.size(), "node"),
                            grouped(static_cast<std::size_t>(differing)),
                            grouped(static_cast<std::size_t>(missing)));
    if (titles.empty())
        return text;
    std::vector<std::string> headings = {"NAME", "PARAMETER"};
    for (const auto& node : comparison.names(type.answered))
        headings.push_back(node);
    render::Grid grid(std::move(headings));
    const auto shown = choices.shown(titles.size());
    for (std::size_t i = 0; i < shown; ++i)
        TitleRows(type, titles[i].title).add_to(grid);
    return text + grid.text({style.palette, style.columns}) + left_out(titles.size(), shown);
}

}  // namespace mco::resource::application
