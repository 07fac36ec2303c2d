#include "core/security/x509/cbor.hpp"

#include <limits>

namespace mco::x509::cbor {

namespace {

constexpr std::uint8_t direct_limit = 24;  // arguments below stand in the first byte itself
constexpr std::uint8_t widest = 27;        // 24, 25, 26, 27: 1, 2, 4, 8 bytes follow

std::uint8_t octet(char c) {
    return static_cast<std::uint8_t>(c);
}

bool is_container(Major major) {
    return major == Major::array || major == Major::map;
}

}  // namespace

std::string Reader::at_offset(std::string_view problem) const {
    return std::string(problem) + " at byte " + std::to_string(position_);
}

Expected<Head> Reader::head() {
    if (position_ >= bytes_.size())
        return fail(Errc::malformed, at_offset("the data ends where an item should begin"));
    const std::uint8_t first = octet(bytes_[position_]);
    const std::uint8_t low = first & 0x1f;
    if (low > widest)
        return fail(Errc::malformed, at_offset("an item without a definite length"));
    const std::size_t following = low < direct_limit ? 0 : std::size_t{1} << (low - direct_limit);
    if (bytes_.size() - position_ - 1 < following)
        return fail(Errc::malformed, at_offset("the data ends within the head of an item"));
    std::uint64_t argument = following == 0 ? low : 0;
    for (std::size_t i = 1; i <= following; ++i)
        argument = argument << 8 | octet(bytes_[position_ + i]);
    position_ += 1 + following;
    return Head{static_cast<Major>(first >> 5), argument};
}

Expected<Head> Reader::peek() const {
    Reader ahead = *this;
    return ahead.head();
}

Expected<std::int64_t> Reader::integer() {
    MCO_TRY(item, head());
    if (item.major > Major::negative_int)
        return fail(Errc::malformed, at_offset("not an integer before"));
    if (item.argument > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return fail(Errc::malformed, at_offset("an integer beyond 64 bits before"));
    const auto magnitude = static_cast<std::int64_t>(item.argument);
    return item.major == Major::unsigned_int ? magnitude : -1 - magnitude;
}

Expected<std::string_view> Reader::content(Major wanted, std::string_view what) {
    MCO_TRY(item, head());
    if (item.major != wanted)
        return fail(Errc::malformed, at_offset("not a " + std::string(what) + " before"));
    if (item.argument > bytes_.size() - position_)
        return fail(Errc::malformed, at_offset("the data ends within a " + std::string(what)));
    const auto length = static_cast<std::size_t>(item.argument);
    const std::string_view found = bytes_.substr(position_, length);
    position_ += length;
    return found;
}

Expected<std::string_view> Reader::bytes() {
    return content(Major::bytes, "byte string");
}

Expected<std::string_view> Reader::text() {
    return content(Major::text, "text string");
}

Expected<std::size_t> Reader::count(Major wanted, std::size_t most, std::string_view what) {
    MCO_TRY(item, head());
    if (item.major != wanted)
        return fail(Errc::malformed, at_offset("no " + std::string(what) + " before"));
    if (item.argument > most)
        return fail(Errc::limit,
                    at_offset("too many members of the " + std::string(what) + " before"));
    return static_cast<std::size_t>(item.argument);
}

Expected<std::size_t> Reader::array(std::size_t most) {
    return count(Major::array, most, "array");
}

Expected<std::size_t> Reader::map(std::size_t most) {
    return count(Major::map, most, "map");
}

Expected<void> Reader::skip(int depth) {
    MCO_TRY(item, peek());
    if (item.major == Major::bytes || item.major == Major::text) {
        MCO_CHECK(content(item.major, "string"));
        return {};
    }
    MCO_CHECK(head());
    const std::uint64_t rounds = item.major == Major::tag   ? 1
                                 : is_container(item.major) ? item.argument
                                                            : 0;
    if (rounds > 0 && depth == 0)
        return fail(Errc::limit, at_offset("items nested too deeply"));
    // Every member takes a byte at least: a huge count ends with the data, not with the count.
    for (std::uint64_t i = 0; i < rounds; ++i) {
        MCO_CHECK(skip(depth - 1));
        if (item.major == Major::map)
            MCO_CHECK(skip(depth - 1));
    }
    return {};
}

Expected<void> Reader::finish() const {
    if (position_ != bytes_.size())
        return fail(Errc::malformed, at_offset("surplus data"));
    return {};
}

void put_head(std::string& out, Head head) {
    const auto major = static_cast<std::uint8_t>(static_cast<unsigned>(head.major) << 5);
    int following = 0;
    if (head.argument < direct_limit) {
        out.push_back(static_cast<char>(major | head.argument));
    } else {
        int width = 0;  // as a power of two
        while (width < 3 && head.argument >> (8u << width) != 0)
            ++width;
        following = 1 << width;
        out.push_back(static_cast<char>(major | (direct_limit + width)));
    }
    for (int shift = 8 * (following - 1); shift >= 0; shift -= 8)
        out.push_back(static_cast<char>(head.argument >> shift & 0xff));
}

void put_integer(std::string& out, std::int64_t value) {
    if (value >= 0)
        put_head(out, {Major::unsigned_int, static_cast<std::uint64_t>(value)});
    else
        put_head(out, {Major::negative_int, static_cast<std::uint64_t>(-1 - value)});
}

void put_bytes(std::string& out, std::string_view value) {
    put_head(out, {Major::bytes, value.size()});
    out.append(value);
}

void put_text(std::string& out, std::string_view value) {
    put_head(out, {Major::text, value.size()});
    out.append(value);
}

}  // namespace mco::x509::cbor
