#include "broker/logins.hpp"

#include <utility>

namespace mco::broker {

namespace {

/// More than any password that a person or a program makes; hashing and keeping it costs.
constexpr std::size_t longest_passcode = 1024;

AccountPtr everybody(const std::string& common_name) {
    Account account;
    account.name = common_name.empty() ? "anonymous" : certificate_account(common_name);
    account.rights.role = Role::any;
    return std::make_shared<const Account>(std::move(account));
}

}  // namespace

void Logins::use(Users users) {
    users_ = std::move(users);
}

void Logins::use(CertificateRights rights) {
    certificates_ = std::move(rights);
}

std::optional<PasswordChecks::Ticket> Logins::check(Credentials credentials,
                                                    const std::string& common_name,
                                                    Done done) {
    AccountPtr account = claimed_account(credentials, common_name);
    const bool needs_password = users_ && !credentials.login.empty();
    if (!needs_password || credentials.passcode.size() > longest_passcode) {
        answer(needs_password ? nullptr : std::move(account), std::move(done));
        return std::nullopt;
    }
    // The outcome goes through `done` in each case, so it is shared with the check.
    const auto shared = std::make_shared<Done>(std::move(done));
    auto ticket = checks_.add({std::move(account),
                               std::move(credentials.login),
                               std::move(credentials.passcode),
                               [shared](AccountPtr found) { (*shared)(std::move(found)); }});
    if (ticket)
        return *ticket;
    answer(fail(ticket.error().code, ticket.error().message), std::move(*shared));
    return std::nullopt;
}

void Logins::answer(Expected<AccountPtr> outcome, Done done) {
    asio::post(loop_, [outcome = std::move(outcome), done = std::move(done)] { done(outcome); });
}

AccountPtr Logins::claimed_account(const Credentials& credentials,
                                   const std::string& common_name) const {
    if (!users_ && !certificates_)
        return everybody(common_name);
    if (users_ && !credentials.login.empty())
        return users_->by_name(credentials.login);
    return certified_account(common_name);
}

AccountPtr Logins::certified_account(std::string_view common_name) const {
    AccountPtr account = users_ ? users_->by_certificate(common_name) : nullptr;
    return !account && certificates_ ? certificates_->account(common_name) : account;
}

AccountPtr Logins::current(const AccountPtr& account) const {
    if (!users_ && !certificates_)
        return account;
    if (const std::string_view name = certificate_name(*account); !name.empty())
        return certified_account(name);
    return users_ ? users_->still_valid(*account) : nullptr;
}

}  // namespace mco::broker
