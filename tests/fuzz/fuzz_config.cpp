// Configuration text: whatever is accepted can be shown, hides its secrets, and means the same when
// what was shown is read again. Up to the first NUL it is the main file, behind it a file of
// plugin.d.
#include "core/config/environment.hpp"
#include "core/config/keys_catalogue.hpp"
#include "core/config/read.hpp"
#include "core/config/show.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace mco::config;

void require(bool holds) {
    if (!holds)
        std::abort();
}

/// print_config's lines without their origins.
std::string without_origins(std::string_view shown) {
    std::string text;
    while (!shown.empty()) {
        const auto line = shown.substr(0, shown.find('\n'));
        shown.remove_prefix(std::min(line.size() + 1, shown.size()));
        text += line.substr(line.find(") ") + 2);
        text += '\n';
    }
    return text;
}

void check_shown(const Config& config) {
    const auto shown = without_origins(print_config(config));
    for (const auto& [name, setting] : config.plugin) {
        if (is_secret(name))
            require(shown.find("plugin." + name + " = (set)\n") != std::string::npos);
        require(!config_item(config, "plugin." + name));
    }
    Diagnostics diagnostics;
    const auto again = parse({"main", shown}, {}, diagnostics);
    require(again.has_value());
    for (const auto& key : core_keys()) {
        if (key.form != Form::repeated)  // shown on one line
            require(config_item(*again, key.name) == config_item(config, key.name));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto main = bytes.substr(0, bytes.find('\0'));
    const auto plugin = bytes.substr(std::min(main.size() + 1, bytes.size()));
    Diagnostics diagnostics;
    auto config =
        parse({"main", std::string(main)}, {{"plugin.d/x.cfg", std::string(plugin)}}, diagnostics);
    if (!config)
        return 0;
    check_shown(*config);
    apply_environment(*config, [](const std::string& name) { return std::optional(name); });
    require(config->plugin_string("psk", "") == "MCOLLECTIVE_PSK");
    return 0;
}
