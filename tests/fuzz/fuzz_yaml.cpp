// The YAML decoder on arbitrary text: whatever it accepts can be written, and then reads and writes
// the same.
#include "core/serializer/yaml.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace mco::serializer;

constexpr Limits limits{.depth = 16, .nodes = 5'000, .bytes = 65'536};

void require(bool holds) {
    if (!holds)
        std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto value = yaml::decode({reinterpret_cast<const char*>(data), size}, limits);
    if (!value) {
        require(!value.error().message.empty());
        return 0;
    }
    const auto written = yaml::encode(*value);
    require(written.has_value());
    const auto again = yaml::decode(*written);
    require(again.has_value());
    require(*yaml::encode(*again) == *written);
    return 0;
}
