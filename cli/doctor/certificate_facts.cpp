#include "cli/doctor/certificate_facts.hpp"

#include "core/security/x509/chain.hpp"
#include "core/security/x509/pem.hpp"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>

namespace mco::doctor {

namespace {

TimePoint time_of(const ASN1_TIME* time) {
    std::tm broken_down{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &broken_down) != 1)
        return TimePoint::min();
    return TimePoint(std::chrono::seconds(timegm(&broken_down)));
}

bool allows(X509* certificate, std::uint32_t usage) {
    return (X509_get_extension_flags(certificate) & EXFLAG_XKUSAGE) == 0 ||
           (X509_get_extended_key_usage(certificate) & (usage | XKU_ANYEKU)) != 0;
}

}  // namespace

Expected<CertificateFacts> examine_certificate(const std::string& pem) {
    MCO_TRY(certificates, x509::certificates_from_pem(pem));
    auto* const first = certificates.front().get();
    MCO_TRY(name, x509::common_name(first));
    return CertificateFacts{std::move(name),
                            x509::written_name(X509_get_subject_name(first)),
                            x509::written_name(X509_get_issuer_name(first)),
                            x509::beginning(first),
                            x509::expiry(first),
                            allows(first, XKU_SSL_CLIENT),
                            allows(first, XKU_SSL_SERVER)};
}

Expected<bool> is_pair(const std::string& certificate_pem, const std::string& key_pem) {
    MCO_TRY(certificates, x509::certificates_from_pem(certificate_pem));
    MCO_TRY(key, x509::private_key_from_pem(key_pem));
    const bool fits = X509_check_private_key(certificates.front().get(), key.get()) == 1;
    ERR_clear_error();
    return fits;
}

Expected<std::vector<RevocationListFacts>> examine_revocation_lists(const std::string& pem) {
    MCO_TRY(lists, x509::revocation_lists_from_pem(pem));
    std::vector<RevocationListFacts> facts;
    for (const auto& list : lists) {
        const auto* next = X509_CRL_get0_nextUpdate(list.get());
        const auto* entries = X509_CRL_get_REVOKED(list.get());
        facts.push_back(
            {x509::written_name(X509_CRL_get_issuer(list.get())),
             time_of(X509_CRL_get0_lastUpdate(list.get())),
             next == nullptr ? std::nullopt : std::optional(time_of(next)),
             entries == nullptr ? 0 : static_cast<std::size_t>(sk_X509_REVOKED_num(entries))});
    }
    return facts;
}

Expected<bool> is_revoked(const std::string& certificate_pem, const std::string& crl_pem) {
    MCO_TRY(certificates, x509::certificates_from_pem(certificate_pem));
    MCO_TRY(lists, x509::revocation_lists_from_pem(crl_pem));
    auto* const own = certificates.front().get();
    for (const auto& list : lists) {
        X509_REVOKED* entry = nullptr;
        const bool same_issuer =
            X509_NAME_cmp(X509_CRL_get_issuer(list.get()), X509_get_issuer_name(own)) == 0;
        if (same_issuer && X509_CRL_get0_by_cert(list.get(), &entry, own) == 1)
            return true;
    }
    return false;
}

Expected<void> check_issued(const std::string& certificate_pem, const std::string& ca_pem) {
    MCO_TRY(trust, x509::TrustStore::make(ca_pem, std::nullopt));
    MCO_TRY(chain, x509::certificates_from_pem(certificate_pem));
    return trust.check_issued(chain);
}

Expected<void> verify(const Presented& presented, TimePoint now) {
    MCO_TRY(trust, x509::TrustStore::make(presented.ca_pem, presented.crl_pem));
    MCO_TRY(certificates, x509::certificates_from_pem(presented.certificate_pem));
    std::vector<std::string> chain;
    for (const auto& certificate : certificates) {
        MCO_TRY(der, x509::certificate_to_der(certificate.get()));
        chain.push_back(std::move(der));
    }
    const auto purpose = presented.as_node ? x509::Purpose::node : x509::Purpose::caller;
    MCO_TRY(verified, trust.verify({chain.begin(), chain.end()}, purpose, now));
    static_cast<void>(verified);
    return {};
}

}  // namespace mco::doctor
