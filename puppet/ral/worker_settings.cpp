#include "puppet/ral/worker.hpp"

#include <unistd.h>

namespace mco::puppet {
namespace {

Expected<std::chrono::seconds> seconds_of(const config::Config& config,
                                          const char* name,
                                          std::chrono::seconds fallback) {
    constexpr long most = 86'400;
    MCO_TRY(number, config.plugin_int(name, fallback.count()));
    if (number < 1 || number > most)
        return fail(Errc::invalid,
                    std::string("plugin.") + name + " must be a number of seconds from 1 to " +
                        std::to_string(most));
    return std::chrono::seconds(number);
}

}  // namespace

Expected<WorkerSettings> read_worker_settings(const config::Config& config) {
    WorkerSettings settings;
    settings.ruby = config.plugin_string("puppetral.ruby", "");
    settings.path = config.plugin_string("puppetral.path", settings.path);
    const char* const own = ::geteuid() == 0 ? "/var/lib/mcollective/puppetral" : "";
    settings.directory = config.plugin_string("puppetral.directory", own);
    if (!settings.directory.empty() && !settings.directory.starts_with('/'))
        return fail(Errc::invalid, "plugin.puppetral.directory must be an absolute path");
    MCO_TRY(idle, seconds_of(config, "puppetral.idle", settings.idle));
    MCO_TRY(write_limit, seconds_of(config, "puppetral.write_limit", settings.write_limit));
    settings.idle = idle;
    settings.write_limit = write_limit;
    return settings;
}

}  // namespace mco::puppet
