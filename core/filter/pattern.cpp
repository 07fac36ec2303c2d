#include "core/filter/pattern.hpp"

#include "core/bytes.hpp"
#include "core/filter/effort.hpp"
#include "core/filter/ruby_syntax.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>
#include <array>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace mco::filter {
namespace {

// A search that reaches one of these took some tens of milliseconds; sensible patterns stay far
// below.
constexpr std::uint32_t match_limit = 1'000'000;     // steps of backtracking
constexpr std::uint32_t tight_match_limit = 50'000;  // a millisecond or two
constexpr std::uint32_t depth_limit = 100'000;       // nested backtracking points
constexpr std::uint32_t heap_limit_kib = 16'384;     // memory of one search
constexpr std::uint32_t nesting_limit = 100;         // parentheses in the pattern

template <auto Free>
struct Release {
    template <class T>
    void operator()(T* resource) const {
        Free(resource);
    }
};

using Code = std::unique_ptr<pcre2_code, Release<pcre2_code_free>>;
using CompileContext = std::unique_ptr<pcre2_compile_context, Release<pcre2_compile_context_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, Release<pcre2_match_context_free>>;
using MatchData = std::unique_ptr<pcre2_match_data, Release<pcre2_match_data_free>>;

std::string reason(int code) {
    std::array<PCRE2_UCHAR, 256> buffer{};
    if (pcre2_get_error_message(code, buffer.data(), buffer.size()) < 0)
        return "error " + std::to_string(code);
    std::string text;
    for (const auto unit : buffer) {
        if (unit == 0)
            break;
        text += static_cast<char>(unit);
    }
    return text;
}

std::uint32_t compile_options(const PatternOptions& options) {
    std::uint32_t bits = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C;
    bits |= options.anchors == Anchors::lines ? PCRE2_MULTILINE : PCRE2_DOLLAR_ENDONLY;
    if ((options.flags & 1U) != 0)
        bits |= PCRE2_CASELESS;
    if ((options.flags & 2U) != 0)
        bits |= PCRE2_EXTENDED;
    if ((options.flags & 4U) != 0)
        bits |= PCRE2_DOTALL;
    return bits;
}

Expected<Code> compile_code(std::string_view translated,
                            std::uint32_t options,
                            std::string_view source) {
    const CompileContext context(pcre2_compile_context_create(nullptr));
    if (!context)
        return fail(Errc::limit, "no memory for the pattern " + quoted_pattern(source));
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
    pcre2_set_parens_nest_limit(context.get(), nesting_limit);
    int code = 0;
    PCRE2_SIZE where = 0;
    Code compiled(pcre2_compile(
        bytes_of(translated), translated.size(), options, &code, &where, context.get()));
    if (!compiled)
        return fail(Errc::malformed,
                    "invalid pattern " + quoted_pattern(source) + ": " + reason(code));
    return compiled;
}

MatchContext limited(std::uint32_t steps) {
    MatchContext context(pcre2_match_context_create(nullptr));
    if (!context)
        return context;
    pcre2_set_match_limit(context.get(), steps);
    pcre2_set_depth_limit(context.get(), depth_limit);
    pcre2_set_heap_limit(context.get(), heap_limit_kib);
    return context;
}

}  // namespace

struct Pattern::Compiled {
    std::string source;
    Code code;
    MatchContext limits;
    MatchContext tight_limits;  ///< under an Effort
};

std::string quoted_pattern(std::string_view source) {
    constexpr std::size_t longest = 60;
    std::string quoted = "/";
    for (const char c : source.substr(0, longest)) {
        const auto byte = static_cast<unsigned char>(c);
        constexpr std::string_view digits = "0123456789abcdef";
        if (byte < 0x20 || byte >= 0x7f)
            quoted += std::string("\\x") + digits[byte >> 4U] + digits[byte & 0xfU];
        else
            quoted += c;
    }
    return quoted + (source.size() > longest ? "…/" : "/");
}

Pattern::Pattern(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

Expected<Pattern> Pattern::compile(std::string_view source, PatternOptions options) {
    MCO_CHECK(Effort::check(source));
    const Effort::Charge charge;
    if (source.size() > max_source)
        return fail(Errc::limit,
                    "the pattern " + quoted_pattern(source) + " is longer than " +
                        std::to_string(max_source) + " bytes");
    const auto translated = to_pcre2(source, (options.flags & 2U) != 0);
    if (!translated)
        return fail(
            Errc::malformed,
            "invalid pattern " + quoted_pattern(source) + ": " + translated.error().message);
    auto compiled = std::make_shared<Compiled>();
    compiled->source = source;
    MCO_TRY(code, compile_code(*translated, compile_options(options), source));
    compiled->code = std::move(code);
    compiled->limits = limited(match_limit);
    compiled->tight_limits = limited(tight_match_limit);
    if (!compiled->limits || !compiled->tight_limits)
        return fail(Errc::limit, "no memory for the pattern " + quoted_pattern(source));
    return Pattern(std::move(compiled));
}

Expected<Pattern> Pattern::compile(const Regexp& regexp, Anchors anchors) {
    return compile(regexp.source, {anchors, regexp.options});
}

Expected<bool> Pattern::search(std::string_view text) const {
    MCO_TRY(found, match(text, 0));
    return found.has_value();
}

Expected<std::optional<Span>> Pattern::find(std::string_view text) const {
    if (text::utf8_scrubbed(text) != text)
        return fail(Errc::malformed,
                    "cannot search text that is not UTF-8 for " + quoted_pattern(source()));
    return match(text, 0);
}

Expected<bool> Pattern::matches_whole(std::string_view text) const {
    MCO_TRY(found, match(text, PCRE2_ANCHORED | PCRE2_ENDANCHORED));
    return found.has_value();
}

const std::string& Pattern::source() const {
    return compiled_->source;
}

Expected<std::optional<Span>> Pattern::match(std::string_view text,
                                             std::uint32_t match_options) const {
    MCO_CHECK(Effort::check(source()));
    const Effort::Charge charge;
    const MatchData found(pcre2_match_data_create(1, nullptr));
    const auto* limits =
        Effort::is_limited() ? compiled_->tight_limits.get() : compiled_->limits.get();
    if (!found)
        return fail(Errc::limit, "no memory to search for " + quoted_pattern(source()));
    const auto run = [&](std::string_view subject) {
        return pcre2_match(compiled_->code.get(),
                           bytes_of(subject),
                           subject.size(),
                           0,
                           match_options,
                           found.get(),
                           const_cast<pcre2_match_context*>(limits));  // it is only read
    };
    int outcome = run(text);
    // PCRE2_MATCH_INVALID_UTF would let \z match before an invalid byte, and with it `\A[a-z]+\z`
    // accept "a\xff;".
    if (outcome <= PCRE2_ERROR_UTF8_ERR1 && outcome >= PCRE2_ERROR_UTF8_ERR21)
        outcome = run(text::utf8_scrubbed(text));
    if (outcome == PCRE2_ERROR_NOMATCH)
        return std::nullopt;
    if (outcome >= 0) {
        const PCRE2_SIZE* range = pcre2_get_ovector_pointer(found.get());
        return Span{range[0],
                    std::max(range[0], range[1])};  // \K in a look-ahead can end before it begins
    }
    return fail(Errc::limit,
                "the pattern " + quoted_pattern(source()) + " gave up: " + reason(outcome));
}

}  // namespace mco::filter
