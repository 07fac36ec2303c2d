#include "agents/resource/application/outcome_screens.hpp"

#include "agents/resource/application/layout.hpp"
#include "cli/render/grid.hpp"
#include "cli/render/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace mco::resource::application {

namespace {

using client::CloneGroup;
using client::CloneGroups;
using client::CloneVerdict;

std::string joined_names(const std::vector<ral::Resource>& resources) {
    std::string text;
    for (const auto& one : resources)
        text += (text.empty() ? "" : ", ") + one.title;
    return text;
}

/// `uid, gid (--ids), password (--with-password)`.
std::string not_copied(const std::vector<client::NotCopied>& all) {
    std::string text;
    for (std::size_t i = 0; i < all.size(); ++i) {
        text += (i == 0 ? "" : ", ") + all[i].name;
        const bool last = i + 1 == all.size() || all[i + 1].hint != all[i].hint;
        if (last && !all[i].hint.empty())
            text += fmt::format(" ({})", all[i].hint);
    }
    return text;
}

std::string with_text(std::string nodes, const std::string& text) {
    return text.empty() ? nodes : nodes + ": " + render::one_line(text);
}

}  // namespace

std::string outcome_screen(const CloneGroups& outcomes, const Style& /*style*/) {
    constexpr std::size_t verdict_width = 7;
    constexpr std::size_t count_width = 7;
    std::vector<Cells> rows;
    for (const auto& [outcome, nodes] : outcomes.sorted())
        rows.push_back({"",
                        std::string(name(outcome.verdict)),
                        counted(nodes.size(), "node"),
                        with_text(node_list(nodes), outcome.text)});
    return laid_out({{Align::left},
                     {Align::left, 2, verdict_width},
                     {Align::left, 2, count_width},
                     {Align::left, 3}},
                    rows,
                    0);
}

std::string plan_line(const client::ClonePlan& plan, std::string_view source) {
    auto text = fmt::format("From {}: {} {}", source, plan.resource.type, plan.resource.title);
    if (!plan.groups.empty())
        text += fmt::format(
            ", with its group{} {}", plan.groups.size() == 1 ? "" : "s", joined_names(plan.groups));
    text += '.';
    if (!plan.not_copied.empty())
        text += fmt::format(" Not copied: {}.", not_copied(plan.not_copied));
    return render::one_line(text) + '\n';
}

std::string result_screen(const CloneGroups& outcomes, std::size_t same) {
    constexpr std::array<CloneVerdict, 5> told = {CloneVerdict::changed,
                                                  CloneVerdict::unchanged,
                                                  CloneVerdict::failed,
                                                  CloneVerdict::not_converged,
                                                  CloneVerdict::not_tried};
    std::string counts;
    for (const auto verdict : told) {
        const auto number =
            outcomes.count(verdict) + (verdict == CloneVerdict::unchanged ? same : 0);
        if (number > 0)
            counts += fmt::format(
                "{}{} {}", counts.empty() ? "  " : "   ", name(verdict), grouped(number));
    }
    std::vector<std::string> reasons;
    for (const auto& [outcome, nodes] : outcomes.sorted())
        if (!outcome.text.empty())
            reasons.push_back(with_text(node_list(nodes), outcome.text));
    if (reasons.size() == 1)
        return fmt::format("{}   {}\n", counts, reasons.front());
    auto text = counts + '\n';
    for (const auto& reason : reasons)
        text += fmt::format("    {}\n", reason);
    return text;
}

std::string found_screen(std::string_view type,
                         std::string_view title,
                         const std::vector<FoundState>& states) {
    std::vector<Cells> rows;
    for (const auto& [state, managed, nodes] : states)
        rows.push_back({"",
                        state,
                        counted(nodes.size(), "node"),
                        node_list(nodes) + (managed ? "   managed by Puppet" : "")});
    constexpr std::size_t count_width = 7;
    return fmt::format("{} {}\n", type, render::one_line(title)) +
           laid_out({{Align::left},
                     {Align::left, 2, count_width},
                     {Align::left, 2, count_width},
                     {Align::left, 3}},
                    rows,
                    0);
}

std::string types_screen(const std::vector<KnownType>& types,
                         std::size_t nodes,
                         const Style& style) {
    constexpr std::size_t usual_name = 10;
    std::vector<Cells> rows = {{"TYPE", "NODES", "NATIVE"}};
    for (const auto& type : types)
        rows.push_back({type.name,
                        fmt::format("{}/{}", type.nodes, nodes),
                        type.native == 0 ? std::string() : grouped(type.native)});
    auto text = laid_out(
        {{Align::left, 0, usual_name}, {Align::right}, {Align::right}}, rows, style.columns);
    const auto end = text.find('\n');
    return style.palette.paint(render::Colour::bold, text.substr(0, end)) + text.substr(end);
}

}  // namespace mco::resource::application
