// Aggregates that DDLs of well-known add-ons name: nrpe, nettest and process.
#include "core/ddl/aggregate_function.hpp"
#include "core/ddl/tally.hpp"
#include "core/ruby/format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mco::ddl {

namespace {

/// Exit codes of monitoring checks. Every state has a line, also that in which nobody is.
class NagiosStates final : public AggregateFunction {
  public:
    explicit NagiosStates(const Aggregate& declared)
        : format_(declared.format.value_or("%10s : %s")) {
        for (const auto state : states)
            tally_.add(state, 0);
    }

    Expected<void> add(const Value& value) override {
        const auto* code = value.integer();
        if (code == nullptr && !value.is_nil())
            return unusable(value);
        // Monitoring takes every other exit code, and none, as unknown.
        const bool known = code != nullptr && *code >= 0 && *code < unknown;
        tally_.add(states[static_cast<std::size_t>(known ? *code : unknown)]);
        return {};
    }

    Expected<std::string> text() const override { return tally_.text(format_); }

  private:
    static constexpr std::int64_t unknown = 3;
    static constexpr std::array<std::string_view, 4> states = {"OK",
                                                               "WARNING",
                                                               "CRITICAL",
                                                               "UNKNOWN"};

    std::string format_;
    Tally tally_;
};

std::string_view without_blanks(std::string_view text) {
    constexpr std::string_view blanks = " \t\n\v\f\r";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// A number, or text that is one.
std::optional<double> number_of(const Value& value) {
    if (const auto* whole = value.integer())
        return static_cast<double>(*whole);
    if (const auto* real = value.real())
        return *real;
    const auto digits = without_blanks(value.string() != nullptr ? *value.string() : "");
    double number = 0;
    const auto [end, problem] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (digits.empty() || problem != std::errc() || end != digits.data() + digits.size())
        return std::nullopt;
    return number;
}

/// The smallest, the largest and the mean of the values that are numbers; the others do not count.
class MinMaxAverage final : public AggregateFunction {
  public:
    explicit MinMaxAverage(const Aggregate& declared)
        : format_(declared.format.value_or("Min: %.3f  Max: %.3f  Average: %.3f")) {}

    Expected<void> add(const Value& value) override {
        const auto number = number_of(value);
        if (!number || !std::isfinite(*number))
            return {};
        least_ = count_ == 0 ? *number : std::min(least_, *number);
        most_ = count_ == 0 ? *number : std::max(most_, *number);
        sum_ += *number;
        ++count_;
        return {};
    }

    Expected<std::string> text() const override {
        if (count_ == 0)
            return std::string();
        return ruby::format(format_, {least_, most_, sum_ / static_cast<double>(count_)});
    }

  private:
    std::string format_;
    double least_ = 0;
    double most_ = 0;
    double sum_ = 0;
    std::int64_t count_ = 0;
};

/// `1.500 KB`; nothing is larger than TB.
std::string size_text(double bytes) {
    constexpr std::array<const char*, 5> units = {"B", "KB", "MB", "GB", "TB"};
    if (bytes < 1)
        return "0 B";
    std::size_t unit = 0;
    for (; bytes >= 1024 && unit + 1 < units.size(); ++unit)
        bytes /= 1024;
    return fmt::format("{:.3f} {}", bytes, units[unit]);
}

/// Processes by number and size, over all hosts. A process without a size counts with none.
class ProcessSummary final : public AggregateFunction {
  public:
    explicit ProcessSummary(const Aggregate& declared)
        : format_(declared.format.value_or("        Matched hosts: %s\n"
                                           "    Matched Processes: %s\n"
                                           "        Resident Size: %s\n"
                                           "         Virtual Size: %s\n")) {}

    Expected<void> add(const Value& value) override {
        if (value.is_nil())
            return {};
        const auto* list = value.array();
        if (list == nullptr)
            return unusable(value);
        for (const auto& process : *list)
            MCO_CHECK(add_process(process));
        hosts_ += list->empty() ? 0 : 1;
        return {};
    }

    Expected<std::string> text() const override {
        return ruby::format(format_,
                            {hosts_, processes_, size_text(resident_), size_text(virtual_)});
    }

  private:
    static Expected<double> size_of(const Value& process, std::string_view which) {
        const auto* value = process.find(which);
        if (value == nullptr || value->is_nil())
            return 0.0;
        const auto number = number_of(*value);
        if (!number)
            return unusable(*value);
        return *number;
    }

    Expected<void> add_process(const Value& process) {
        constexpr double page = 1024;  // what the original takes the unit of rss for
        if (process.map() == nullptr)
            return unusable(process);
        MCO_TRY(pages, size_of(process, "rss"));
        MCO_TRY(bytes, size_of(process, "vsize"));
        resident_ += pages * page;
        virtual_ += bytes;
        ++processes_;
        return {};
    }

    std::string format_;
    std::int64_t hosts_ = 0;
    std::int64_t processes_ = 0;
    double resident_ = 0;  // bytes
    double virtual_ = 0;
};

}  // namespace

std::unique_ptr<AggregateFunction> make_addon_function(const Aggregate& declared) {
    if (declared.function == "nagios_states")
        return std::make_unique<NagiosStates>(declared);
    if (declared.function == "nettest_mma")
        return std::make_unique<MinMaxAverage>(declared);
    if (declared.function == "process_summary")
        return std::make_unique<ProcessSummary>(declared);
    return nullptr;
}

}  // namespace mco::ddl
