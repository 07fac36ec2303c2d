#include "broker/logins.hpp"

#include <utility>

namespace mco::broker {

namespace {

/// Hashed in place of an unknown user's password, so that time does not tell who exists.
constexpr std::string_view nobodys_password =
    "pbkdf2-sha256:100000:00000000000000000000000000000000:"
    "0000000000000000000000000000000000000000000000000000000000000000";

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

void Logins::check(Credentials credentials, std::string common_name, Done done) {
    AccountPtr account = claimed_account(credentials, common_name);
    const bool needs_password = users_ && !credentials.login.empty();
    if (!needs_password) {
        asio::post(loop_,
                   [account = std::move(account), done = std::move(done)] { done(account); });
        return;
    }
    const std::string_view stored = account ? account->password : nobodys_password;
    if (const auto known = memory_.knows(credentials.login, stored, credentials.passcode)) {
        if (!*known)
            account.reset();
        asio::post(loop_,
                   [account = std::move(account), done = std::move(done)] { done(account); });
        return;
    }
    hash_elsewhere(std::move(account), std::move(credentials.passcode), std::move(done));
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

void Logins::hash_elsewhere(AccountPtr account, std::string passcode, Done done) {
    asio::post(pool_,
               [this,
                account = std::move(account),
                passcode = std::move(passcode),
                done = std::move(done)]() mutable {
                   const std::string_view stored = account ? account->password : nobodys_password;
                   const bool right = password_matches(stored, passcode) && account;
                   asio::post(loop_,
                              [this, right, account, passcode, done = std::move(done)]() mutable {
                                  if (right)
                                      memory_.remember(account->name, account->password, passcode);
                                  done(right ? account : nullptr);
                              });
               });
}

AccountPtr Logins::current(const AccountPtr& account) const {
    if (!users_ && !certificates_)
        return account;
    if (const std::string_view name = certificate_name(*account); !name.empty())
        return certified_account(name);
    return users_ ? users_->still_valid(*account) : nullptr;
}

}  // namespace mco::broker
