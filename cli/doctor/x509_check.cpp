// The files of the x509 provider, one after the other.
#include "cli/doctor/certificate_check.hpp"
#include "cli/doctor/certificate_facts.hpp"
#include "cli/doctor/security_check.hpp"
#include "system/credentials/x509_files.hpp"
#include "system/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mco::doctor {

namespace {

using credentials::Role;

class X509Check {
  public:
    explicit X509Check(const Subject& subject)
        : subject_(subject), holder_(subject.role == Role::node ? Holder::node : Holder::caller) {}

    Findings run() {
        const auto found = credentials::find_x509_files(
            subject_.config, subject_.role, credentials::this_process(subject_.home));
        if (!found) {
            add(problem("certificate", "", {found.error().message, bootstrap()}));
            return std::move(findings_);
        }
        files_ = *found;
        certificate_ = read("certificate", files_.certificate);
        ca_ = read("ca", files_.ca);
        look_at_key();
        look_at_certificate();
        look_at_lists();
        verify_all();
        return std::move(findings_);
    }

  private:
    void add(Finding finding) { findings_.push_back(std::move(finding)); }

    std::string bootstrap() const {
        return holder_ == Holder::node
                   ? "puppet ssl bootstrap fetches a certificate; or set plugin.x509.certificate, "
                     "private_key, ca and crl in " +
                         subject_.config.file
                   : "get one on the CA: puppetserver ca generate --certname USER.mcollective; or "
                     "set plugin.x509.certificate, private_key, ca and crl in " +
                         subject_.config.file;
    }

    /// By which rule the file is the one.
    std::string rule(const std::string& name) const {
        const auto setting = subject_.config.plugin.find("x509." + name);
        return setting != subject_.config.plugin.end() && !setting->second.value.empty()
                   ? "named in " + setting->second.origin
                   : "found in Puppet's directory";
    }

    /// A file that is no secret; what is wrong with it is told.
    std::optional<std::string> read(const std::string& name, const std::string& path) {
        const std::string check = name == "ca"    ? "authority"
                                  : name == "crl" ? "revocation list"
                                                  : name;
        auto finding = judge_public(check, look_at(path), subject_.observer);
        const bool usable = finding.status == Status::ok || finding.status == Status::warning;
        if (finding.status == Status::ok)
            finding.message = rule(name) + ", " + finding.message;
        else if (!usable && finding.advice.starts_with("create it"))
            finding.advice = bootstrap();
        add(std::move(finding));
        auto text = system::read_file(path);
        return usable && text ? std::optional(*std::move(text)) : std::nullopt;
    }

    void look_at_key() {
        auto finding = judge_secret("private key", look_at(files_.private_key), subject_.observer);
        const bool readable = look_at(files_.private_key).readable;
        if (finding.status == Status::ok)
            finding.message = rule("private_key") + ", " + finding.message;
        add(std::move(finding));
        const auto key = readable ? system::read_file(files_.private_key)
                                  : Expected<std::string>(fail(Errc::io, ""));
        if (!key || !certificate_)
            return;
        const auto fits = is_pair(*certificate_, *key);
        if (!fits)
            return add(problem("private key",
                               files_.private_key,
                               {fits.error().message, renewal(own_name(), holder_)}));
        add(*fits ? ok("private key", files_.private_key, "belongs to the certificate")
                  : problem(
                        "private key",
                        files_.private_key,
                        {"is not the key of " + files_.certificate,
                         "name the two that belong together, or " + renewal(own_name(), holder_)}));
    }

    std::string own_name() const {
        const auto facts = certificate_ ? examine_certificate(*certificate_)
                                        : Expected<CertificateFacts>(fail(Errc::io, ""));
        return facts ? facts->name : subject_.config.identity;
    }

    void look_at_certificate() {
        if (!certificate_)
            return;
        const auto facts = examine_certificate(*certificate_);
        if (!facts)
            return add(
                problem("certificate", files_.certificate, {facts.error().message, bootstrap()}));
        add(judge_validity(files_.certificate, *facts, holder_, subject_.now));
        add(judge_name(files_.certificate, *facts, holder_, subject_.config));
        add(judge_usage(files_.certificate, *facts, holder_));
        if (!ca_)
            return;
        const auto issued = check_issued(*certificate_, *ca_);
        add(issued
                ? ok("chain", files_.certificate, facts->subject + ", issued by " + facts->issuer)
                : problem("chain",
                          files_.certificate,
                          {fmt::format("does not come from the authority in {}: {}",
                                       files_.ca,
                                       issued.error().message),
                           "take certificate and authority from the same CA, the one that the "
                           "nodes use; " +
                               renewal(facts->name, holder_)}));
    }

    void look_at_lists() {
        const std::string check = "revocation list";
        const bool there = look_at(files_.crl).kind != FileFacts::Kind::missing;
        if (files_.crl.empty() || (!files_.crl_required && !there))
            return add(warning(check,
                               files_.crl,
                               {"there is none: revoked certificates are accepted",
                                "set plugin.x509.crl to Puppet's crl.pem; puppet ssl bootstrap "
                                "fetches it"}));
        lists_ = read("crl", files_.crl);
        if (!lists_)
            return;
        const auto facts = examine_revocation_lists(*lists_);
        if (!facts)
            return add(problem(check,
                               files_.crl,
                               {facts.error().message, "fetch it again: puppet ssl bootstrap"}));
        for (auto& finding : judge_revocation_lists(files_.crl, *facts, subject_.now))
            add(std::move(finding));
        const auto revoked =
            certificate_ ? is_revoked(*certificate_, *lists_) : Expected<bool>(false);
        if (revoked && *revoked)
            add(problem("revocation",
                        own_name(),
                        {"our own certificate is revoked: nobody believes us",
                         renewal(own_name(), holder_)}));
    }

    /// Catches what the checks before did not name.
    void verify_all() {
        const bool told = std::any_of(findings_.begin(), findings_.end(), [](const auto& finding) {
            return finding.status == Status::problem;
        });
        if (told || !certificate_ || !ca_)
            return;
        const auto verified =
            verify({*certificate_, *ca_, lists_, holder_ == Holder::node}, subject_.now);
        add(verified
                ? ok("verification", own_name(), "others can verify us")
                : problem("verification",
                          own_name(),
                          {"others would refuse us: " + verified.error().message,
                           verified.error().message.find("not yet valid") != std::string::npos
                               ? clock_advice()
                               : "the authority's file needs every authority between us and the "
                                 "root, the list's file a list of each (puppet ssl bootstrap "
                                 "fetches both)"}));
    }

    const Subject& subject_;
    const Holder holder_;
    credentials::X509Files files_;
    std::optional<std::string> certificate_;
    std::optional<std::string> ca_;
    std::optional<std::string> lists_;
    Findings findings_;
};

}  // namespace

Findings check_x509(const Subject& subject) {
    return X509Check(subject).run();
}

}  // namespace mco::doctor
