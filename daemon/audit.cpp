#include "daemon/audit.hpp"

#include "core/config/keys_catalogue.hpp"
#include "core/text/ruby.hpp"
#include "system/log_text.hpp"

#include <fmt/chrono.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include <fcntl.h>
#include <unistd.h>

namespace mco::daemon {
namespace {

/// As the original writes them: keys are symbols. The values of keys that look like secrets are
/// not told.
std::string shown_inputs(const Map& inputs) {
    Map shown;
    for (const Entry& entry : inputs.entries()) {
        const std::string* name = entry.key.text();
        const bool secret = name && config::is_secret(*name);
        shown.entries().push_back(
            {name ? Value(Symbol{*name}) : entry.key, secret ? Value("***") : entry.value});
    }
    return text::inspect(shown);
}

}  // namespace

std::string audit_line(const message::Claims& claims, const rpc::CallBody& call, TimePoint now) {
    const auto seconds = [](TimePoint time) {
        return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    };
    const std::time_t current = seconds(now);
    std::tm utc{};
    gmtime_r(&current, &utc);
    const Value* data = claims.body.find("data");
    const std::string inputs = shown_inputs(data && data->map() ? *data->map() : call.inputs);
    return fmt::format(
        "[{:%Y-%m-%d %H:%M:%S} UTC] reqid={}: reqtime={} caller={}@{} agent={} action={} data={}",
        utc,
        system::escaped(claims.id),
        seconds(claims.time),
        system::escaped(claims.caller),
        system::escaped(claims.sender),
        system::escaped(call.agent.empty() ? claims.agent : call.agent),
        system::escaped(call.action),
        inputs);
}

Expected<void> AuditLog::append(const std::string& line) const {
    const int file = open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    if (file < 0)
        return fail(Errc::io, "cannot open the audit log " + path_ + ": " + std::strerror(errno));
    const std::string ended = line + "\n";
    const auto written =
        write(file, ended.data(), ended.size());  // one write: lines of several threads do not mix
    const int error = errno;
    close(file);
    if (written != static_cast<ssize_t>(ended.size()))
        return fail(Errc::io,
                    "cannot write the audit log " + path_ + ": " +
                        (written < 0 ? std::strerror(error) : "disk full"));
    return {};
}

Expected<std::optional<AuditLog>> make_audit_log(const config::Config& config) {
    if (!config.rpcaudit)
        return std::optional<AuditLog>();
    if (config.rpcauditprovider != "logfile")
        return fail(
            Errc::invalid,
            "rpcauditprovider '" + config.rpcauditprovider + "' is not known; there is logfile");
    return std::optional(AuditLog(config.plugin_string(
        "rpcaudit.logfile", "/var/log/puppetlabs/mcollective/mcollective-audit.log")));
}

}  // namespace mco::daemon
