// Test data: arbitrary values of bounded size for property tests.
#pragma once

#include "core/value.hpp"

#include <string>
#include <utility>
#include <vector>

#include <rapidcheck.h>

namespace mco::serializer::examples {

/// Text that is sometimes UTF-8 and sometimes any bytes.
inline rc::Gen<std::string> any_text() {
    return rc::gen::oneOf(
        rc::gen::arbitrary<std::string>(),
        rc::gen::container<std::string>(rc::gen::inRange('a', 'f')),
        rc::gen::element<std::string>("gr\xc3\xbc\xc3\x9f", "\xff\xfe", std::string("\0", 1)));
}

inline rc::Gen<Value> any_scalar() {
    const auto number = [](auto n) { return Value(n); };
    return rc::gen::oneOf(
        rc::gen::just(Value()),
        rc::gen::map(rc::gen::arbitrary<bool>(), number),
        rc::gen::map(rc::gen::arbitrary<std::int64_t>(), number),
        rc::gen::map(rc::gen::inRange<std::int64_t>(-70'000, 70'000), number),
        rc::gen::map(rc::gen::arbitrary<double>(), number),
        rc::gen::map(any_text(), [](std::string text) { return Value(std::move(text)); }),
        rc::gen::map(any_text(), [](std::string name) { return Value(Symbol{std::move(name)}); }),
        rc::gen::map(rc::gen::pair(any_text(), rc::gen::inRange(0, 8)),
                     [](std::pair<std::string, int> pattern) {
                         return Value(Regexp{std::move(pattern.first),
                                             static_cast<std::uint8_t>(pattern.second)});
                     }));
}

/// At most `depth` containers inside one another.
inline rc::Gen<Value> any_value(int depth) {
    if (depth == 0)
        return any_scalar();
    const auto array = rc::gen::map(rc::gen::container<Array>(any_value(depth - 1)),
                                    [](Array a) { return Value(std::move(a)); });
    const auto pairs = rc::gen::container<std::vector<std::pair<Value, Value>>>(
        rc::gen::pair(any_scalar(), any_value(depth - 1)));
    const auto map = rc::gen::map(pairs, [](std::vector<std::pair<Value, Value>> entries) {
        Map result;
        for (auto& [key, value] : entries)
            result.set(std::move(key), std::move(value));
        return Value(std::move(result));
    });
    return rc::gen::resize(12, rc::gen::oneOf(any_scalar(), array, map));
}

}  // namespace mco::serializer::examples
