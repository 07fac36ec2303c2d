// Where a node finds the public keys of those who call: one per name (protocol §4.4, §4.5).
#pragma once

#include "core/error.hpp"
#include "core/security/legacy/rsa.hpp"

#include <string>
#include <string_view>

namespace mco::security {

/// All functions: any thread. `name` is what name_in() returns, safe as a part of a file name.
class CallerKeys {
  public:
    CallerKeys() = default;
    CallerKeys(const CallerKeys&) = delete;
    CallerKeys& operator=(const CallerKeys&) = delete;
    virtual ~CallerKeys() = default;

    /// Errors: not_found, when nobody of that name is known; any other for a key that is there but
    /// of no use.
    virtual Expected<PublicKey> find(const std::string& name) = 0;

    /// Keeps `pem` as the key of `name` from now on. Never replaces one. Errors: denied (there is
    /// one already), limit, io.
    virtual Expected<void> learn(const std::string& name, std::string_view pem) = 0;
};

}  // namespace mco::security
