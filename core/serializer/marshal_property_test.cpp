// decode ∘ encode is the identity, and nothing that is done to the bytes does worse than an Error.
#include "core/serializer/marshal.hpp"
#include "core/serializer/value_generators.hpp"

#include <gtest/gtest.h>

namespace mco::serializer::marshal {
namespace {

using examples::any_value;

TEST(MarshalProperty, DecodesWhatItEncodes) {
    EXPECT_TRUE(rc::check("round trip", [] {
        const auto value = *any_value(4);
        const auto bytes = encode(value);
        RC_ASSERT(bytes.has_value());
        const auto back = decode(*bytes);
        RC_ASSERT(back.has_value());
        RC_ASSERT(*back == value);
    }));
}

TEST(MarshalProperty, SurvivesFlippedBytes) {
    EXPECT_TRUE(rc::check("damage", [] {
        auto bytes = *encode(*any_value(3));
        const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
        bytes[at] = *rc::gen::arbitrary<char>();
        const auto result = decode(bytes);
        RC_ASSERT(result.has_value() || !result.error().message.empty());
        if (result)
            RC_ASSERT(encode(*result).has_value());
    }));
}

}  // namespace
}  // namespace mco::serializer::marshal
