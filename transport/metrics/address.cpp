#include "transport/metrics/address.hpp"

#include "system/asio.hpp"

#include <charconv>

namespace mco::metrics {
namespace {

constexpr const char* forms = "127.0.0.1:PORT, [::1]:PORT or the absolute path of a socket";

Expected<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (text.empty() || error != std::errc() || stop != text.data() + text.size())
        return fail(Errc::invalid, std::string("expected ") + forms);
    return port;
}

}  // namespace

Expected<Address> parse_address(std::string_view text) {
    if (text.starts_with('/')) {
        if (text.ends_with('/') || text.find('\0') != std::string_view::npos)
            return fail(Errc::invalid, "the path of a socket ends with its name");
        return SocketPath{std::string(text)};
    }
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return fail(Errc::invalid, std::string("expected ") + forms);
    MCO_TRY(port, parse_port(text.substr(colon + 1)));
    auto host = text.substr(0, colon);
    if (host == "localhost")
        host = "127.0.0.1";
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed)
        host = host.substr(1, host.size() - 2);
    SystemError error;
    const auto address = asio::ip::make_address(std::string(host), error);
    if (error || address.is_v6() != bracketed || !address.is_loopback())
        return fail(Errc::denied,
                    std::string("figures are told on this machine alone: expected ") + forms);
    return LoopbackPort{address.to_string(), port};
}

}  // namespace mco::metrics
