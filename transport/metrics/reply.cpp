#include "transport/metrics/reply.hpp"

#include "core/metrics/text.hpp"

namespace mco::metrics {
namespace {

namespace http = boost::beast::http;

Response made(http::status status, std::string body) {
    Response response(status, 11);
    response.set(http::field::content_type, "text/plain; charset=utf-8");
    response.set(http::field::cache_control, "no-store");
    response.keep_alive(false);
    response.body() = std::move(body);
    response.prepare_payload();
    return response;
}

}  // namespace

Response reply_to(const Request& request, const std::function<std::string()>& text) {
    if (request.method() != http::verb::get) {
        auto response = made(http::status::method_not_allowed, "Only GET is answered here.\n");
        response.set(http::field::allow, "GET");
        return response;
    }
    if (request.target() != "/metrics")
        return made(http::status::not_found, "The figures are at /metrics.\n");
    auto response = made(http::status::ok, text());
    response.set(http::field::content_type, std::string(content_type));
    return response;
}

Response reply_to(const SystemError& error) {
    const bool too_long =
        error == http::error::header_limit || error == http::error::buffer_overflow;
    return too_long
               ? made(http::status::request_header_fields_too_large, "The header is too long.\n")
               : made(http::status::bad_request, "That is no request.\n");
}

}  // namespace mco::metrics
