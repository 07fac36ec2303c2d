// The security provider and its files.
#pragma once

#include "cli/doctor/file_facts.hpp"
#include "cli/doctor/finding.hpp"
#include "core/config/config.hpp"
#include "core/time.hpp"
#include "system/credentials/credentials.hpp"

#include <optional>
#include <string>

namespace mco::doctor {

/// For whom the set-up is checked.
struct Subject {
    const config::Config& config;
    credentials::Role role;
    Observer observer;
    std::optional<std::string> home;  ///< of the user, where certificates may be
    TimePoint now;
};

/// Everything about the provider that is configured, its files included.
Findings check_security(const Subject& subject);

/// x509 alone: where the files are, whose they are, how long they last.
Findings check_x509(const Subject& subject);

/// Pure: what is to be thought of a shared key; the key itself is not told.
Finding judge_shared_key(const config::Config& config);

}  // namespace mco::doctor
