#include "core/security/x509/known_nodes.hpp"

#include "core/security/x509/cbor.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <algorithm>
#include <utility>

namespace mco::x509 {

namespace {

using cbor::Major;

constexpr std::string_view first_line = "mco known certificates 1\n";
constexpr std::string_view purpose_of_key = "mcollective: known certificates 1";
constexpr std::size_t members = 6;
constexpr std::size_t usual_size = 192;  // bytes of an entry with a P-256 key

std::int64_t milliseconds(TimePoint time) {
    return time.time_since_epoch().count();
}

void put(std::string& out, const KnownNode& node) {
    cbor::put_head(out, {Major::array, members});
    cbor::put_bytes(out, view_of(node.chain.data(), node.chain.size()));
    cbor::put_text(out, node.name);
    cbor::put_integer(out, milliseconds(node.since));
    cbor::put_integer(out, milliseconds(node.until));
    cbor::put_integer(out, static_cast<std::int64_t>(node.key.algorithm));
    cbor::put_bytes(out, node.key.bytes);
}

Expected<TimePoint> read_time(cbor::Reader& reader) {
    MCO_TRY(count, reader.integer());
    return TimePoint(std::chrono::milliseconds(count));
}

Expected<KnownNode> read_node(cbor::Reader& reader) {
    MCO_TRY(size, reader.array(members));
    MCO_TRY(chain, reader.bytes());
    KnownNode node;
    if (size != members || chain.size() != node.chain.size())
        return fail(Errc::malformed, "no entry of known certificates");
    std::copy(chain.begin(), chain.end(), node.chain.begin());
    MCO_TRY(name, reader.text());
    MCO_TRY(since, read_time(reader));
    MCO_TRY(until, read_time(reader));
    MCO_TRY(number, reader.integer());
    MCO_TRY(algorithm, known_algorithm(number));
    MCO_TRY(key, reader.bytes());
    node.name = name;
    node.key = {algorithm, std::string(key)};
    node.since = since;
    node.until = until;
    return node;
}

/// SHA-256 over both texts, so that no two pairs give the same.
Expected<Fingerprint> digest_of(std::string_view ca, const std::optional<std::string>& crl) {
    std::string whole;
    whole.reserve(ca.size() + (crl ? crl->size() : 0) + 32);
    cbor::put_head(whole, {Major::array, crl ? 2U : 1U});
    cbor::put_bytes(whole, ca);
    if (crl)
        cbor::put_bytes(whole, *crl);
    Fingerprint digest{};
    unsigned length = 0;
    if (EVP_Digest(whole.data(), whole.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
        return fail(Errc::unavailable, "cannot compute SHA-256: " + openssl_reason());
    return digest;
}

/// OpenSSL takes what it only reads as something that it could write.
OSSL_PARAM octets(const char* name, std::string_view bytes) {
    return OSSL_PARAM_construct_octet_string(
        name, const_cast<char*>(bytes.data()), bytes.size());  // NOLINT(*-const-cast)
}

}  // namespace

std::string encode_known_nodes(const std::vector<KnownNode>& nodes) {
    const auto count = std::min(nodes.size(), most_known_nodes);
    std::string out;
    out.reserve(count * usual_size);
    cbor::put_head(out, {Major::array, count});
    for (std::size_t i = 0; i < count; ++i)
        put(out, nodes[i]);
    return out;
}

Expected<std::vector<KnownNode>> decode_known_nodes(std::string_view cbor) {
    cbor::Reader reader(cbor);
    MCO_TRY(count, reader.array(most_known_nodes));
    std::vector<KnownNode> nodes;
    nodes.reserve(std::min(count, cbor.size() / sizeof(Fingerprint)));
    for (std::size_t i = 0; i < count; ++i) {
        MCO_TRY(node, read_node(reader));
        nodes.push_back(std::move(node));
    }
    MCO_CHECK(reader.finish());
    return nodes;
}

Expected<MemorySeal> MemorySeal::make(std::string_view private_key,
                                      std::string_view ca,
                                      const std::optional<std::string>& crl) {
    MCO_TRY(trusted, digest_of(ca, crl));
    const Owned<EVP_KDF, EVP_KDF_free> hkdf(EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_HKDF, nullptr));
    const Owned<EVP_KDF_CTX, EVP_KDF_CTX_free> context(hkdf ? EVP_KDF_CTX_new(hkdf.get())
                                                            : nullptr);
    std::string digest = OSSL_DIGEST_NAME_SHA2_256;
    const std::array parameters = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
        octets(OSSL_KDF_PARAM_KEY, private_key),
        octets(OSSL_KDF_PARAM_SALT, view_of(trusted.data(), trusted.size())),
        octets(OSSL_KDF_PARAM_INFO, purpose_of_key),
        OSSL_PARAM_construct_end()};
    MemorySeal seal;
    if (!context ||
        EVP_KDF_derive(context.get(), seal.key_.data(), seal.key_.size(), parameters.data()) != 1)
        return fail(Errc::unavailable, "cannot derive a key by HKDF: " + openssl_reason());
    return seal;
}

Expected<MemorySeal::Mac> MemorySeal::mac(std::string_view cbor) const {
    std::string whole(first_line);
    whole += cbor;
    Mac mac{};
    std::size_t size = 0;
    if (EVP_Q_mac(nullptr,
                  OSSL_MAC_NAME_HMAC,
                  nullptr,
                  OSSL_DIGEST_NAME_SHA2_256,
                  nullptr,
                  key_.data(),
                  key_.size(),
                  bytes_of(std::string_view(whole)),
                  whole.size(),
                  mac.data(),
                  mac.size(),
                  &size) == nullptr ||
        size != mac.size())
        return fail(Errc::unavailable, "cannot compute HMAC-SHA-256: " + openssl_reason());
    return mac;
}

Expected<std::string> MemorySeal::close(const std::vector<KnownNode>& nodes) const {
    const auto cbor = encode_known_nodes(nodes);
    MCO_TRY(mac, this->mac(cbor));
    std::string sealed(first_line);
    sealed += view_of(mac.data(), mac.size());
    return sealed += cbor;
}

Expected<std::vector<KnownNode>> MemorySeal::open(std::string_view sealed) const {
    const auto foreign = [] {
        return fail(Errc::denied,
                    "it was not written with this private key, authority and revocation list");
    };
    if (!sealed.starts_with(first_line) || sealed.size() < first_line.size() + sizeof(Mac))
        return foreign();
    const auto shown = sealed.substr(first_line.size(), sizeof(Mac));
    const auto cbor = sealed.substr(first_line.size() + sizeof(Mac));
    MCO_TRY(mac, this->mac(cbor));
    if (CRYPTO_memcmp(mac.data(), shown.data(), mac.size()) != 0)
        return foreign();
    return decode_known_nodes(cbor);
}

}  // namespace mco::x509
