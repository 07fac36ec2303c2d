// The names that messages are sent to, in ActiveMQ's spelling (protocol §2.4): `/topic/NAME` goes
// to everybody, `/queue/NAME` to exactly one.
#pragma once

#include "core/error.hpp"

#include <string>
#include <string_view>

namespace mco::broker {

struct Destination {
    enum class Kind { topic, queue };
    Kind kind = Kind::topic;
    std::string_view name;  ///< what follows the prefix, inside the text that was parsed
};

/// Names are printable ASCII without blanks, commas and the wildcards `*` and `>`. Errors: invalid.
Expected<Destination> parse_destination(std::string_view text);

/// The one selector the original uses: messages whose header has this value.
struct Selector {
    std::string header;
    std::string value;
    bool operator==(const Selector&) const = default;
};

/// Reads `header = 'value'` (JMS spelling: quotes inside are doubled). Errors: invalid, for all the
/// rest of that language.
Expected<Selector> parse_selector(std::string_view text);

/// How `*` in a pattern matches: any run of characters, or one that ends at a dot.
enum class Star { any, one_segment };

/// Whether the whole text matches. `*` stands for one or more characters; with Star::one_segment a
/// final `>` stands for all the rest, which is not empty.
bool glob_matches(std::string_view pattern, std::string_view text, Star star);

}  // namespace mco::broker
