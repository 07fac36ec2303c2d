#include "agents/package/state.hpp"

#include <string_view>
#include <utility>

namespace mco::package {

PackageState missing_package(const std::string& name) {
    PackageState state;
    state.name = name;
    state.ensure = "purged";
    state.status = "missing";
    state.error = "ok";
    return state;
}

void split_version(PackageState& state) {
    std::string_view rest = state.ensure;
    const auto colon = rest.find(':');
    state.epoch = colon == std::string_view::npos ? "0" : std::string(rest.substr(0, colon));
    if (colon != std::string_view::npos)
        rest.remove_prefix(colon + 1);
    const auto dash = rest.rfind('-');
    state.version = rest.substr(0, dash);
    state.release = dash == std::string_view::npos ? "" : std::string(rest.substr(dash + 1));
}

Map outputs(const PackageState& state) {
    Map data;
    for (const auto& [name, value] : {std::pair("name", &state.name),
                                      std::pair("ensure", &state.ensure),
                                      std::pair("status", &state.status),
                                      std::pair("error", &state.error),
                                      std::pair("desired", &state.desired),
                                      std::pair("mark", &state.mark),
                                      std::pair("provider", &state.provider),
                                      std::pair("arch", &state.arch),
                                      std::pair("version", &state.version),
                                      std::pair("release", &state.release),
                                      std::pair("epoch", &state.epoch)})
        if (!value->empty())
            data.set(name, *value);
    return data;
}

}  // namespace mco::package
