// The STOMP frame parser on arbitrary bytes: whatever it accepts stays within the limits, does not
// depend on how the bytes were split, and survives being written and read again. The first byte
// chooses the version and the split.
#include "core/wire/frame_parser.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace {

using namespace mco::wire;

constexpr Limits limits{.headers = 20, .header_bytes = 1024, .body_bytes = 4096};

void require(bool holds) {
    if (!holds)
        std::abort();
}

std::vector<Frame> parse(std::string_view bytes, std::size_t piece, Version version) {
    FrameParser parser(limits, version);
    std::vector<Frame> frames;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
        const bool fed = parser.feed(bytes.substr(0, piece)).has_value();
        while (auto frame = parser.next())
            frames.push_back(std::move(*frame));
        if (!fed)
            break;
    }
    return frames;
}

/// Writing drops octets the version cannot carry, so it is the second round trip that must change
/// nothing.
void check_round_trip(const Frame& frame, Version version) {
    constexpr std::size_t whole = 1u << 20;
    FrameParser parser({.headers = 40, .header_bytes = whole, .body_bytes = whole}, version);
    if (!parser.feed(encode(frame, version)))
        return;
    const auto once = parser.next();
    require(once.has_value() && once->body == frame.body);
    require(parser.feed(encode(*once, version)).has_value());
    const auto twice = parser.next();
    require(twice.has_value() && twice->headers == once->headers && twice->body == once->body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    const auto version = static_cast<Version>(data[0] % 3);
    const std::size_t piece = 1 + data[0] / 3U;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto frames = parse(bytes, bytes.size() + 1, version);
    require(frames == parse(bytes, piece, version));
    for (const auto& frame : frames) {
        require(frame.headers.size() <= limits.headers && frame.body.size() <= limits.body_bytes);
        check_round_trip(frame, version);
    }
    return 0;
}
