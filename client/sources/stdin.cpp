#include "client/sources/methods.hpp"
#include "client/sources/names.hpp"
#include "core/config/literals.hpp"

#include <algorithm>
#include <array>
#include <istream>

namespace mco::client {

namespace {

constexpr std::string_view place = "standard input";

/// All of it.
Expected<std::string> read_all(std::istream& input) {
    std::string text;
    std::array<char, 65536> part{};
    while (input.read(part.data(), part.size()) || input.gcount() > 0) {
        text.append(part.data(), static_cast<std::size_t>(input.gcount()));
        if (text.size() > most_stdin_bytes)
            return fail(Errc::limit, std::string(place) + " is longer than 64 MiB");
    }
    return text;
}

std::string lower_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

}  // namespace

Expected<std::vector<std::string>> find_in_stdin(const SourceQuery& query, SourceContext& context) {
    auto type = query.options.empty() ? "auto" : lower_case(query.options.front());
    MCO_TRY(text, read_all(context.input()));
    const auto content = config::trimmed(text);
    if (content.empty() && query.piped) {
        context.log.warn(
            "Standard input is a pipe or a file without the name of a node, so nobody is asked; "
            "--dm mc or </dev/null asks whom the filter matches");
        return std::vector<std::string>();
    }
    if (content.empty())
        return fail(Errc::invalid,
                    "data piped on STDIN contained only whitespace - could not discover hosts "
                    "from it.");
    if (type == "auto")
        type = content.front() == '[' || content.front() == '{' ? "json" : "text";
    context.log.debug("Parsing STDIN input as type {}", type);
    if (type != "json" && type != "text")
        return fail(
            Errc::invalid,
            "stdin discovery plugin only knows the types auto/text/json, not \"" + type + '"');
    MCO_TRY(list, type == "json" ? names_in_json(text, place) : names_in_text(text, place));
    return list.select(query.filter.identities);
}

}  // namespace mco::client
