// SHA-256 as text, for what is compared and for what is not shown.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // OpenSSL's

namespace mco::ral {

/// The first `bytes` (at most 32) of the digest, two hex digits each. Throws std::runtime_error if
/// this OpenSSL has no SHA-256: two nodes must never seem equal for want of it.
std::string sha256_hex(std::string_view content, std::size_t bytes);

/// The same of content that comes in pieces, which are not kept. Throws as sha256_hex() does. One
/// thread.
class Sha256 {
  public:
    Sha256();
    void add(std::string_view piece);
    std::string hex(std::size_t bytes);  ///< once, at the end

  private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };

    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace mco::ral
