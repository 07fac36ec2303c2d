#include "cli/render/table.hpp"

#include "cli/render/results.hpp"
#include "core/text/ruby.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace mco::render {

namespace {

using client::Result;

std::string cell(const Value& value) {
    return one_line(text::to_s(value));
}

/// The columns and where each output goes.
class Columns {
  public:
    Columns(const std::vector<const Result*>& results, const ddl::Action& action) {
        const auto sent = sent_outputs(results);
        for (const auto& output : action.outputs)
            if (sent.contains(output.name))
                add(output.name, output.display_as.empty() ? output.name : output.display_as);
        for (const auto& name : sent)
            if (!places_.contains(name))
                add(name, name);
        const auto says_more = [](const Result* result) {
            return result->status == 0 && result->message != "OK";
        };
        if (std::any_of(results.begin(), results.end(), says_more)) {
            message_ = headings_.size();
            headings_.emplace_back("Message");
        }
    }

    const std::vector<std::string>& headings() const { return headings_; }

    std::vector<std::string> cells(const Result& result) const {
        std::vector<std::string> cells(headings_.size());
        cells.front() = one_line(result.sender);
        for (const auto& [key, value] : result.data.map()->entries())
            cells[places_.find(text::to_s(key))->second] = cell(value);
        if (message_ && result.message != "OK")
            cells[*message_] = one_line(result.message);
        return cells;
    }

  private:
    static std::set<std::string, std::less<>> sent_outputs(
        const std::vector<const Result*>& results) {
        std::set<std::string, std::less<>> names;
        for (const auto* result : results)
            if (result->status == 0 && result->data.map() != nullptr)
                for (const auto& [key, value] : result->data.map()->entries())
                    names.insert(text::to_s(key));
        return names;
    }

    void add(const std::string& name, const std::string& label) {
        if (places_.emplace(name, headings_.size()).second)
            headings_.push_back(one_line(label));
    }

    std::vector<std::string> headings_ = {"Node"};
    std::map<std::string, std::size_t, std::less<>> places_;
    std::optional<std::size_t> message_;
};

void add_row(Grid& grid, const Columns& columns, const Result& result) {
    if (result.status == 0 && result.data.map() != nullptr)
        return grid.add(columns.cells(result));
    auto note = result.status == 0 ? cell(result.data) : std::string(status_word(result.status));
    if (note.empty())
        note = fmt::format("Status {}", result.status);
    if (result.status != 0 && !result.message.empty())
        note += ": " + one_line(result.message);
    grid.add_note(one_line(result.sender), std::move(note), status_colour(result.status));
}

}  // namespace

std::string result_table(const std::vector<Result>& results,
                         const ddl::Action& action,
                         ddl::Display display,
                         const GridStyle& style) {
    std::vector<const Result*> chosen;
    for (const auto& result : results)
        if (is_shown(result, display))
            chosen.push_back(&result);
    if (chosen.empty())
        return "\n\n";
    const Columns columns(chosen, action);
    Grid grid(columns.headings());
    for (const auto* result : chosen)
        add_row(grid, columns, *result);
    return '\n' + grid.text(style) + '\n';
}

}  // namespace mco::render
