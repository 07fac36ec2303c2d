#include "cli/doctor/certificate_check.hpp"

#include "core/filter/pattern.hpp"
#include "system/credentials/x509_files.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace mco::doctor {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

constexpr days certificate_notice(30);
constexpr days list_notice(7);

const char* const late_clock =
    "; if that date is right, it is the clock of this machine that is wrong: chronyc tracking";

const char* const new_list =
    "fetch a new one: remove the file and run puppet ssl bootstrap. If the CA itself has no newer "
    "one, revoke any certificate there, which writes it";

std::string plural(std::int64_t count, std::string_view unit) {
    return fmt::format("{} {}{}", count, unit, count == 1 ? "" : "s");
}

/// Do the patterns of callers accept the name? One that cannot be used accepts nobody.
bool is_caller(const std::string& name, const std::string& patterns) {
    for (const auto& source : credentials::split_patterns(patterns)) {
        const auto pattern = filter::Pattern::compile(source);
        const auto matched = pattern ? pattern->matches_whole(name) : Expected<bool>(false);
        if (matched && *matched)
            return true;
    }
    return false;
}

}  // namespace

std::string time_text(TimePoint time) {
    return fmt::format("{:%Y-%m-%d %H:%M} UTC",
                       fmt::gmtime(std::chrono::floor<seconds>(time).time_since_epoch().count()));
}

std::string span_text(std::chrono::milliseconds span) {
    if (span.count() < 0)
        span = -span;
    if (span >= days(2))
        return plural(std::chrono::floor<days>(span).count(), "day");
    if (span >= hours(2))
        return plural(std::chrono::floor<hours>(span).count(), "hour");
    if (span >= std::chrono::minutes(2))
        return plural(std::chrono::floor<std::chrono::minutes>(span).count(), "minute");
    return plural(std::chrono::floor<seconds>(span).count(), "second");
}

std::string age_text(std::chrono::milliseconds age) {
    return span_text(age) + (age.count() < 0 ? " from now, by our clock" : " ago");
}

std::string renewal(const std::string& name, Holder holder) {
    if (holder == Holder::node)
        return fmt::format(
            "on the CA: puppetserver ca clean --certname {}; then here: puppet ssl clean and "
            "puppet ssl bootstrap",
            name);
    return fmt::format(
        "on the CA: puppetserver ca clean --certname {0} and puppetserver ca generate --certname "
        "{0}; then copy certificate and key here",
        name);
}

std::string clock_advice() {
    return "the clock of this machine may be behind: chronyc tracking shows whether it is right; "
           "if it is, wait";
}

Finding judge_validity(const std::string& file,
                       const CertificateFacts& facts,
                       Holder holder,
                       TimePoint now) {
    const std::string check = "certificate";
    const auto again = renewal(facts.name, holder);
    if (now < facts.not_before)
        return problem(check,
                       file,
                       {fmt::format("is not valid before {}, {} from now",
                                    time_text(facts.not_before),
                                    span_text(facts.not_before - now)),
                        clock_advice()});
    if (now >= facts.not_after)
        return problem(check,
                       file,
                       {fmt::format("expired {} ago, at {}",
                                    span_text(now - facts.not_after),
                                    time_text(facts.not_after)),
                        again + late_clock});
    if (facts.not_after - now < certificate_notice)
        return warning(check,
                       file,
                       {fmt::format("expires in {}, at {}",
                                    span_text(facts.not_after - now),
                                    time_text(facts.not_after)),
                        again});
    return ok(check, file, "valid until " + time_text(facts.not_after));
}

Finding judge_name(const std::string& file,
                   const CertificateFacts& facts,
                   Holder holder,
                   const config::Config& config) {
    const std::string check = "certificate name";
    if (holder == Holder::node) {
        if (facts.name == config.identity)
            return ok(check, facts.name, "is the identity");
        return problem(check,
                       facts.name,
                       {"is not the identity " + config.identity + ": clients would not believe us",
                        fmt::format("set identity = {} in {}, or plugin.x509.certificate and "
                                    "private_key to those of {} (now {})",
                                    facts.name,
                                    config.file,
                                    config.identity,
                                    file)});
    }
    const auto* known = config.plugin_setting("x509.callers");
    const std::string patterns = known != nullptr ? *known : R"(.+\.mcollective)";
    if (is_caller(facts.name, patterns))
        return ok(check, facts.name, "is a caller by " + patterns);
    return warning(
        check,
        facts.name,
        {known != nullptr
             ? "is no caller by plugin.x509.callers here (" + patterns + ")"
             : "is no caller: nodes with default settings would refuse you (" + patterns + ")",
         "use a certificate that is named so: on the CA: puppetserver ca generate --certname "
         "USER.mcollective; or let plugin.x509.callers in server.cfg of the nodes allow " +
             facts.name});
}

Finding judge_usage(const std::string& file, const CertificateFacts& facts, Holder holder) {
    const std::string check = "key usage";
    if (facts.client_authentication)
        return ok(check, file, "allows client authentication");
    if (holder == Holder::node && facts.server_authentication)
        return ok(check, file, "allows server authentication");
    return problem(
        check,
        file,
        {"the certificate does not allow client authentication",
         "get one that does, as those of the Puppet CA do: " + renewal(facts.name, holder)});
}

Findings judge_revocation_lists(const std::string& file,
                                const std::vector<RevocationListFacts>& lists,
                                TimePoint now) {
    const std::string check = "revocation list";
    Findings findings;
    for (const auto& list : lists) {
        const auto age = "written " + age_text(now - list.last_update);
        if (list.last_update > now)
            findings.push_back(problem(check,
                                       file,
                                       {fmt::format("the list of {} begins {} from now",
                                                    list.issuer,
                                                    span_text(list.last_update - now)),
                                        clock_advice()}));
        else if (list.next_update && *list.next_update <= now)
            findings.push_back(
                problem(check,
                        file,
                        {fmt::format("the list of {} expired {} ago: nobody is believed any more",
                                     list.issuer,
                                     span_text(now - *list.next_update)),
                         new_list}));
        else if (list.next_update && *list.next_update - now < list_notice)
            findings.push_back(warning(check,
                                       file,
                                       {fmt::format("the list of {} expires in {}",
                                                    list.issuer,
                                                    span_text(*list.next_update - now)),
                                        new_list}));
        else
            findings.push_back(
                ok(check,
                   file,
                   fmt::format("of {}, {}, {} revoked, {}",
                               list.issuer,
                               age,
                               list.revoked,
                               list.next_update ? "valid until " + time_text(*list.next_update)
                                                : "without end")));
    }
    return findings;
}

}  // namespace mco::doctor
