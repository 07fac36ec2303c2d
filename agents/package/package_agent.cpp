// Installs, updates and removes packages (client and agents §5.2, resources §8).
#include "agents/agent.hpp"
#include "agents/package/local_packages.hpp"
#include "agents/package/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace mco::agents {
namespace {

using package::Change;
using package::Changes;
using package::Order;
using package::PackageState;
using package::Told;

/// For what surrounds programs, so that our answer comes before the caller is told that there is
/// none; and for asking how things are after a change.
constexpr std::chrono::seconds reserve(1);
constexpr std::chrono::seconds reserve_for_state(3);
/// Of the time for a change, what others who are changing packages may take of it.
constexpr std::chrono::seconds reserve_for_change(15);

std::string text_of(const Map& inputs, std::string_view name) {
    const Value* const value = inputs.find(name);
    const std::string* const text = value ? value->text() : nullptr;
    return text ? *text : std::string();
}

std::optional<Change> change_named(std::string_view action) {
    constexpr std::array<std::pair<std::string_view, Change>, 4> all = {
        {{"install", Change::install},
         {"update", Change::update},
         {"uninstall", Change::uninstall},
         {"purge", Change::purge}}};
    const auto* const found = std::find_if(
        all.begin(), all.end(), [action](const auto& known) { return known.first == action; });
    return found == all.end() ? std::nullopt : std::optional(found->second);
}

rpc::Output invalid(std::string message) {
    return rpc::failure(std::move(message), rpc::Status::invalid_data);
}

/// Declarations of the site's own may be laxer than ours.
std::optional<rpc::Output> refuse(const Order& order) {
    if (!package::is_package_name(order.name))
        return invalid("Cannot validate input package: not a package's name");
    if (!order.version.empty() && !package::is_version(order.version))
        return invalid("Cannot validate input version: not a version");
    return std::nullopt;
}

/// Why there is nothing to do; empty: there is.
std::string objection(const Order& order, const PackageState& state) {
    if (order.change == Change::install)
        return state.is_present() && order.version.empty() ? "Package is already installed" : "";
    const bool purges_rest = order.change == Change::purge && state.ensure != "purged";
    return state.is_present() || purges_rest ? "" : "Package is not present on the system";
}

bool is_reached(const Order& order, const PackageState& state) {
    switch (order.change) {
        case Change::install:
        case Change::update:
            return state.is_present();
        case Change::uninstall:
            return !state.is_present();
        case Change::purge:
            return state.ensure == "purged";
    }
    return false;
}

rpc::Output with_state(rpc::Output output, const PackageState& state) {
    const Map known = package::outputs(state);
    for (const auto& [key, value] : known.entries())
        output.data.set(key, value);
    return output;
}

class Package final : public Agent {
  public:
    explicit Package(const AgentContext& context)
        : context_(context), local_(package::local_packages(context)) {}

    const ddl::Ddl& declaration() const override { return context_.declarations.agent("package"); }

    rpc::Output act(const Call& call) const override;

  private:
    using Question = Expected<Told> (package::Manager::*)(Monotonic) const;

    Monotonic deadline() const {
        const std::chrono::seconds timeout(declaration().metadata.timeout);
        return context_.clock.monotonic() + timeout - reserve;
    }

    Expected<Changes::Turn> turn(Monotonic deadline) const {
        const auto patience = context_.clock.monotonic() + local_.settings.lock_timeout;
        return local_.changes.turn(std::min(patience, deadline - reserve_for_change));
    }

    rpc::Output change(const Order& order, std::string_view verb) const;
    rpc::Output status(const std::string& name) const;
    rpc::Output told(Question question) const;
    rpc::Output updates(std::string_view only) const;
    rpc::Output search(const std::string& pattern) const;
    rpc::Output learn_anew(std::string_view only) const;
    rpc::Output yum_clean(std::string mode) const;
    Expected<package::Manager*> manager(std::string_view only) const;

    const AgentContext& context_;
    package::LocalPackages& local_;  // the node's, as its data plug-in uses it, too
};

rpc::Output Package::act(const Call& call) const {
    const auto& action = call.action;
    if (const auto what = change_named(action))
        return change({*what, text_of(call.inputs, "package"), text_of(call.inputs, "version")},
                      action);
    if (action == "status")
        return status(text_of(call.inputs, "package"));
    if (action == "count")
        return told(&package::Manager::count);
    if (action == "md5")
        return told(&package::Manager::md5);
    if (action == "checkupdates")
        return updates("");
    if (action == "apt_checkupdates")
        return updates("apt");
    if (action == "yum_checkupdates")
        return updates("yum");
    if (action == "search")
        return search(text_of(call.inputs, "package"));
    if (action == "refresh")
        return learn_anew("");
    if (action == "apt_update")
        return learn_anew("apt");
    if (action == "yum_clean")
        return yum_clean(text_of(call.inputs, "mode"));
    return rpc::failure("Unknown action " + std::string(action), rpc::Status::unknown_action);
}

rpc::Output Package::change(const Order& order, std::string_view verb) const {
    if (auto refused = refuse(order))
        return *std::move(refused);
    const auto limit = deadline();
    const auto failed = [&](const std::string& why) {
        return rpc::failure(fmt::format("Could not {} {}: {}", verb, order.name, why));
    };
    const auto mine = turn(limit);
    if (!mine)
        return failed(mine.error().message);
    const auto before = local_.packages->find(order.name, limit - reserve_for_state);
    if (!before)
        return failed(before.error().message);
    if (const auto why = objection(order, *before); !why.empty())
        return with_state(rpc::failure(why), *before);
    const auto done = local_.packages->change(*mine, order, limit - reserve_for_state);
    const auto after = local_.packages->find(order.name, limit);  // never what it was
    auto output = rpc::Output();
    if (!done)
        output = failed(done.error().message);
    else if (!done->complaint.empty())
        output = failed(done->complaint);
    else if (!after)
        output = failed(after.error().message);
    else if (!is_reached(order, *after))
        output = failed("the package manager did not complain, but the package is " +
                        (after->is_present() ? "there" : after->ensure));
    if (done)
        output.data.set("output", done->output);
    return after ? with_state(std::move(output), *after) : output;
}

rpc::Output Package::status(const std::string& name) const {
    if (auto refused = refuse({Change::install, name, {}}))
        return *std::move(refused);
    const auto state = local_.packages->find(name, deadline());
    return state ? with_state({}, *state) : rpc::failure(state.error().message);
}

/// The node's manager. Errors: not_found where there is none, or another one than `only`.
Expected<package::Manager*> Package::manager(std::string_view only) const {
    if (!local_.manager)
        return fail(Errc::not_found, "No package manager that is known was found on this node");
    if (!only.empty() && local_.manager->name() != only)
        return fail(Errc::not_found,
                    fmt::format("This node has {}, not {}", local_.manager->name(), only));
    return local_.manager.get();
}

/// Data of an answer; an error becomes a failure.
rpc::Output reply(const Expected<Told>& answer) {
    if (!answer)
        return rpc::failure(answer.error().message);
    rpc::Output output;
    output.data.set("output", answer->output);
    output.data.set("exitcode", answer->exit_code);
    return output;
}

rpc::Output Package::told(Question question) const {
    const auto known = manager("");
    return known ? reply(((*known)->*question)(deadline())) : rpc::failure(known.error().message);
}

rpc::Output Package::updates(std::string_view only) const {
    const auto known = manager(only);
    if (!known)
        return rpc::failure(known.error().message);
    const auto answer = (*known)->updates(deadline());
    auto output = reply(answer);
    if (answer)
        output.data.set("outdated_packages", package::to_list(answer->items));
    if (answer && only.empty())
        output.data.set("package_manager", (*known)->name());
    return output;
}

rpc::Output Package::search(const std::string& pattern) const {
    if (!package::is_search_pattern(pattern))
        return invalid("Cannot validate input package: neither a package's name nor a pattern");
    const auto known = manager("");
    if (!known)
        return rpc::failure(known.error().message);
    const auto answer = (*known)->search(pattern, deadline());
    if (!answer)
        return rpc::failure(answer.error().message);
    rpc::Output output;
    output.data.set("package_count", static_cast<std::int64_t>(answer->items.size()));
    output.data.set("available_packages", package::to_list(answer->items));
    return output;
}

rpc::Output Package::learn_anew(std::string_view only) const {
    const auto known = manager(only);
    if (!known)
        return rpc::failure(known.error().message);
    const auto limit = deadline();
    const auto mine = turn(limit);
    return mine ? reply((*known)->refresh(*mine, limit)) : rpc::failure(mine.error().message);
}

rpc::Output Package::yum_clean(std::string mode) const {
    if (mode.empty())
        mode = local_.settings.yum_clean_mode;
    return reply(package::yum_clean(local_.parts, mode, deadline()));
}

}  // namespace

/// Throws std::invalid_argument if a setting cannot be used.
std::unique_ptr<Agent> make_package_agent(const AgentContext& context) {
    return std::make_unique<Package>(context);
}

}  // namespace mco::agents
