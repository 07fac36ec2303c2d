#include "agents/resource/application/layout.hpp"
#include "agents/resource/application/parameters.hpp"
#include "agents/resource/application/screens.hpp"
#include "cli/render/grid.hpp"
#include "cli/render/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace mco::resource::application {

namespace {

using Variants = std::vector<ShownResource::Variant>;

constexpr std::size_t gap = 4;       // between columns
constexpr std::size_t note_gap = 8;  // before the note
constexpr std::string_view note = "* differs; --show-nodes names the nodes";

/// `9 nodes`, or `1 node (web7)`.
std::string heading_of(const ShownResource::Variant& variant) {
    auto text = counted(variant.nodes.size(), "node");
    return variant.nodes.size() == 1 ? fmt::format("{} ({})", text, variant.nodes.front()) : text;
}

std::string first_line(const ShownResource& resource) {
    const auto name = fmt::format("{} {}", resource.type, render::one_line(resource.title));
    std::size_t having = 0;
    for (const auto& variant : resource.variants)
        having += variant.nodes.size();
    if (having == 0)
        return fmt::format("{} is on none of {}\n", name, counted(resource.nodes, "node"));
    const auto variants = resource.variants.size();
    return fmt::format("{} on {} of {}{}\n",
                       name,
                       grouped(having),
                       counted(resource.nodes, "node"),
                       variants > 1 ? fmt::format(", {} variants", variants) : std::string());
}

/// The variants in tables as wide as the terminal, each with the names of the parameters.
class Tables {
  public:
    Tables(const ShownResource& resource, const Style& style)
        : terminal_(style.columns), heads_(1) {
        std::vector<Map> parameters;
        for (const auto& variant : resource.variants) {
            parameters.push_back(variant.parameters);
            heads_.push_back(heading_of(variant));
        }
        rows_ = parameter_rows(parameters);
        for (const auto& row : rows_)
            names_ = std::max(names_, render::length(row.name) + 2);
    }

    std::string text(bool with_note) const {
        std::string text;
        for (std::size_t first = 1; first < heads_.size();) {
            const auto end = end_of_table(first);
            text += first == 1 ? "" : "\n";
            text += table(first, end, with_note && first == 1 && end == heads_.size());
            first = end;
        }
        return text;
    }

    bool differs() const {
        return std::any_of(
            rows_.begin(), rows_.end(), [](const ParameterRow& row) { return row.differs(); });
    }

    std::size_t width() const {
        std::size_t all = names_;
        for (std::size_t i = 1; i < heads_.size(); ++i)
            all += gap + width_of(i);
        return all;
    }

  private:
    std::size_t width_of(std::size_t column) const {
        auto widest = render::length(heads_[column]);
        for (const auto& row : rows_)
            widest = std::max(widest, render::length(render::one_line(row.values[column - 1])));
        return terminal_ > names_ + gap ? std::min(widest, terminal_ - names_ - gap) : widest;
    }

    /// At least one column, and as many as there is room for.
    std::size_t end_of_table(std::size_t first) const {
        auto taken = names_;
        auto end = first;
        for (; end < heads_.size(); ++end) {
            taken += gap + width_of(end);
            if (terminal_ > 0 && taken > terminal_ && end > first)
                break;
        }
        return end;
    }

    std::string table(std::size_t first, std::size_t end, bool with_note) const {
        std::vector<Column> columns = {{Align::left}};
        std::vector<Cells> cells(1, Cells{""});
        for (auto i = first; i < end; ++i) {
            columns.push_back({Align::left, gap});
            cells.front().push_back(heads_[i]);
        }
        columns.push_back({Align::left, note_gap});
        for (const auto& row : rows_) {
            auto& line = cells.emplace_back(Cells{(row.differs() ? "* " : "  ") + row.name});
            for (auto i = first; i < end; ++i)
                line.push_back(render::shortened(render::one_line(row.values[i - 1]), width_of(i)));
            if (std::exchange(with_note, false))
                line.emplace_back(note);
        }
        return laid_out(columns, cells, 0);
    }

    std::size_t terminal_;
    std::vector<std::string> heads_;  // the first is that of the names
    std::vector<ParameterRow> rows_;
    std::size_t names_ = 0;
};

}  // namespace

std::string show_screen(const ShownResource& resource, bool show_nodes, const Style& style) {
    auto text = first_line(resource);
    if (resource.variants.empty())
        return text;
    const Tables tables(resource, style);
    const bool noted = tables.differs() && !show_nodes;
    const bool fits =
        style.columns == 0 || tables.width() + note_gap + render::length(note) <= style.columns;
    text += tables.text(noted && fits);
    if (noted && !fits)
        text += fmt::format("{}\n", note);
    if (show_nodes)
        for (const auto& variant : resource.variants)
            text += fmt::format(
                "{}: {}\n", counted(variant.nodes.size(), "node"), node_list(variant.nodes));
    return text;
}

}  // namespace mco::resource::application
