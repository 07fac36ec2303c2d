// What a certificate says of its owner besides the name: the extensions under Puppet's arcs, which
// Puppet shows as `trusted.extensions`.
#pragma once

#include "core/message/message.hpp"

#include <openssl/types.h>

#include <cstddef>

namespace mco::x509 {

constexpr std::size_t max_extensions = 64;  ///< of a certificate; those after it are left out
constexpr std::size_t max_extension_size = 1'024;  ///< bytes of a value; a longer one is left out

/// The extensions below 1.3.6.1.4.1.34380.1.1 (registered), .2 (a site's own) and .3
/// (authorisation), in the certificate's order: by Puppet's name where it has one (`pp_role`),
/// otherwise by number. Left out is what is no single line of UTF-8, and what stands there twice.
/// Any thread.
message::Trusted puppet_extensions(const X509* certificate);

}  // namespace mco::x509
