#include "daemon/audit.hpp"

#include "core/config/keys_catalogue.hpp"

namespace mco::daemon {
namespace {

constexpr long most_kept = 1'000;

/// An error about the plugin setting `name`, with where it stands.
tl::unexpected<Error> unusable(const config::Config& config,
                               const std::string& name,
                               const std::string& problem) {
    const auto setting = config.plugin.find(name);
    const std::string origin = setting == config.plugin.end() ? "" : setting->second.origin + ": ";
    return fail(Errc::invalid, origin + "plugin." + name + " " + problem);
}

Expected<AuditSettings::Form> form_of(const config::Config& config) {
    if (config.rpcauditprovider == "logfile")
        return AuditSettings::Form::ruby;
    if (config.rpcauditprovider == "jsonlines")
        return AuditSettings::Form::jsonlines;
    return fail(Errc::invalid,
                "rpcauditprovider '" + config.rpcauditprovider +
                    "' is not known; there are logfile and jsonlines");
}

Expected<AuditSettings::OnFailure> on_failure_of(const config::Config& config) {
    const std::string name = "rpcaudit.on_failure";
    const std::string word = config.plugin_string(name, "continue");
    if (word == "continue")
        return AuditSettings::OnFailure::proceed;
    if (word == "refuse")
        return AuditSettings::OnFailure::refuse;
    return unusable(config, name, "must be continue or refuse, not '" + word + "'");
}

Expected<AuditFile::Rotation> rotation_of(const config::Config& config) {
    AuditFile::Rotation rotation;
    MCO_TRY(max_size, config.plugin_int("rpcaudit.max_size", 0));
    MCO_TRY(keep, config.plugin_int("rpcaudit.keep", rotation.keep));
    if (max_size < 0)
        return unusable(config, "rpcaudit.max_size", "must be a number of bytes, or 0");
    if (keep < 1 || keep > most_kept)
        return unusable(config, "rpcaudit.keep", "must be 1 to 1000");
    rotation.max_size = static_cast<std::uint64_t>(max_size);
    rotation.keep = static_cast<int>(keep);
    return rotation;
}

}  // namespace

Expected<std::optional<AuditSettings>> audit_settings(const config::Config& config) {
    if (!config.rpcaudit)
        return std::optional<AuditSettings>();
    MCO_TRY(form, form_of(config));
    MCO_TRY(on_failure, on_failure_of(config));
    MCO_TRY(rotation, rotation_of(config));
    return std::optional(AuditSettings{
        form, on_failure, config::plugin_or_default(config, "rpcaudit.logfile"), rotation});
}

Audit::Audit(AuditSettings settings, Parts parts)
    : settings_(std::move(settings)),
      parts_(std::move(parts)),
      file_(settings_.path, settings_.rotation) {}

Expected<std::unique_ptr<Audit>> Audit::make(AuditSettings settings, Parts parts) {
    std::unique_ptr<Audit> audit(new Audit(std::move(settings), std::move(parts)));
    const auto opened = audit->file_.open();
    if (!opened && audit->settings_.on_failure == AuditSettings::OnFailure::refuse)
        return fail(opened.error().code,
                    opened.error().message +
                        "; with plugin.rpcaudit.on_failure = refuse nothing could be done, so the "
                        "daemon does not start");
    if (!opened)
        audit->parts_.log.warn("Calls are not audited: {}", opened.error().message);
    return audit;
}

bool Audit::begin(const void* call, const CallBegin& begin) {
    const std::lock_guard lock(mutex_);
    const bool acted_on = begin.decision == Decision::allowed;
    const bool events = settings_.form == AuditSettings::Form::jsonlines;
    if (!events && !acted_on)
        return true;
    const TimePoint now = parts_.clock.now();
    const bool written = write(events ? begin_event(begin, parts_.node, now)
                                      : audit_line(begin.claims, begin.call, now));
    if (!written && acted_on && settings_.on_failure == AuditSettings::OnFailure::refuse)
        return false;
    if (events)
        under_way_.insert_or_assign(call,
                                    UnderWay{begin.claims.id, parts_.clock.monotonic(), false});
    return true;
}

void Audit::end(const void* call, const CallEnd& end) {
    const std::lock_guard lock(mutex_);
    const auto found = under_way_.find(call);
    if (found == under_way_.end())
        return;
    write_end(found->second, end);
    under_way_.erase(found);
}

void Audit::give_up(const void* call, const char* outcome) {
    const std::lock_guard lock(mutex_);
    const auto found = under_way_.find(call);
    if (found == under_way_.end() || found->second.given_up)
        return;
    write_end(found->second, {outcome, std::nullopt});
    found->second.given_up = true;
}

void Audit::give_up_all(const char* outcome) {
    const std::lock_guard lock(mutex_);
    for (auto& [call, under_way] : under_way_) {
        if (under_way.given_up)
            continue;
        write_end(under_way, {outcome, std::nullopt});
        under_way.given_up = true;
    }
}

void Audit::reopen() {
    const std::lock_guard lock(mutex_);
    file_.reopen();
}

void Audit::write_end(const UnderWay& call, const CallEnd& end) {
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
        parts_.clock.monotonic() - call.began);
    write(end_event(
        end, {call.given_up ? "late" : "end", call.id, parts_.node, parts_.clock.now(), took}));
}

bool Audit::write(const std::string& line) {
    const auto done = file_.append(line);
    if (!done)
        complain(done.error());
    return done.has_value();
}

void Audit::complain(const Error& error) {
    ++failures_;
    if (!warnings_.allows(parts_.clock.monotonic()))
        return;
    const auto missing = warnings_.take_suppressed();
    parts_.log.warn("Auditing failed: {}{}",
                    error.message,
                    missing == 0 ? "" : fmt::format(" ({} times more before)", missing));
}

}  // namespace mco::daemon
