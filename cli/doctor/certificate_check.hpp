// What is to be thought of a certificate and of revocation lists. Pure.
#pragma once

#include "cli/doctor/certificate_facts.hpp"
#include "cli/doctor/finding.hpp"
#include "core/config/config.hpp"
#include "core/time.hpp"

#include <string>
#include <vector>

namespace mco::doctor {

/// Whose certificate it is: it decides what it must be called and how it is renewed.
enum class Holder : std::uint8_t { caller, node };

/// `2026-06-01 12:00 UTC`.
std::string time_text(TimePoint time);

/// `3 days`, `5 hours`, `40 seconds`; without sign.
std::string span_text(std::chrono::milliseconds span);

/// What to do where something is not valid yet: the clock of this machine may be wrong.
std::string clock_advice();

/// Valid now, and for another month.
Finding judge_validity(const std::string& file,
                       const CertificateFacts& facts,
                       Holder holder,
                       TimePoint now);

/// The name: that of a node must be its identity; that of a caller must fit what nodes expect,
/// plugin.x509.callers here standing for theirs.
Finding judge_name(const std::string& file,
                   const CertificateFacts& facts,
                   Holder holder,
                   const config::Config& config);

/// What the extended key usage allows.
Finding judge_usage(const std::string& file, const CertificateFacts& facts, Holder holder);

/// Current, and for another week.
Findings judge_revocation_lists(const std::string& file,
                                const std::vector<RevocationListFacts>& lists,
                                TimePoint now);

/// `3 days ago`, or `3 days from now, by our clock`: a time that is to come is said to be one.
std::string age_text(std::chrono::milliseconds age);

/// How to get another certificate.
std::string renewal(const std::string& name, Holder holder);

}  // namespace mco::doctor
