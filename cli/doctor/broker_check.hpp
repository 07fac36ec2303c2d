// The way to every broker of the pool, step by step, and who answers over it.
#pragma once

#include "cli/doctor/broker_wire.hpp"
#include "cli/doctor/clock_check.hpp"
#include "cli/doctor/finding.hpp"
#include "core/config/config.hpp"
#include "core/security/provider.hpp"
#include "core/time.hpp"
#include "system/clock.hpp"
#include "system/credentials/credentials.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace mco::doctor {

struct BrokerVisit {
    const config::Config& config;
    credentials::Role role;        ///< a node only listens; a client asks who is there
    security::Provider* provider;  ///< null: requests cannot be signed
    const system::Clock& clock;
    Monotonic deadline;  ///< of everything together
};

struct BrokerReport {
    Findings findings;
    std::vector<Answered> answers;  ///< of nodes whose names are proven, each once
};

/// Blocks until the deadline at most. A server that is away is only a warning if another one of the
/// pool is there.
BrokerReport visit_brokers(const BrokerVisit& visit);

/// What came back on the question who is there.
struct Echoes {
    std::size_t proven = 0;
    std::size_t unproven = 0;
    std::string why;  ///< of the last unproven one
};

/// Pure. `seconds`: how long was listened.
Findings judge_echoes(const std::string& broker, const Echoes& echoes, double seconds);

/// Pure: the certificate of the broker `host`.
Finding judge_broker_certificate(const std::string& broker,
                                 const std::string& host,
                                 const BrokerCertificate& certificate,
                                 TimePoint now);

/// Pure: problems of servers become warnings when another server could be used.
void forgive_spares(std::vector<Findings>& servers, const std::vector<bool>& usable);

}  // namespace mco::doctor
