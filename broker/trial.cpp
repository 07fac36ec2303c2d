#include "broker/trial.hpp"

#include "system/openable.hpp"

#include <utility>
#include <variant>

namespace mco::broker {

namespace {

std::string socket_of(const Settings& settings) {
    const auto* const socket =
        settings.metrics ? std::get_if<metrics::SocketPath>(&*settings.metrics) : nullptr;
    return socket == nullptr ? std::string() : socket->path;
}

}  // namespace

Trial try_files(const Settings& settings) {
    const std::pair<const char*, std::string> files[] = {{"status-file", settings.status_file},
                                                         {"port-file", settings.port_file},
                                                         {"pid-file", settings.pid_file},
                                                         {"metrics", socket_of(settings)}};
    Trial trial;
    for (const auto& [setting, path] : files) {
        const auto tried = path.empty() ? Expected<void>() : system::can_replace(path);
        if (tried)
            continue;
        auto& sentences = system::comes_with_the_service(path) ? trial.warnings : trial.problems;
        sentences.push_back(setting + (" = " + path) + ": " + tried.error().message);
    }
    return trial;
}

}  // namespace mco::broker
