// Listings of resources from other nodes: first as they arrive, then as the lines that were packed.
// Whatever is unpacked stays within its bound, has titles that are text, and packs to the same
// again.
#include "core/ral/listing.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using namespace mco;

constexpr std::size_t most_bytes = 1u << 20;

void require(bool holds) {
    if (!holds)
        std::abort();
}

/// The lines handed over, whether or not there was an error after them.
std::vector<std::string> lines_in(std::string_view entries, bool* whole) {
    std::vector<std::string> lines;
    std::size_t total = 0;
    const auto done = ral::unpack(entries, most_bytes, [&](const ral::Entry& entry) {
        total += entry.line.size() + 1;
        require(total <= most_bytes && text::is_utf8(entry.title));
        require(entry.line.starts_with("[\"") && entry.line.ends_with("}]"));
        require(entry.parameters.starts_with('{') && entry.parameters.ends_with('}'));
        lines.emplace_back(entry.line);
    });
    *whole = done.has_value();
    return lines;
}

void check_pages(const std::vector<std::string>& lines) {
    for (const std::size_t most : {std::size_t{40}, most_bytes}) {
        std::vector<std::string> again;
        std::size_t offset = 0;
        do {
            const auto page = ral::pack(lines, offset, most);
            require(page.has_value() && (page->next == 0 || page->next > offset));
            bool whole = false;
            const auto part = lines_in(page->entries, &whole);
            require(whole);
            again.insert(again.end(), part.begin(), part.end());
            offset = page->next;
        } while (offset != 0);
        require(again == lines);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    bool whole = false;
    check_pages(lines_in(bytes, &whole));
    // the bytes as a text that a node packed, which the fuzzer could not compress itself
    std::vector<std::string> lines;
    for (std::string_view rest = bytes; !rest.empty();) {
        lines.emplace_back(rest.substr(0, rest.find('\n')));
        rest.remove_prefix(std::min(lines.back().size() + 1, rest.size()));
    }
    const auto page = ral::pack(lines, 0, most_bytes);
    require(page.has_value());
    if (const auto read = lines_in(page->entries, &whole); whole && page->next == 0)
        require(read == lines);
    return 0;
}
