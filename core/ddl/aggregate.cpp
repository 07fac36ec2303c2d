#include "core/ddl/aggregate.hpp"

#include "core/ddl/aggregate_function.hpp"
#include "core/text/ruby.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace mco::ddl {
namespace {

std::unique_ptr<AggregateFunction> make_function(const Aggregate& declared) {
    auto function = make_stock_function(declared);
    return function ? std::move(function) : make_addon_function(declared);
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::size_t at = 0;
    while (at < text.size()) {
        const auto end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

struct Running {
    const Output* output;
    std::unique_ptr<AggregateFunction> function;  // null: it failed
};

/// Feeds the functions and collects what came of them.
class Summarizer {
  public:
    explicit Summarizer(const Action& action) {
        for (const auto& declared : action.aggregates)
            start(action, declared);
    }

    void add(const Map* reply) {
        const Value nothing;
        for (auto& [output, function] : running_) {
            const auto* value = reply == nullptr || !function ? nullptr : reply->find(output->name);
            if (!function)
                continue;
            if (const auto added = function->add(value == nullptr ? nothing : *value); !added) {
                failed(output->name, added.error().message);
                function.reset();
            }
        }
    }

    std::vector<Summary> finish() {
        std::vector<Summary> summaries;
        for (const auto& [output, function] : running_) {
            if (!function)
                continue;
            if (const auto text = function->text())
                summaries.push_back({output->name, output->display_as, lines_of(*text), ""});
            else
                failed(output->name, text.error().message);
        }
        std::stable_sort(summaries.begin(),
                         summaries.end(),
                         [](const Summary& a, const Summary& b) { return a.output < b.output; });
        summaries.insert(summaries.end(), failures_.begin(), failures_.end());
        return summaries;
    }

  private:
    void start(const Action& action, const Aggregate& declared) {
        const auto* output = action.output(declared.output);
        if (output == nullptr)
            return failed(declared.output,
                          "unspecified output '" + declared.output + "' for the action");
        auto function = make_function(declared);
        if (!function)
            return failed(declared.output,
                          "there is no aggregate function '" + declared.function + "'");
        running_.push_back({output, std::move(function)});
    }

    void failed(const std::string& output, std::string reason) {
        failures_.push_back({output, output, {}, std::move(reason)});
    }

    std::vector<Running> running_;
    std::vector<Summary> failures_;
};

}  // namespace

tl::unexpected<Error> unusable(const Value& value) {
    constexpr std::size_t longest = 100;  // bytes
    if (value.is_nil())
        return fail(Errc::invalid, "a value that is missing cannot be aggregated");
    auto shown = text::inspect(value);
    if (shown.size() > longest)
        shown = text::utf8_scrubbed(shown.substr(0, longest)) + "…";
    return fail(Errc::invalid, "the value " + shown + " cannot be aggregated");
}

std::vector<Summary> summarize(const Action& action, const std::vector<const Map*>& replies) {
    Summarizer summarizer(action);
    for (const auto* reply : replies)
        summarizer.add(reply);
    return summarizer.finish();
}

}  // namespace mco::ddl
