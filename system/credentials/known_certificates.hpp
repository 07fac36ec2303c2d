// The file in which a client of the x509 provider remembers the certificates of nodes from one run
// to the next (ADR 18).
#pragma once

#include "core/error.hpp"
#include "core/security/x509/provider.hpp"
#include "core/time.hpp"

#include <cstddef>
#include <string>
#include <utility>

namespace mco::credentials {

/// It is a cache: whatever is wrong with it, the certificates are verified again. I/O thread.
class KnownCertificates {
  public:
    static constexpr std::size_t largest_file = 64u << 20;  ///< bytes

    /// `provider` must outlive it.
    KnownCertificates(std::string path, x509::X509Provider& provider)
        : path_(std::move(path)), provider_(provider) {}

    /// Takes in what is in the file; none is no error. Errors say why it is not used: denied for a
    /// file that others could have written, or that was written with another private key, authority
    /// or revocation list; io, limit, malformed.
    Expected<void> recall(TimePoint now);

    /// Writes the file anew when nodes were proven that are not in it. Errors: io, unavailable.
    Expected<void> save() const;

  private:
    const std::string path_;
    x509::X509Provider& provider_;
};

}  // namespace mco::credentials
