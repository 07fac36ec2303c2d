#include "broker/certificate_rights.hpp"

#include <utility>

namespace mco::broker {

namespace {

Expected<bool> matches_any(const std::vector<filter::Pattern>& patterns, std::string_view text) {
    for (const filter::Pattern& pattern : patterns) {
        MCO_TRY(matched, pattern.matches_whole(text));
        if (matched)
            return true;
    }
    return false;
}

}  // namespace

Expected<CertificateRights> CertificateRights::create(const std::vector<std::string>& callers) {
    CertificateRights rights;
    for (const std::string& source : callers) {
        MCO_TRY(pattern, filter::Pattern::compile(source));
        rights.callers_.push_back(std::move(pattern));
    }
    return rights;
}

AccountPtr CertificateRights::account(std::string_view common_name) const {
    // The identity of a node is a glob pattern: a name with a wildcard would stand for others too.
    if (common_name.empty() || common_name.find('*') != std::string_view::npos)
        return nullptr;
    const auto calls = matches_any(callers_, common_name);
    if (!calls)
        return nullptr;
    Account account;
    account.name = certificate_account(common_name);
    account.rights.role = *calls ? Role::client : Role::node;
    if (!*calls)
        account.rights.identity = common_name;
    return std::make_shared<const Account>(std::move(account));
}

}  // namespace mco::broker
