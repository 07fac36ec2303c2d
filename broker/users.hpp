// The users file: who may log in, how they prove it, and what they may do.
//
//   file  = *( line LF )          blank lines and lines that begin with `#` do not count
//   line  = NAME ROLE PASSWORD *option
//         | "cert=" PATTERN ROLE *option              a verified client certificate, by common name
//         | "allow" NAME ( "publish" | "subscribe" ) DESTINATION-PATTERN
//   option = "identity=" PATTERN | "collectives=" C *( "," C ) | "sessions=" N
//
// `%u` in the identity's pattern is the user's name; N bounds how often each user, or each
// certificate, may be logged in at a time (0: without bound).
//
// ROLE is explained in rights.hpp, PASSWORD in password.hpp.
#pragma once

#include "broker/rights.hpp"
#include "core/error.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::broker {

/// Somebody who logged in, or may.
struct Account {
    std::string name;      ///< a user, or `cert=` and a common name
    std::string password;  ///< stored form; empty when a certificate is the proof
    Rights rights;
    std::optional<std::size_t>
        most_sessions;  ///< at a time; 0: any number; absent: the usual bound
    bool operator==(const Account&) const = default;
};

/// The account name of whoever proves this common name by certificate.
std::string certificate_account(std::string_view common_name);
/// The other way round; empty for an account that logs in with a password.
std::string_view certificate_name(const Account& account);

/// Sessions keep their account while the file is read anew: that is the second owner.
using AccountPtr = std::shared_ptr<const Account>;

class Users {
  public:
    /// `file` is only for messages, which read FILE:LINE: …. Errors: invalid.
    static Expected<Users> parse(std::string_view text, std::string_view file);

    bool empty() const { return accounts_.empty(); }

    /// Null when there is no such user.
    AccountPtr by_name(std::string_view name) const;
    /// For the common name of a verified certificate: the first line that matches, with `%u` filled
    /// in. Null when none does.
    AccountPtr by_certificate(std::string_view common_name) const;
    /// The present account of somebody who logged in earlier; null when it has changed or is gone.
    AccountPtr still_valid(const Account& account) const;

  private:
    std::vector<Account> accounts_;
};

/// Reads and parses the file. Errors: not_found, io, limit; denied when others than its owner may
/// read or write it.
Expected<Users> load_users(const std::string& path);

}  // namespace mco::broker
