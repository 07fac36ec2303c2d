#include "agents/service/application/service_screen.hpp"

#include "cli/render/node_lines.hpp"
#include "core/text/ruby.hpp"

#include <optional>

namespace mco::services::application {
namespace {

std::string status_of(const client::Result& result) {
    const auto* status = result.data.find("status");
    return status != nullptr ? text::to_s(*status) : std::string();
}

/// What nobody needs to be told of; empty for an action that asks.
std::string_view expected_after(std::string_view action) {
    if (action == "status")
        return "";
    return action == "stop" ? "stopped" : "running";
}

/// With what our nodes add to it, such as that there is no such service.
std::string described(const std::string& status, const std::string& message) {
    return message.empty() || message == "OK" ? status : status + " (" + message + ')';
}

}  // namespace

std::string service_lines(const std::vector<client::Result>& results,
                          std::string_view action,
                          bool everybody) {
    return render::node_lines(results, [&](const client::Result& result) {
        if (result.status != 0)
            return std::optional(result.message);
        const auto status = status_of(result);
        if (everybody || status != expected_after(action))
            return std::optional(described(status, result.message));
        return std::optional<std::string>();
    });
}

}  // namespace mco::services::application
