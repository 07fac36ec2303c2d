// What is answered to a request for figures.
#pragma once

#include "system/asio.hpp"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <functional>
#include <string>

namespace mco::metrics {

using Request = boost::beast::http::request_header<>;
using Response = boost::beast::http::response<boost::beast::http::string_body>;

/// 200 with `text()` for GET /metrics, 405 for other methods, 404 for other targets. The connection
/// ends with it.
Response reply_to(const Request& request, const std::function<std::string()>& text);

/// 431 for a header that is too long, 400 for what is no HTTP.
Response reply_to(const SystemError& error);

}  // namespace mco::metrics
