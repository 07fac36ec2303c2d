#include "core/ral/listing.hpp"

#include "core/bytes.hpp"
#include "core/serializer/json.hpp"
#include "core/text/base64.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <numeric>
#include <optional>
#include <utility>
#include <variant>

#define ZLIB_CONST  // or it would ask for bytes that it may change
#include <zlib.h>

namespace mco::ral {
namespace {

/// Of lines in one page: bounds what a page costs to pack, and to unpack on the other side.
constexpr std::size_t most_text = 8u << 20;

std::string joined_lines(const std::vector<std::string>& lines,
                         std::size_t begin,
                         std::size_t end) {
    std::string text;
    for (std::size_t i = begin; i < end; ++i)
        (text += lines[i]) += '\n';
    return text;
}

/// The first line that does not fit any more; at least one does.
std::size_t end_of_page(const std::vector<std::string>& lines, std::size_t begin) {
    std::size_t text = 0;
    std::size_t end = begin;
    while (end < lines.size() && (end == begin || text + lines[end].size() < most_text))
        text += lines[end++].size() + 1;
    return end;
}

/// On one line: line ends would take two bytes each in the JSON of a reply.
std::string packed(std::string_view text) {
    std::string compressed(::compressBound(text.size()), '\0');
    auto size = static_cast<uLongf>(compressed.size());
    if (::compress2(bytes_of(compressed), &size, bytes_of(text), text.size(), 6) != Z_OK)
        throw std::bad_alloc();  // the only way to fail that a buffer of this size leaves
    std::string entries = text::base64_encode(std::string_view(compressed).substr(0, size));
    std::erase(entries, '\n');
    return entries;
}

/// zlib's stream as pieces of the text in it.
class Inflation {
  public:
    explicit Inflation(std::string_view compressed) {
        stream_.next_in = bytes_of(compressed);
        stream_.avail_in = static_cast<uInt>(compressed.size());
        if (::inflateInit(&stream_) != Z_OK)
            throw std::bad_alloc();
    }

    Inflation(const Inflation&) = delete;
    Inflation& operator=(const Inflation&) = delete;

    ~Inflation() { ::inflateEnd(&stream_); }

    /// Good until the next call; empty after the end. Errors: malformed.
    Expected<std::string_view> next() {
        if (ended_)
            return std::string_view();
        stream_.next_out = buffer_.data();
        stream_.avail_out = static_cast<uInt>(buffer_.size());
        const int result = ::inflate(&stream_, Z_NO_FLUSH);
        ended_ = result == Z_STREAM_END;
        if ((result != Z_OK && !ended_) || (ended_ && stream_.avail_in != 0))
            return fail(Errc::malformed, "a listing is not compressed as it should be");
        const auto size = buffer_.size() - stream_.avail_out;
        return view_of(buffer_.data(), size);
    }

    bool ended() const { return ended_; }

  private:
    z_stream stream_{};
    std::array<unsigned char, 65536> buffer_{};
    bool ended_ = false;
};

/// Where the JSON text that began before `at` has its closing quote.
std::size_t closing_quote(std::string_view line, std::size_t at) {
    for (; at < line.size() && line[at] != '"'; ++at)
        if (line[at] == '\\')
            ++at;
    return at;
}

/// The text between two quotes; absent if it is none.
std::optional<std::string> title_of(std::string_view quoted) {
    const auto bare = quoted.substr(1, quoted.size() - 2);
    if (bare.find('\\') != std::string_view::npos) {
        auto read = serializer::decode_json(quoted);
        auto* const text = read ? std::get_if<std::string>(&read->data()) : nullptr;
        return text ? std::optional(std::move(*text)) : std::nullopt;
    }
    const bool controls = std::any_of(
        bare.begin(), bare.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    return controls || !text::is_utf8(bare) ? std::nullopt : std::optional(std::string(bare));
}

/// `["title",{…}]`; absent if it is something else.
std::optional<Entry> entry_of(std::string_view line) {
    constexpr std::size_t quote = 1;
    if (!line.starts_with("[\"") || !line.ends_with("}]"))
        return std::nullopt;
    const std::size_t end = closing_quote(line, quote + 1);
    if (end >= line.size() || line.substr(end, 3) != "\",{")
        return std::nullopt;
    auto title = title_of(line.substr(quote, end + 1 - quote));
    if (!title)
        return std::nullopt;
    const std::size_t brace = end + 2;
    return Entry{std::move(*title), line, line.substr(brace, line.size() - 1 - brace)};
}

/// Puts lines together from pieces of text.
class Lines {
  public:
    explicit Lines(const std::function<void(const Entry&)>& sink) : sink_(sink) {}

    Expected<void> feed(std::string_view piece) {
        for (std::size_t end = piece.find('\n'); end != std::string_view::npos;
             end = piece.find('\n')) {
            MCO_CHECK(line(piece.substr(0, end)));
            piece.remove_prefix(end + 1);
        }
        begun_ += piece;
        return {};
    }

    bool complete() const { return begun_.empty(); }

  private:
    Expected<void> line(std::string_view rest) {
        const bool whole = begun_.empty();
        if (!whole)
            begun_ += rest;
        const auto entry = entry_of(whole ? rest : std::string_view(begun_));
        if (!entry)
            return fail(Errc::malformed, "a listing has a line that is no resource");
        sink_(*entry);
        begun_.clear();
        return {};
    }

    const std::function<void(const Entry&)>& sink_;
    std::string begun_;
};

}  // namespace

std::vector<std::string> canonical_lines(const std::vector<Resource>& resources,
                                         const Canonical& how) {
    std::vector<std::size_t> order(resources.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
        return resources[left].title < resources[right].title;
    });
    std::vector<std::string> lines;
    const std::string* last = nullptr;
    for (const auto index : order) {
        const auto& resource = resources[index];
        if (!last || *last != resource.title)
            lines.push_back(canonical_line(resource, how));
        last = &resource.title;
    }
    return lines;
}

std::string digest(const std::vector<std::string>& lines, std::string_view salt) {
    ListingDigest all(salt);
    for (const auto& line : lines)
        all.add(line);
    return all.text();
}

ListingDigest::ListingDigest(std::string_view salt) {
    add(std::to_string(canonical_format));
    add(salt);
}

void ListingDigest::add(std::string_view line) {
    content_.add(line);
    content_.add("\n");
}

std::string ListingDigest::text() {
    return content_.hex(16);
}

Expected<Page> pack(const std::vector<std::string>& lines,
                    std::size_t offset,
                    std::size_t most_bytes) {
    if (offset != 0 && offset >= lines.size())
        return fail(Errc::invalid,
                    "the listing has " + std::to_string(lines.size()) + " lines, none from " +
                        std::to_string(offset) + " on");
    std::size_t end = end_of_page(lines, offset);
    for (;;) {
        std::string entries = packed(joined_lines(lines, offset, end));
        const std::size_t count = end - offset;
        if (entries.size() <= most_bytes || count <= 1)
            return Page{std::move(entries), end == lines.size() ? 0 : end};
        // lines are much alike, so this mostly fits; what is left for the next page costs nothing
        const std::size_t fitting = count * most_bytes / entries.size() / 16 * 15;
        end = offset + std::clamp<std::size_t>(fitting, 1, count - 1);
    }
}

Expected<void> unpack(std::string_view entries,
                      std::size_t most_bytes,
                      const std::function<void(const Entry&)>& sink) {
    const auto compressed = text::base64_decode(entries);
    if (!compressed)
        return fail(Errc::malformed, "a listing is not base64");
    Inflation inflation(*compressed);
    Lines lines(sink);
    std::size_t total = 0;
    while (!inflation.ended()) {
        MCO_TRY(piece, inflation.next());
        total += piece.size();
        if (total > most_bytes)
            return fail(Errc::limit,
                        "a listing has more than " + std::to_string(most_bytes) + " bytes");
        MCO_CHECK(lines.feed(piece));
    }
    if (!lines.complete())
        return fail(Errc::malformed, "a listing ends within a line");
    return {};
}

}  // namespace mco::ral
