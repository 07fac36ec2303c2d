#include "core/filter/check.hpp"

#include "core/filter/fact_comparison.hpp"
#include "core/filter/name_test.hpp"
#include "core/filter/pattern.hpp"

namespace mco::filter {

Expected<void> check_name(const std::string& entry) {
    MCO_TRY(usable, NameTest::from(entry));
    static_cast<void>(usable);
    return {};
}

Expected<void> check_pattern(std::string_view pattern) {
    MCO_TRY(usable, Pattern::compile(pattern));
    static_cast<void>(usable);
    return {};
}

Expected<void> check_fact(const FactTest& test) {
    if (test.op != "=~")
        return {};
    return check_pattern(pattern_of(test.value));
}

}  // namespace mco::filter
