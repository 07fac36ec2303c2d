// Who may log in: asks the users file, and checks slow password hashes away from the I/O thread.
#pragma once

#include "broker/certificate_rights.hpp"
#include "broker/password_checks.hpp"
#include "broker/session.hpp"
#include "broker/users.hpp"
#include "system/asio.hpp"

#include <functional>
#include <optional>
#include <string>

namespace mco::broker {

/// I/O thread only, but for what it runs on the pool.
class Logins {
  public:
    /// Null: the login failed. Errors: limit when it could not be checked.
    using Done = std::function<void(Expected<AccountPtr>)>;

    /// See PasswordChecks about loop and pool.
    Logins(asio::io_context& loop, asio::thread_pool& pool) : loop_(loop), checks_(loop, pool) {}

    /// Until one of these is called everybody may log in and do everything. With both, the users
    /// file is asked first, and certificates that no line of it names have the rights that follow
    /// from them.
    void use(Users users);
    void use(CertificateRights rights);

    /// Who this peer is: by login if it gave one and there are users, else by its verified
    /// certificate. `done` is called later on the loop, never from inside the call. Returns what
    /// give_up() takes if that is a slow check, else nothing.
    std::optional<PasswordChecks::Ticket> check(Credentials credentials,
                                                const std::string& common_name,
                                                Done done);

    /// The peer has gone, `done` will not be called.
    void give_up(PasswordChecks::Ticket ticket) { checks_.give_up(ticket); }

    /// The account as it would be after a login now; null when its owner may not log in any more.
    AccountPtr current(const AccountPtr& account) const;

  private:
    AccountPtr claimed_account(const Credentials& credentials,
                               const std::string& common_name) const;
    AccountPtr certified_account(std::string_view common_name) const;
    void answer(Expected<AccountPtr> outcome, Done done);

    asio::io_context& loop_;
    PasswordChecks checks_;
    std::optional<Users> users_;
    std::optional<CertificateRights> certificates_;
};

}  // namespace mco::broker
