#include "cli/commands.hpp"

#include <algorithm>
#include <utility>

namespace mco::cli {

Commands::Commands(std::vector<Application> applications) : all_(std::move(applications)) {
    std::ranges::sort(all_, {}, &Application::name);
}

const Application* Commands::find(std::string_view name) const {
    const auto found = std::ranges::find(all_, name, &Application::name);
    return found == all_.end() ? nullptr : &*found;
}

}  // namespace mco::cli
