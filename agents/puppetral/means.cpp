#include "agents/puppetral/means.hpp"

#include "core/ral/secrets.hpp"

#include <algorithm>
#include <utility>

namespace mco::puppetral {
namespace {

constexpr std::chrono::seconds reserve(2);

}  // namespace

Monotonic Means::deadline() const {
    const std::chrono::seconds timeout(context.declarations.agent("puppetral").metadata.timeout);
    return context.clock.monotonic() + timeout - reserve;
}

Expected<std::shared_ptr<const puppet::Paths>> Means::paths(Monotonic deadline) const {
    using std::chrono::milliseconds;
    const auto left =
        std::chrono::duration_cast<milliseconds>(deadline - context.clock.monotonic());
    return puppet.finder.paths(std::max(left, milliseconds(0)));
}

ral::Resource Means::shown(ral::Resource resource) const {
    return settings.show_secrets ? std::move(resource) : ral::without_secrets(std::move(resource));
}

std::string text_input(const Map& inputs, std::string_view name) {
    const Value* const value = inputs.find(name);
    const std::string* const text = value ? value->text() : nullptr;
    return text ? *text : std::string();
}

bool flag_input(const Map& inputs, std::string_view name, bool fallback) {
    const Value* const value = inputs.find(name);
    const bool* const flag = value ? value->boolean() : nullptr;
    return flag ? *flag : fallback;
}

}  // namespace mco::puppetral
