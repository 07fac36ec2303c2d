// Throw-away certificates for tests, made with OpenSSL on the spot and written as PEM files into
// one directory.
#pragma once

#include <memory>
#include <string>

struct evp_pkey_st;
struct x509_st;

namespace mco::stomp {

enum class KeyKind { ec, rsa };

/// File names.
struct CertificateFiles {
    std::string certificate;
    std::string key;
};

class TestAuthority {
  public:
    /// `directory` must exist; files are named after `name`.
    TestAuthority(std::string directory, const std::string& name);
    ~TestAuthority();
    TestAuthority(const TestAuthority&) = delete;
    TestAuthority& operator=(const TestAuthority&) = delete;

    /// The authority's own certificate.
    const std::string& file() const { return file_; }

    /// A certificate with that common name and subject alternative name ("IP:127.0.0.1",
    /// "DNS:broker"), valid for a day.
    CertificateFiles issue(const std::string& name,
                           const std::string& alternative_name,
                           KeyKind kind = KeyKind::ec) const;

  private:
    std::string directory_;
    std::string file_;
    std::shared_ptr<evp_pkey_st> key_;
    std::shared_ptr<x509_st> certificate_;
};

}  // namespace mco::stomp
