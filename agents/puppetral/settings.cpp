#include "agents/puppetral/settings.hpp"

#include <string>

namespace mco::puppetral {
namespace {

Expected<Applying> applying(const config::Config& config) {
    if (config.plugin_string("puppetral.apply", "noop") == "noop")
        return Applying::noop;
    const auto all = config.plugin_bool("puppetral.apply", false);
    if (!all)
        return fail(Errc::invalid, "plugin.puppetral.apply should be noop, yes or no");
    return *all ? Applying::everything : Applying::nothing;
}

}  // namespace

Expected<Settings> read_settings(const config::Config& config) {
    MCO_TRY(apply, applying(config));
    MCO_TRY(managed, config.plugin_bool("puppetral.resource_allow_managed_resources", false));
    MCO_TRY(secrets, config.plugin_bool("puppetral.show_secrets", false));
    MCO_TRY(content, config.plugin_bool("puppetral.show_content", false));
    return Settings{apply, managed, secrets, content};
}

}  // namespace mco::puppetral
