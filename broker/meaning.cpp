#include "broker/meaning.hpp"

#include "broker/destination.hpp"

namespace mco::broker {

namespace {

Meaning meaning_of_topic(std::string_view collective, std::string_view rest) {
    if (rest == "agents")
        return {Purpose::agent, collective, {}};
    const std::size_t dot = rest.find('.');
    if (dot == 0 || dot == std::string_view::npos || rest.substr(dot) != ".agent")
        return {};
    const bool registers = rest.substr(0, dot) == "registration";
    return {registers ? Purpose::registration : Purpose::agent, collective, {}};
}

Meaning meaning_of_queue(std::string_view collective, std::string_view rest) {
    constexpr std::string_view reply = "reply.";
    if (rest == "nodes")
        return {Purpose::nodes, collective, {}};
    if (rest.starts_with(reply) && rest.size() > reply.size())
        return {Purpose::reply, collective, rest.substr(reply.size())};
    return {};
}

/// Takes the digits at the end of the text, and the character before them, which has to be `mark`.
bool strip_number(std::string_view& text, char mark) {
    const std::size_t last = text.find_last_not_of("0123456789");
    if (last == std::string_view::npos || last + 1 == text.size() || text[last] != mark)
        return false;
    text = text.substr(0, last);
    return true;
}

}  // namespace

Meaning meaning_of(std::string_view text) {
    const auto destination = parse_destination(text);
    if (!destination)
        return {};
    const std::size_t dot = destination->name.find('.');
    if (dot == 0 || dot == std::string_view::npos)
        return {};
    const std::string_view collective = destination->name.substr(0, dot);
    const std::string_view rest = destination->name.substr(dot + 1);
    return destination->kind == Destination::Kind::topic ? meaning_of_topic(collective, rest)
                                                         : meaning_of_queue(collective, rest);
}

std::string_view identity_of_reader(std::string_view reader) {
    return strip_number(reader, '.') && strip_number(reader, '_') ? reader : std::string_view();
}

}  // namespace mco::broker
