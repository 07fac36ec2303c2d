// Resources of one type on one node, as lines, as a digest, and packed for the wire (resources §5).
#pragma once

#include "core/error.hpp"
#include "core/ral/canonical.hpp"
#include "core/ral/resource.hpp"
#include "core/ral/sha256.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::ral {

/// The canonical lines of all, sorted by title (bytes). Of equal titles the first counts.
std::vector<std::string> canonical_lines(const std::vector<Resource>& resources,
                                         const Canonical& how);

/// 32 hex digits: the first 16 bytes of SHA-256 over the format's number, the salt, and the lines,
/// each with a line end.
std::string digest(const std::vector<std::string>& lines, std::string_view salt);

/// The same of lines that come one after the other, and are not kept. One thread.
class ListingDigest {
  public:
    explicit ListingDigest(std::string_view salt);
    void add(std::string_view line);  ///< without its end
    std::string text();               ///< once, at the end

  private:
    Sha256 content_;
};

/// Part of a listing that fits into one reply.
struct Page {
    std::string entries;   ///< base64 of zlib of lines with their ends
    std::size_t next = 0;  ///< the line that the next page begins with; 0: that was the last
};

/// From line `offset` on, with at most `most_bytes` of entries and 8 MiB of lines; at least one
/// line goes along. Errors: invalid (the offset is beyond the end).
Expected<Page> pack(const std::vector<std::string>& lines,
                    std::size_t offset,
                    std::size_t most_bytes);

/// A line taken apart. The views are good until the sink returns.
struct Entry {
    std::string title;      ///< UTF-8
    std::string_view line;  ///< as a whole; two nodes have the same if and only if it is equal
    /// JSON of the canonical parameters, as the node sent it: from { to }, and not looked into.
    std::string_view parameters;
};

/// Hands every line of a page to `sink`, in order; at most `most_bytes` are unpacked. Errors:
/// malformed, limit; what came before the error has been handed over. Any thread.
Expected<void> unpack(std::string_view entries,
                      std::size_t most_bytes,
                      const std::function<void(const Entry&)>& sink);

}  // namespace mco::ral
