// A throw-away certificate authority for tests: issues certificates of every kind and every defect,
// in-process. Link mco_testing_pki. Failures of OpenSSL abort: a test cannot go on without its
// certificates.
#pragma once

#include "core/time.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mco::x509::testing {

enum class KeyKind : std::uint8_t { p256, p384, ed25519, rsa2048, rsa1024, p521, rsa4096 };

/// Noon of 1 June 2026: the present of these tests. Certificates and lists are current from a day
/// before to 30 days after.
TimePoint test_now();

struct Wanted {
    std::string name;  ///< common name; a '|' separates several
    KeyKind key = KeyKind::p256;
    std::vector<std::string> key_purposes = {"serverAuth",
                                             "clientAuth"};  ///< empty: no such extension
    TimePoint not_before = test_now() - std::chrono::days(1);
    TimePoint not_after = test_now() + std::chrono::days(30);
    std::vector<std::string> alternative_names = {};  ///< "DNS:name", "IP:address"; empty: none
    /// Numbers and contents in OpenSSL's notation, such as `ASN1:UTF8String:web` or `DER:77:65`.
    std::vector<std::pair<std::string, std::string>> extensions = {};
};

/// A certificate with its key, as the files of a Puppet ssldir hold them.
struct Credential {
    std::string certificate_pem;
    std::string private_key_pem;
};

class Authority {
  public:
    /// A self-signed root, valid for 400 days before and after `now`.
    explicit Authority(const std::string& name,
                       KeyKind key = KeyKind::p256,
                       TimePoint now = test_now());
    /// Somebody who issues certificates with this credential, whether it allows that or not.
    explicit Authority(const Credential& credential);
    ~Authority();
    Authority(Authority&&) noexcept;
    Authority& operator=(Authority&&) noexcept;

    Credential issue(const Wanted& wanted);
    Credential issue(const std::string& name, KeyKind key = KeyKind::p256);
    /// An intermediate authority signed by this one.
    Authority subordinate(const std::string& name, KeyKind key = KeyKind::p256);

    /// A list that revokes these certificates (PEM), current unless told otherwise.
    std::string revocation_list(const std::vector<std::string>& revoked_pem,
                                TimePoint this_update = test_now() - std::chrono::days(1),
                                TimePoint next_update = test_now() + std::chrono::days(30)) const;

    std::string certificate_pem() const;

  private:
    struct State;
    explicit Authority(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// A certificate signed by its own key.
Credential self_signed(const Wanted& wanted);

/// The DER bytes of the first certificate in `pem`.
std::string der_of(const std::string& pem);

}  // namespace mco::x509::testing
