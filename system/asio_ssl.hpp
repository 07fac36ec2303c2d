// Asio's TLS streams on top of system/asio.hpp; apart from it, because OpenSSL's headers cost every
// file that reads them.
#pragma once

#include "system/asio.hpp"

#include <boost/asio/ssl.hpp>
