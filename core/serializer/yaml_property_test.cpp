// decode ∘ encode is the identity, and nothing that is done to the text does worse than an Error.
#include "core/serializer/value_generators.hpp"
#include "core/serializer/yaml.hpp"
#include "core/text/utf8.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mco::serializer::yaml {
namespace {

using examples::any_value;

/// Symbols and patterns of any bytes, and numbers that are none, are the exceptions.
bool exact(const Value& value) {
    if (const auto* elements = value.array())
        return std::all_of(elements->begin(), elements->end(), exact);
    if (const auto* map = value.map())
        return std::all_of(map->entries().begin(), map->entries().end(), [](const Entry& entry) {
            return exact(entry.key) && exact(entry.value);
        });
    const auto* pattern = value.regexp();
    const auto* symbol = value.symbol();
    const auto* text = pattern != nullptr  ? &pattern->source
                       : symbol != nullptr ? &symbol->name
                                           : nullptr;
    return text == nullptr || std::all_of(text->begin(), text->end(), [](char c) {
               return static_cast<unsigned char>(c) < 0x7f;
           });
}

TEST(YamlProperty, DecodesWhatItEncodes) {
    EXPECT_TRUE(rc::check("round trip", [] {
        const auto value = *any_value(4);
        RC_PRE(exact(value));
        const auto text = encode(value);
        RC_ASSERT(text.has_value());
        const auto back = decode(*text);
        RC_ASSERT(back.has_value());
        RC_ASSERT(*back == value);
    }));
}

TEST(YamlProperty, SurvivesFlippedBytes) {
    EXPECT_TRUE(rc::check("damage", [] {
        auto text = *encode(*any_value(3));
        const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
        text[at] = *rc::gen::arbitrary<char>();
        const auto result = decode(text);
        RC_ASSERT(result.has_value() || !result.error().message.empty());
        if (result)
            RC_ASSERT(encode(*result).has_value());
    }));
}

}  // namespace
}  // namespace mco::serializer::yaml
