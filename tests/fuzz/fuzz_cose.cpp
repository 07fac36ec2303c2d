// The x509 provider on arbitrary bytes. The first byte chooses where they stand: as a whole
// message, as the signed content of a request or of a reply, as a protected header, or as a
// certificate. What nobody signed is never proven; what is proven says the same after being sealed
// again.
#include "core/security/x509/content.hpp"
#include "core/security/x509/cose.hpp"
#include "core/security/x509/pem.hpp"
#include "core/security/x509/provider.hpp"
#include "core/security/x509/signature.hpp"
#include "core/security/x509/testing_pki.hpp"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace {

using namespace mco;
using namespace mco::x509;

void require(bool holds) {
    if (!holds)
        std::abort();
}

/// One who signs whatever it is given.
struct Member {
    explicit Member(testing::Authority& ca, const std::string& name) : credential(ca.issue(name)) {
        const Material material{
            credential.certificate_pem, credential.private_key_pem, ca.certificate_pem(), {}};
        provider = *X509Provider::make({}, material);
        key = *private_key_from_pem(credential.private_key_pem);
        header =
            encode_header({Algorithm::es256, {}, {testing::der_of(credential.certificate_pem)}});
    }

    std::string sealed(std::string_view payload) const {
        return encode_sign1(
            header, payload, *sign(key.get(), Algorithm::es256, to_be_signed(header, payload)));
    }

    testing::Credential credential;
    std::unique_ptr<X509Provider> provider;
    KeyPtr key;
    std::string header;
};

struct Site {
    testing::Authority ca{"Puppet CA"};
    Member caller{ca, "alice.mcollective"};
    Member node{ca, "web1"};
};

const std::string awaited(32, 'a');

void check_unproven(Site& site, const std::string& bytes) {
    const message::Delivery delivery{bytes, {}, {}};
    require(!site.node.provider->prove_request(delivery, testing::test_now()));
    require(!site.caller.provider->prove_reply(delivery, awaited, testing::test_now()));
}

void check_message(Site& site, std::string_view bytes) {
    if (const auto parsed = parse_sign1(bytes);
        parsed && parsed->bare && parsed->content_type.empty() && !parsed->content_format) {
        const Header header{parsed->algorithm, {}, {parsed->chain.begin(), parsed->chain.end()}};
        const auto again = encode_sign1(encode_header(header), parsed->payload, parsed->signature);
        const auto reparsed = parse_sign1(again);
        require(reparsed && reparsed->algorithm == parsed->algorithm &&
                reparsed->chain == parsed->chain && reparsed->payload == parsed->payload &&
                reparsed->signature == parsed->signature);
    }
    check_unproven(site, std::string(bytes));
}

void check_request(Site& site, std::string_view payload) {
    const auto proof = site.node.provider->prove_request({site.caller.sealed(payload), {}, {}},
                                                         testing::test_now());
    if (!proof)
        return;
    require((*proof)->caller == "cert=alice.mcollective");
    const auto sealed = site.caller.provider->seal_request(proof->claims());
    require(sealed.has_value());
    const auto again = site.node.provider->prove_request({*sealed, {}, {}}, testing::test_now());
    require(again.has_value() && (*again)->body == (*proof)->body &&
            (*again)->filter == (*proof)->filter && (*again)->reply_to == (*proof)->reply_to &&
            (*again)->time == (*proof)->time);
}

void check_reply(Site& site, std::string_view payload) {
    const auto reply = site.caller.provider->prove_reply(
        {site.node.sealed(payload), {}, {}}, awaited, testing::test_now());
    if (!reply)
        return;
    require(reply->sender == "web1" && reply->id == awaited);
    const auto content = encode_reply(*reply);
    require(content.has_value());
    const auto again = decode_reply(*content);
    require(again.has_value() && again->body == reply->body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Site site;  // making certificates takes longer than a thousand inputs
    if (size == 0)
        return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 5) {
        case 0:
            check_message(site, bytes);
            break;
        case 1:
            check_request(site, bytes);
            break;
        case 2:
            check_reply(site, bytes);
            break;
        case 3:
            check_unproven(site, encode_sign1(bytes, "{}", std::string(64, '\1')));
            break;
        default:
            check_unproven(
                site,
                encode_sign1(
                    encode_header({Algorithm::es256, {}, {std::string(bytes)}}), "{}", "x"));
    }
    return 0;
}
