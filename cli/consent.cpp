#include "cli/consent.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace mco::cli {

namespace {

constexpr std::size_t unasked = 20;  // nodes
constexpr std::size_t shown = 10;

std::string question(const client::AgentCall& call, const std::vector<std::string>& nodes) {
    const auto begin = nodes.begin();
    return fmt::format(
        "No filter says which nodes are meant: {}#{} goes to all {} that were found, {} and {} "
        "more.\nGo on? [y/N] ",
        call.request.agent,
        call.request.action,
        nodes.size(),
        fmt::join(begin, begin + static_cast<std::ptrdiff_t>(shown), ", "),
        nodes.size() - shown);
}

}  // namespace

bool may_need_consent(const Context& context, const client::AgentCall& call) {
    const auto& settings = context.settings;
    return call.action->changes && !settings.confirmed && settings.filter.empty() &&
           !settings.limit && !settings.discovery.chosen && !context.input.is_piped() &&
           context.input.is_interactive();
}

Expected<void> ask_consent(Context& context,
                           const client::AgentCall& call,
                           const std::vector<std::string>& nodes) {
    if (nodes.size() <= unasked || !may_need_consent(context, call))
        return {};
    MCO_TRY(session, context.link.session());
    context.screen.err(question(call, nodes));
    // The connection stays alive while somebody thinks about it.
    constexpr std::chrono::milliseconds moment(50);
    const auto answer = context.input.line([&] { return session->pause(moment); });
    if (answer == "y" || answer == "Y" || answer == "yes")
        return {};
    return fail(Errc::denied, "Nothing was sent");
}

}  // namespace mco::cli
