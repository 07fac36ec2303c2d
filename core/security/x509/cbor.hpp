// The part of CBOR (RFC 8949) that COSE_Sign1 needs: heads, integers, byte and text strings, arrays
// and maps of known length. Indefinite lengths are refused, so that nothing here loops or allocates
// on a stranger's word.
#pragma once

#include "core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mco::x509::cbor {

enum class Major : std::uint8_t {
    unsigned_int,
    negative_int,
    bytes,
    text,
    array,
    map,
    tag,
    simple
};

/// The first bytes of an item. `argument` is its value, its length in bytes, or its number of
/// members.
struct Head {
    Major major = Major::unsigned_int;
    std::uint64_t argument = 0;
    bool operator==(const Head&) const = default;
};

/// Walks over one encoded item after the other. What it returns are views into the bytes given,
/// which must outlive them. Every function fails with `malformed`, naming the offset, and leaves
/// the reader unusable then.
class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    Expected<Head> head();
    /// What head() would return; nothing is consumed.
    Expected<Head> peek() const;

    /// An integer of either sign that 64 bits hold.
    Expected<std::int64_t> integer();
    Expected<std::string_view> bytes();
    Expected<std::string_view> text();
    /// The number of members; fails with `limit` when there are more than `most`.
    Expected<std::size_t> array(std::size_t most);
    /// The number of pairs; fails with `limit` when there are more than `most`.
    Expected<std::size_t> map(std::size_t most);
    /// Consumes one item of any kind, nested at most `depth` deep.
    Expected<void> skip(int depth);

    /// Fails unless every byte was consumed.
    Expected<void> finish() const;

  private:
    Expected<std::string_view> content(Major wanted, std::string_view what);
    Expected<std::size_t> count(Major wanted, std::size_t most, std::string_view what);
    std::string at_offset(std::string_view problem) const;

    std::string_view bytes_;
    std::size_t position_ = 0;
};

/// The writers append to `out`, always in the shortest form.
void put_head(std::string& out, Head head);
void put_integer(std::string& out, std::int64_t value);
void put_bytes(std::string& out, std::string_view value);
void put_text(std::string& out, std::string_view value);

}  // namespace mco::x509::cbor
