#include "client/sources/http_post.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace mco::client {

namespace {

struct Parts {
    std::string_view host;
    std::optional<std::string_view> port;
};

/// Of `host`, `host:port`, `[address]` and `[address]:port`.
std::optional<Parts> split(std::string_view authority) {
    const bool bracketed = authority.starts_with('[');
    const auto end = bracketed ? authority.find(']') : authority.find(':');
    if (bracketed && end == std::string_view::npos)
        return std::nullopt;
    Parts parts{bracketed ? authority.substr(1, end - 1) : authority.substr(0, end), std::nullopt};
    auto rest = authority.substr(std::min(bracketed ? end + 1 : end, authority.size()));
    if (rest.starts_with(':'))
        parts.port = rest.substr(1);
    else if (!rest.empty())
        return std::nullopt;
    return parts;
}

std::optional<std::uint16_t> port_of(std::string_view text) {
    unsigned number = 0;
    const auto* end = text.data() + text.size();
    const auto [stopped, problem] = std::from_chars(text.data(), end, number);
    if (stopped != end || problem != std::errc() || number == 0 ||
        number > std::numeric_limits<std::uint16_t>::max())
        return std::nullopt;
    return static_cast<std::uint16_t>(number);
}

/// Nothing that would need to be encoded, and nothing that could end a header line.
bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c < 0x7f && c != '?' && c != '#' && c != '"';
    });
}

tl::unexpected<Error> no_url(std::string_view text) {
    return fail(Errc::invalid,
                '\'' + std::string(text) + "' is not a URL such as https://HOST:PORT");
}

}  // namespace

Expected<HttpServer> parse_http_url(std::string_view text, HttpPorts usual) {
    HttpServer server;
    while (text.ends_with('/'))
        text.remove_suffix(1);
    server.url = text;
    server.tls = text.starts_with("https://");
    if (!server.tls && !text.starts_with("http://"))
        return no_url(text);
    if (text.find('@') != std::string_view::npos)
        return fail(Errc::invalid, "users and passwords do not belong into this URL");
    const auto rest = text.substr(text.find("//") + 2);
    const auto slash = std::min(rest.find('/'), rest.size());
    const auto parts = split(rest.substr(0, slash));
    if (!parts || parts->host.empty() || !is_plain(rest))
        return no_url(text);
    server.host = parts->host;
    server.path = rest.substr(slash);
    const auto port =
        parts->port ? port_of(*parts->port) : std::optional(server.tls ? usual.tls : usual.plain);
    if (!port)
        return no_url(text);
    server.port = *port;
    return server;
}

}  // namespace mco::client
