#include "broker/destination.hpp"

#include <algorithm>
#include <vector>

namespace mco::broker {

namespace {

constexpr std::string_view topic_prefix = "/topic/";
constexpr std::string_view queue_prefix = "/queue/";
constexpr std::size_t longest_name = 512;

bool in_name(char c) {
    return c > ' ' && c < '\x7f' && c != ',' && c != '*' && c != '>';
}

bool in_identifier(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$';
}

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

void skip_blanks(std::string_view& text) {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
}

tl::unexpected<Error> unknown_selector(std::string_view text) {
    return fail(Errc::invalid,
                "only selectors of the form NAME = 'VALUE' are understood, not " +
                    std::string(text.substr(0, 200)));
}

}  // namespace

Expected<Destination> parse_destination(std::string_view text) {
    Destination destination;
    if (text.starts_with(topic_prefix)) {
        destination.kind = Destination::Kind::topic;
    } else if (text.starts_with(queue_prefix)) {
        destination.kind = Destination::Kind::queue;
    } else {
        return fail(Errc::invalid, "a destination begins with /topic/ or /queue/");
    }
    destination.name = text.substr(topic_prefix.size());
    if (destination.name.empty() || destination.name.size() > longest_name)
        return fail(Errc::invalid, "a destination's name has 1 to 512 characters");
    if (!std::all_of(destination.name.begin(), destination.name.end(), in_name))
        return fail(Errc::invalid,
                    "a destination's name is printable ASCII without blanks, commas and wildcards");
    return destination;
}

Expected<Selector> parse_selector(std::string_view text) {
    const std::string_view whole = text;
    Selector selector;
    skip_blanks(text);
    while (!text.empty() && in_identifier(text.front())) {
        selector.header += text.front();
        text.remove_prefix(1);
    }
    skip_blanks(text);
    if (selector.header.empty() || !text.starts_with('='))
        return unknown_selector(whole);
    text.remove_prefix(1);
    skip_blanks(text);
    if (!text.starts_with('\''))
        return unknown_selector(whole);
    text.remove_prefix(1);
    for (;;) {
        if (text.empty())
            return unknown_selector(whole);
        if (text.starts_with("''"))
            text.remove_prefix(1);
        else if (text.starts_with('\''))
            break;
        selector.value += text.front();
        text.remove_prefix(1);
    }
    text.remove_prefix(1);
    skip_blanks(text);
    if (!text.empty())
        return unknown_selector(whole);
    return selector;
}

bool glob_matches(std::string_view pattern, std::string_view text, Star star) {
    // The classic walk with one remembered star: linear for every pattern people write, and at
    // worst pattern times text, never exponential.
    std::size_t p = 0, t = 0;
    std::size_t star_at = std::string_view::npos, star_text = 0;
    while (t < text.size()) {
        if (star == Star::one_segment && p + 1 == pattern.size() && pattern[p] == '>')
            return true;
        const bool star_may_take = star == Star::any || text[t] != '.';
        if (p < pattern.size() && pattern[p] == '*' && star_may_take) {
            star_at = p++;
            star_text = ++t;
        } else if (p < pattern.size() && pattern[p] == text[t] && pattern[p] != '*') {
            ++p;
            ++t;
        } else if (star_at != std::string_view::npos &&
                   (star == Star::any || text[star_text] != '.')) {
            p = star_at + 1;
            t = ++star_text;
        } else {
            return false;
        }
    }
    return p == pattern.size();
}

}  // namespace mco::broker
