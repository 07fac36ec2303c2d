#include "core/security/x509/cose.hpp"

#include "core/security/x509/cbor.hpp"

#include <algorithm>
#include <array>

namespace mco::x509 {

namespace {

using cbor::Major;

constexpr std::uint64_t tag_sign1 = 18;
constexpr std::int64_t label_algorithm = 1;
constexpr std::int64_t label_content_type = 3;
constexpr std::int64_t label_x5chain = 33;
constexpr std::size_t max_unprotected = 8;
constexpr int max_unprotected_depth = 4;

Expected<void> read_content_type(cbor::Reader& reader, Sign1& message) {
    MCO_TRY(item, reader.peek());
    if (item.major == Major::unsigned_int) {
        message.content_format = item.argument;
        MCO_CHECK(reader.head());
        return {};
    }
    MCO_TRY(type, reader.text());
    message.content_type = type;
    return {};
}

Expected<void> read_chain(cbor::Reader& reader, Sign1& message) {
    MCO_TRY(item, reader.peek());
    std::size_t certificates = 1;
    if (item.major == Major::array) {
        MCO_TRY(members, reader.array(max_chain));
        if (members == 0)
            return fail(Errc::malformed, "the certificate chain is empty");
        certificates = members;
    }
    for (std::size_t i = 0; i < certificates; ++i) {
        MCO_TRY(certificate, reader.bytes());
        message.chain.push_back(certificate);
    }
    return {};
}

Expected<void> read_algorithm(cbor::Reader& reader, Sign1& message) {
    MCO_TRY(number, reader.integer());
    MCO_TRY(algorithm, known_algorithm(number));
    message.algorithm = algorithm;
    return {};
}

struct KnownHeader {
    std::int64_t label;
    Expected<void> (*read)(cbor::Reader&, Sign1&);
    bool seen = false;
};

Expected<void> read_protected(Sign1& message) {
    if (message.protected_header.size() > max_protected_header)
        return fail(Errc::limit, "the protected header is too large");
    std::array known = {KnownHeader{label_algorithm, read_algorithm},
                        KnownHeader{label_content_type, read_content_type},
                        KnownHeader{label_x5chain, read_chain}};
    cbor::Reader reader(message.protected_header);
    MCO_TRY(pairs, reader.map(known.size()));
    for (std::size_t i = 0; i < pairs; ++i) {
        MCO_TRY(label, reader.integer());
        const auto header = std::find_if(known.begin(), known.end(), [label](const auto& one) {
            return one.label == label && !one.seen;
        });
        if (header == known.end())
            return fail(Errc::malformed,
                        "protected header " + std::to_string(label) + " is unknown or comes twice");
        header->seen = true;
        MCO_CHECK(header->read(reader, message));
    }
    if (!known[0].seen)
        return fail(Errc::malformed, "the protected header names no algorithm");
    return reader.finish();
}

/// Of the right form, whatever it says: nobody signed it.
Expected<void> skip_unprotected(cbor::Reader& reader, Sign1& message) {
    MCO_TRY(pairs, reader.map(max_unprotected));
    message.bare = pairs == 0;
    for (std::size_t i = 0; i < 2 * pairs; ++i)
        MCO_CHECK(reader.skip(max_unprotected_depth));
    return {};
}

}  // namespace

Expected<Algorithm> known_algorithm(std::int64_t number) {
    for (const auto algorithm :
         {Algorithm::es256, Algorithm::eddsa, Algorithm::es384, Algorithm::ps256}) {
        if (static_cast<std::int64_t>(algorithm) == number)
            return algorithm;
    }
    return fail(Errc::malformed,
                "signature algorithm " + std::to_string(number) + " is not supported");
}

Expected<Sign1> parse_sign1(std::string_view bytes) {
    cbor::Reader reader(bytes);
    MCO_TRY(tag, reader.head());
    if (tag != cbor::Head{Major::tag, tag_sign1})
        return fail(Errc::malformed, "not a tagged COSE_Sign1 message");
    MCO_TRY(items, reader.array(4));
    if (items != 4)
        return fail(Errc::malformed, "a COSE_Sign1 message has four items");

    Sign1 message;
    MCO_TRY(protected_header, reader.bytes());
    message.protected_header = protected_header;
    MCO_CHECK(skip_unprotected(reader, message));
    MCO_TRY(payload, reader.bytes());
    message.payload = payload;
    MCO_TRY(signature, reader.bytes());
    message.signature = signature;
    MCO_CHECK(reader.finish());
    MCO_CHECK(read_protected(message));
    return message;
}

std::string encode_header(const Header& header) {
    std::string out;
    const std::uint64_t pairs =
        1u + (header.content_type.empty() ? 0u : 1u) + (header.chain.empty() ? 0u : 1u);
    cbor::put_head(out, {Major::map, pairs});
    cbor::put_integer(out, label_algorithm);
    cbor::put_integer(out, static_cast<std::int64_t>(header.algorithm));
    if (!header.content_type.empty()) {
        cbor::put_integer(out, label_content_type);
        cbor::put_text(out, header.content_type);
    }
    if (header.chain.empty())
        return out;
    cbor::put_integer(out, label_x5chain);
    if (header.chain.size() > 1)  // RFC 9360: one certificate stands alone, not in an array
        cbor::put_head(out, {Major::array, header.chain.size()});
    for (const auto& certificate : header.chain)
        cbor::put_bytes(out, certificate);
    return out;
}

std::string to_be_signed(std::string_view protected_header, std::string_view payload) {
    std::string out;
    out.reserve(protected_header.size() + payload.size() + 32);
    cbor::put_head(out, {Major::array, 4});
    cbor::put_text(out, "Signature1");
    cbor::put_bytes(out, protected_header);
    cbor::put_bytes(out, "");
    cbor::put_bytes(out, payload);
    return out;
}

std::string encode_sign1(std::string_view protected_header,
                         std::string_view payload,
                         std::string_view signature) {
    std::string out;
    out.reserve(protected_header.size() + payload.size() + signature.size() + 32);
    cbor::put_head(out, {Major::tag, tag_sign1});
    cbor::put_head(out, {Major::array, 4});
    cbor::put_bytes(out, protected_header);
    cbor::put_head(out, {Major::map, 0});
    cbor::put_bytes(out, payload);
    cbor::put_bytes(out, signature);
    return out;
}

}  // namespace mco::x509
