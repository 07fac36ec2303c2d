// What is to be thought of brokers and of those who answered.
#include "cli/doctor/broker_check.hpp"
#include "cli/doctor/certificate_check.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mco::doctor {

namespace {

constexpr std::chrono::days notice(30);

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

/// What OpenSSL says of certificates and lists that begin later.
bool is_early(const std::string& why) {
    return why.find("not yet valid") != std::string::npos;
}

std::string advice_for_unproven(const std::string& why) {
    if (is_early(why))
        return clock_advice() + ". Or it is the clock of the CA's or the node's machine";
    if (why.find("revo") != std::string::npos)
        return "see the findings about revocation lists; or the node's certificate is revoked";
    if (why.find("chain") != std::string::npos)
        return "plugin.x509.ca here and the certificates of the nodes come from different CAs, or "
               "theirs have expired: run mco doctor --node there";
    return "nodes and clients need the same securityprovider, and the same key or CA: run mco "
           "doctor --node there";
}

}  // namespace

Findings judge_echoes(const std::string& broker, const Echoes& echoes, double seconds) {
    Findings findings;
    if (echoes.unproven > 0) {
        const Trouble trouble{fmt::format("{} answers were dropped, because nobody could prove who "
                                          "sent them: {}",
                                          echoes.unproven,
                                          echoes.why),
                              advice_for_unproven(echoes.why)};
        findings.push_back(echoes.proven > 0 ? warning("nodes", broker, trouble)
                                             : problem("nodes", broker, trouble));
    } else if (echoes.proven == 0) {
        findings.push_back(
            problem("nodes",
                    broker,
                    {fmt::format("none answered within {:.1f} s", seconds),
                     "no node is on this broker, or all refuse us. On a node: mco doctor --node, "
                     "and its log tells at which gate our request was dropped: grep 'dropped at' "
                     "in its logfile"}));
    }
    if (echoes.proven > 0)
        findings.push_back(ok(
            "nodes", broker, fmt::format("{} answered within {:.1f} s", echoes.proven, seconds)));
    return findings;
}

Finding judge_broker_certificate(const std::string& broker,
                                 const std::string& host,
                                 const BrokerCertificate& certificate,
                                 TimePoint now) {
    const auto names = joined(certificate.names);
    if (!certificate.refusal.empty()) {
        const auto listed = std::find(certificate.names.begin(), certificate.names.end(), host);
        const bool other_name = certificate.refusal.find("mismatch") != std::string::npos &&
                                listed == certificate.names.end();
        return problem(
            "TLS",
            broker,
            {fmt::format("the broker's certificate is refused: {} (it is for {}, issued by {}, "
                         "valid until {})",
                         certificate.refusal,
                         names,
                         certificate.issuer,
                         time_text(certificate.not_after)),
             now < certificate.not_before || is_early(certificate.refusal) ? clock_advice()
             : other_name ? "set the pool's host to a name the certificate has, or give the broker "
                            "one for " +
                                host
             : certificate.not_after <= now
                 ? "renew the broker's certificate"
                 : "the pool's ssl.ca has to hold the CA that issued it: " + certificate.issuer});
    }
    if (certificate.not_after - now < notice)
        return warning(
            "TLS",
            broker,
            {"the broker's certificate expires in " + span_text(certificate.not_after - now),
             "renew the broker's certificate"});
    return ok("TLS",
              broker,
              fmt::format("certificate for {}, issued by {}, valid until {}",
                          names,
                          certificate.issuer,
                          time_text(certificate.not_after)));
}

void forgive_spares(std::vector<Findings>& servers, const std::vector<bool>& usable) {
    if (std::find(usable.begin(), usable.end(), true) == usable.end())
        return;
    for (std::size_t i = 0; i < servers.size(); ++i)
        for (auto& finding : servers[i])
            if (!usable.at(i) && finding.status == Status::problem) {
                finding.status = Status::warning;
                finding.message += "; another broker of the pool is there";
            }
}

}  // namespace mco::doctor
