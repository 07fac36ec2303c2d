// A compiled regular expression: Ruby's syntax on PCRE2 under limits, so that a foreign pattern can
// cost little time and little memory, and never hangs (design D7).
#pragma once

#include "core/error.hpp"
#include "core/value.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mco::filter {

/// What `^` and `$` stand for.
enum class Anchors {
    lines,       ///< Ruby: begin and end of every line
    whole_text,  ///< begin and end of the text, not before a final newline either: for DDL
                 ///< validations (protocol §13.1 row 14)
};

struct PatternOptions {
    Anchors anchors = Anchors::lines;
    std::uint8_t flags =
        0;  ///< as in Regexp::options: 1 ignore case, 2 extended, 4 dot matches newline
};

struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool operator==(const Span&) const = default;
};

/// Copies are cheap. All const members: any thread, several at once.
class Pattern {
  public:
    static constexpr std::size_t max_source = 4096;  ///< bytes

    /// Compiles `source`, written without delimiters. Fails with `limit` when it is too long and
    /// `malformed` when it is no pattern, when it uses one of the few Ruby constructs PCRE2 lacks
    /// (set intersection, nested sets), or a PCRE2 verb.
    static Expected<Pattern> compile(std::string_view source, PatternOptions options = {});

    /// The same for a regular expression that came as data; its own options decide.
    static Expected<Pattern> compile(const Regexp& regexp, Anchors anchors = Anchors::lines);

    /// Is there a match anywhere in `text`? Text that is not UTF-8 is searched too; its invalid
    /// bytes match nothing. Fails with `limit`, naming the pattern, when the search would take too
    /// many steps or too much memory.
    Expected<bool> search(std::string_view text) const;

    /// Where the first match is: byte offsets, the end behind the last byte. Fails as search()
    /// does, and on text that is not UTF-8.
    Expected<std::optional<Span>> find(std::string_view text) const;

    /// Does the pattern match `text` from the first to the last byte? Fails as search() does.
    Expected<bool> matches_whole(std::string_view text) const;

    /// As it was given to compile().
    const std::string& source() const;

  private:
    struct Compiled;
    explicit Pattern(std::shared_ptr<const Compiled> compiled);
    Expected<std::optional<Span>> match(std::string_view text, std::uint32_t match_options) const;

    std::shared_ptr<const Compiled>
        compiled_;  ///< never null; immutable and owned by all copies together
};

/// A pattern as error texts quote it: between slashes, control characters escaped, long ones cut.
std::string quoted_pattern(std::string_view source);

}  // namespace mco::filter
