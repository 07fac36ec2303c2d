#include "core/ddl/aggregate.hpp"

#include "core/ddl/ruby_format.hpp"
#include "core/text/ruby.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <unordered_map>

namespace mco::ddl {
namespace {

tl::unexpected<Error> unusable(const Value& value) {
    return fail(Errc::invalid, "the value " + text::inspect(value) + " cannot be aggregated");
}

/// One aggregate at work: fed with a value a reply, then asked for its text.
class Function {
  public:
    Function() = default;
    Function(const Function&) = delete;
    Function& operator=(const Function&) = delete;
    Function(Function&&) = delete;
    Function& operator=(Function&&) = delete;
    virtual ~Function() = default;
    virtual Expected<void> add(const Value& value) = 0;
    virtual Expected<std::string> text() const = 0;
};

/// How often each value was seen; values of different types differ.
class Tally {
  public:
    void add(const Value& value) {
        const auto [found, fresh] = places_.try_emplace(text::inspect(value), counts_.size());
        if (fresh)
            counts_.emplace_back(value, 0);
        ++counts_[found->second].second;
    }

    std::size_t widest_key() const {
        std::size_t widest = 0;
        for (const auto& [key, count] : counts_)
            widest = std::max(widest, width(key));
        return widest;
    }

    /// The most frequent first; among equals the one that came last.
    Expected<std::string> text(const std::string& format) const {
        auto sorted = counts_;
        std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
            return a.second < b.second;
        });
        std::reverse(sorted.begin(), sorted.end());
        std::string result;
        for (const auto& [key, count] : sorted) {
            MCO_TRY(line, ruby_format(format, {key, count}));
            result += line + "\n";
        }
        return result;
    }

  private:
    /// What Ruby calls the length: of a list or map its elements.
    static std::size_t width(const Value& key) {
        if (const auto* list = key.array())
            return list->size();
        return key.map() != nullptr ? key.map()->size() : text::utf8_length(text::to_s(key));
    }

    std::vector<std::pair<Value, std::int64_t>> counts_;  // in the order of first sight
    std::unordered_map<std::string, std::size_t> places_;
};

class ValueSummary : public Function {
  public:
    explicit ValueSummary(const Aggregate& declared) : format_(declared.format) {}

    Expected<void> add(const Value& value) override {
        if (const auto* list = value.array()) {
            for (const auto& item : *list)
                add_one(item);
        } else {
            add_one(value);
        }
        return {};
    }

    Expected<std::string> text() const override {
        return tally_.text(format_.value_or(
            "%" + std::to_string(std::min<std::size_t>(tally_.widest_key(), 1000)) + "s = %s"));
    }

  private:
    void add_one(const Value& value) {
        if (!value.is_nil())
            tally_.add(value);
    }

    std::optional<std::string> format_;
    Tally tally_;
};

/// Says `True` and `False`, or what the options say instead.
class BooleanSummary : public Function {
  public:
    explicit BooleanSummary(const Aggregate& declared)
        : format_(declared.format.value_or("%5s = %s")),
          yes_(title(declared.options, true, "True")),
          no_(title(declared.options, false, "False")) {}

    Expected<void> add(const Value& value) override {
        if (!value.is_nil())
            tally_.add(value == Value(false) ? no_ : yes_);
        return {};
    }

    Expected<std::string> text() const override { return tally_.text(format_); }

  private:
    static Value title(const Map& options, bool which, const char* fallback) {
        for (const auto& [key, value] : options.entries()) {
            if (text::to_s(key) == (which ? "true" : "false"))
                return text::to_s(value);
        }
        return fallback;
    }

    std::string format_;
    Value yes_;
    Value no_;
    Tally tally_;
};

/// Adds up whole numbers as such for as long as they fit.
class Total : public Function {
  public:
    explicit Total(const Aggregate& declared)
        : format_(declared.format.value_or("Sum of " + declared.output + ": %f")) {}

    Expected<void> add(const Value& value) override {
        if (value.integer() == nullptr && value.real() == nullptr)
            return unusable(value);
        std::int64_t sum = 0;
        const bool fits = value.integer() != nullptr && total_.integer() != nullptr &&
                          !__builtin_add_overflow(*total_.integer(), *value.integer(), &sum);
        total_ = fits ? Value(sum) : Value(as_real(total_) + as_real(value));
        ++count_;
        return {};
    }

    Expected<std::string> text() const override { return ruby_format(format_, {total_}); }

  protected:
    static double as_real(const Value& value) {
        return value.integer() != nullptr ? static_cast<double>(*value.integer()) : *value.real();
    }

    std::string format_;      // NOLINT(misc-non-private-member-variables-in-classes)
    Value total_ = 0;         // NOLINT(misc-non-private-member-variables-in-classes)
    std::int64_t count_ = 0;  // NOLINT(misc-non-private-member-variables-in-classes)
};

/// The mean; that of whole numbers is cut to one, because screens have always shown it so.
class Mean : public Total {
  public:
    explicit Mean(const Aggregate& declared) : Total(declared) {
        format_ = declared.format.value_or("Average of " + declared.output + ": %f");
    }

    Expected<std::string> text() const override {
        if (count_ == 0)
            return fail(Errc::invalid, "there is nothing to average");
        const auto* whole = total_.integer();
        if (whole == nullptr)
            return ruby_format(format_, {*total_.real() / static_cast<double>(count_)});
        const auto quotient = *whole / count_;
        const bool below =
            *whole % count_ != 0 && *whole < 0;  // Ruby rounds down, C++ towards zero
        return ruby_format(format_, {below ? quotient - 1 : quotient});
    }
};

std::unique_ptr<Function> make_function(const Aggregate& declared) {
    if (declared.function == "summary")
        return std::make_unique<ValueSummary>(declared);
    if (declared.function == "boolean_summary")
        return std::make_unique<BooleanSummary>(declared);
    if (declared.function == "sum")
        return std::make_unique<Total>(declared);
    if (declared.function == "average")
        return std::make_unique<Mean>(declared);
    return nullptr;
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
    std::unique_ptr<Function> function;
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
            if (function && !function->add(value == nullptr ? nothing : *value)) {
                failed(output->name, "exception raised while processing result data");
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
                failed(output->name, "exception raised while summarizing");
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
            return failed(declared.output, "exception raised while processing startup hook");
        running_.push_back({output, std::move(function)});
    }

    void failed(const std::string& output, std::string reason) {
        failures_.push_back({output, output, {}, std::move(reason)});
    }

    std::vector<Running> running_;  // without a function: it failed
    std::vector<Summary> failures_;
};

}  // namespace

std::vector<Summary> summarize(const Action& action, const std::vector<const Map*>& replies) {
    Summarizer summarizer(action);
    for (const auto* reply : replies)
        summarizer.add(reply);
    return summarizer.finish();
}

}  // namespace mco::ddl
