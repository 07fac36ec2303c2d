// Ownership of OpenSSL's objects, and its error queue as text. For this folder's sources.
#pragma once

#include "core/bytes.hpp"

#include <openssl/types.h>

#include <memory>
#include <string>

namespace mco::x509 {

/// Frees what OpenSSL allocated: `Owned<BIO, BIO_free_all>`.
template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Freed<Free>>;

// Shared between a snapshot of the credentials, its cache of chains, and the workers that still use
// an older snapshot.
using KeyPtr = std::shared_ptr<EVP_PKEY>;
using CertificatePtr = std::shared_ptr<X509>;

/// Why the last call of OpenSSL on this thread failed; empties its queue.
std::string openssl_reason();

}  // namespace mco::x509
