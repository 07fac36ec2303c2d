// The aggregates of the original's own library, and boolean_summary of its Puppet plug-in.
#include "core/ddl/aggregate_function.hpp"
#include "core/ddl/tally.hpp"
#include "core/ruby/format.hpp"
#include "core/text/ruby.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace mco::ddl {

namespace {

/// Calls `take` with a value or, for a list, with each of its elements, nil too; nil alone is left
/// out.
template <class Take>
void flattened(const Value& value, Take take) {
    const auto* list = value.array();
    if (list != nullptr)
        std::for_each(list->begin(), list->end(), take);
    else if (!value.is_nil())
        take(value);
}

class ValueSummary final : public AggregateFunction {
  public:
    explicit ValueSummary(const Aggregate& declared) : format_(declared.format) {}

    Expected<void> add(const Value& value) override {
        flattened(value, [this](const Value& item) {
            holds_nil_ = holds_nil_ || item.is_nil();
            tally_.add(item);
        });
        return {};
    }

    /// Nothing once a list held nil, as ever.
    Expected<std::string> text() const override {
        return holds_nil_
                   ? Expected<std::string>("")
                   : tally_.text(format_.value_or(
                         "%" + std::to_string(std::min<std::size_t>(tally_.widest_key(), 1000)) +
                         "s = %s"));
    }

  private:
    std::optional<std::string> format_;
    Tally tally_;
    bool holds_nil_ = false;
};

/// Says `True` and `False`, or what the options say instead. The options may give titles to other
/// values, too; what has no title is counted as itself.
class BooleanSummary final : public AggregateFunction {
  public:
    explicit BooleanSummary(const Aggregate& declared)
        : format_(declared.format.value_or("%5s = %s")), titles_(declared.options) {}

    Expected<void> add(const Value& value) override {
        flattened(value, [this](const Value& item) {
            if (!item.is_nil())
                tally_.add(title(item));
        });
        return {};
    }

    Expected<std::string> text() const override { return tally_.text(format_); }

  private:
    Value title(const Value& value) const {
        for (const auto& [key, text] : titles_.entries())
            if (key == value ||
                (value.boolean() != nullptr && text::to_s(key) == text::to_s(value)))
                return text::to_s(text);
        if (const auto* flag = value.boolean())
            return *flag ? "True" : "False";
        return value;
    }

    std::string format_;
    Map titles_;
    Tally tally_;
};

/// Adds up whole numbers as such for as long as they fit.
class Total : public AggregateFunction {
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

    Expected<std::string> text() const override { return ruby::format(format_, {total_}); }

  protected:
    static double as_real(const Value& value) {
        return value.integer() != nullptr ? static_cast<double>(*value.integer()) : *value.real();
    }

    std::string format_;      // NOLINT(misc-non-private-member-variables-in-classes)
    Value total_ = 0;         // NOLINT(misc-non-private-member-variables-in-classes)
    std::int64_t count_ = 0;  // NOLINT(misc-non-private-member-variables-in-classes)
};

/// The mean; that of whole numbers is cut to one, because screens have always shown it so.
class Mean final : public Total {
  public:
    explicit Mean(const Aggregate& declared) : Total(declared) {
        format_ = declared.format.value_or("Average of " + declared.output + ": %f");
    }

    Expected<std::string> text() const override {
        if (count_ == 0)
            return fail(Errc::invalid, "there is nothing to average");
        const auto* whole = total_.integer();
        if (whole == nullptr)
            return ruby::format(format_, {*total_.real() / static_cast<double>(count_)});
        const auto quotient = *whole / count_;
        const bool below =
            *whole % count_ != 0 && *whole < 0;  // Ruby rounds down, C++ towards zero
        return ruby::format(format_, {below ? quotient - 1 : quotient});
    }
};

}  // namespace

std::unique_ptr<AggregateFunction> make_stock_function(const Aggregate& declared) {
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

}  // namespace mco::ddl
