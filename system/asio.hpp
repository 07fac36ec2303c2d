// The only way to Asio: Boost 1.74's awaitable.hpp forgets <utility> (rule R0, docs/adr/0004).
// For transport/, daemon/, broker/ and client/ only.
#pragma once

// clang-format off
#include <utility>
#include <boost/asio.hpp>

// clang-format on

namespace mco {
namespace asio = boost::asio;
using SystemError = boost::system::error_code;
}  // namespace mco
