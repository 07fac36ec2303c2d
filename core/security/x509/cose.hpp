// COSE_Sign1 (RFC 9052) as the x509 provider uses it: algorithm, content type and the signer's
// chain stand in the protected header, so that the signature covers whose it is. Only the
// container; keys are signature.hpp.
//
//   18([ protected: bstr .cbor { 1: algorithm, ? 3: content type, ? 33: certificate / [ +
//   certificate ] },
//        unprotected: { * any => any },          never looked into
//        payload: bstr, signature: bstr ])
#pragma once

#include "core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::x509 {

/// The registered numbers (RFC 9053 section 2, RFC 8230).
enum class Algorithm : std::int64_t { es256 = -7, eddsa = -8, es384 = -35, ps256 = -37 };

/// Errors: malformed for every other number.
Expected<Algorithm> known_algorithm(std::int64_t number);

constexpr std::size_t max_protected_header = 64u << 10;  ///< bytes
constexpr std::size_t max_chain = 8;                     ///< certificates

/// The protected header, to be written.
struct Header {
    Algorithm algorithm = Algorithm::es256;
    std::string content_type;        ///< media type; empty: not said
    std::vector<std::string> chain;  ///< DER, the signer's first
};

/// A parsed message: views into the bytes that were parsed. Nothing in it is trusted.
struct Sign1 {
    Algorithm algorithm = Algorithm::es256;
    std::string_view content_type;                ///< empty: not said, or said as a number
    std::optional<std::uint64_t> content_format;  ///< the content type as a registered number
    std::vector<std::string_view> chain;          ///< DER, the signer's first
    std::string_view protected_header;
    std::string_view payload;
    std::string_view signature;
    bool bare = true;  ///< the unprotected header is empty
};

/// The message in `bytes`, and nothing after it. Refuses other algorithms, unknown protected
/// headers and labels that come twice. Errors: malformed, limit. Any thread.
Expected<Sign1> parse_sign1(std::string_view bytes);

/// The protected header's content.
std::string encode_header(const Header& header);

/// Sig_structure (RFC 9052 section 4.4): what is signed, without external data.
std::string to_be_signed(std::string_view protected_header, std::string_view payload);

/// The tagged message, with an empty unprotected header.
std::string encode_sign1(std::string_view protected_header,
                         std::string_view payload,
                         std::string_view signature);

}  // namespace mco::x509
