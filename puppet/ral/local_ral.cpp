#include "puppet/ral/local_ral.hpp"

#include "puppet/process_table.hpp"
#include "puppet/ral/native_shape.hpp"
#include "puppet/resource_rules.hpp"
#include "puppet/state.hpp"
#include "system/files.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <string_view>
#include <thread>
#include <utility>

namespace mco::puppet {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::array<std::string_view, 5> native_types = {"group",
                                                          "host",
                                                          "package",
                                                          "service",
                                                          "user"};

/// Providers of packages whose answer dpkg's own files give.
constexpr std::array<const char*, 3> providers_of_dpkg = {"apt", "aptitude", "dpkg"};

/// Between two looks at the lock of the Puppet agent.
constexpr milliseconds between_looks(200);
/// What is left for the work itself when the agent has finished.
constexpr seconds time_to_apply(10);

/// Where packages of Puppet have it; empty if it is elsewhere.
std::string puppet_library() {
    for (const char* folder :
         {"/opt/puppetlabs/puppet/lib/ruby/vendor_ruby", "/usr/lib/ruby/vendor_ruby"})
        if (system::stamp(std::string(folder) + "/puppet/type/user.rb"))
            return folder;
    return "";
}

Expected<std::string> checked_type(const std::string& type) {
    if (!ral::is_type_name(type))
        return fail(Errc::invalid, "The type is not the name of a Puppet type");
    return lower_case(type);
}

/// Whether Puppet has providers of the type that know what our own reading does not.
bool may_be_elsewhere(std::string_view type) {
    return type == "package" || type == "service";
}

/// As Puppet shows what is not there.
ral::Resource absent(const std::string& type, const std::string& title) {
    if (type == "service")
        return shaped("service", title, {{"ensure", "stopped"}, {"enable", "false"}});
    if (type == "package")
        return shaped("package", title, {{"ensure", "purged"}, {"provider", "apt"}});
    return shaped(type.c_str(), title, {{"ensure", "absent"}});
}

/// Of two with the same title the first counts, which is the system's.
void add(std::vector<ral::Resource>& resources, std::vector<ral::Resource> more) {
    std::set<std::string> titles;
    for (const ral::Resource& known : resources)
        titles.insert(known.title);
    for (ral::Resource& resource : more)
        if (titles.insert(resource.title).second)
            resources.push_back(std::move(resource));
    std::sort(resources.begin(), resources.end(), [](const auto& one, const auto& other) {
        return one.title < other.title;
    });
}

}  // namespace

Expected<std::unique_ptr<LocalRal>> LocalRal::make(const config::Config& config,
                                                   LocalPuppet& puppet,
                                                   system::Runner& runner,
                                                   const system::Clock& clock,
                                                   system::Log& log) {
    MCO_TRY(native, config.plugin_bool("puppetral.native", true));
    MCO_TRY(worker, read_worker_settings(config));
    return std::unique_ptr<LocalRal>(
        new LocalRal(puppet, NativeReading(native, runner, clock), std::move(worker), clock, log));
}

LocalRal::LocalRal(LocalPuppet& puppet,
                   NativeReading native,
                   WorkerSettings worker,
                   const system::Clock& clock,
                   system::Log& log)
    : puppet_(puppet),
      native_(std::move(native)),
      worker_(std::move(worker), puppet, clock, log),
      clock_(clock) {}

milliseconds LocalRal::until(Monotonic deadline) const {
    return std::max(std::chrono::duration_cast<milliseconds>(deadline - clock_.monotonic()),
                    milliseconds(0));
}

bool LocalRal::has_puppet(Monotonic deadline) const {
    return puppet_.finder.paths(until(deadline)).has_value();
}

/// Without Puppet there are no plug-ins either.
bool LocalRal::reads_natively(std::string_view type, Monotonic deadline) const {
    PluginFolders folders;
    if (const auto paths = puppet_.finder.paths(until(deadline))) {
        folders.libdir = (*paths)->libdir;
        folders.modules = (*paths)->modules;
        folders.puppet_library = puppet_library();
    }
    return native_.can_read(type, folders);
}

Expected<ral::Resource> LocalRal::find(const std::string& type,
                                       const std::string& title,
                                       Monotonic deadline) {
    MCO_TRY(name, checked_type(type));
    if (!reads_natively(name, deadline))
        return worker_.find(name, title, deadline);
    MCO_TRY(found, native_.read(name, title, deadline));
    if (found)
        return *std::move(found);
    if (!may_be_elsewhere(name))
        return absent(name, title);
    auto elsewhere = worker_.find(name, title, deadline);
    return elsewhere || has_puppet(deadline) ? elsewhere : absent(name, title);
}

Expected<Listed> LocalRal::search(const std::string& type,
                                  const std::string& provider,
                                  Monotonic deadline) {
    MCO_TRY(name, checked_type(type));
    const bool packages = name == "package";
    const bool of_system = packages && (provider == "system" || provider == "apt");
    if ((!provider.empty() && !of_system) || !reads_natively(name, deadline))
        return worker_.search(name, provider, {}, deadline);
    MCO_TRY(resources, native_.read(name, deadline));
    std::vector<std::string> warnings = scrubbed_warnings(resources);
    Listed listed{std::move(resources), std::move(warnings)};
    if (packages && provider.empty())
        add_other_packages(listed, deadline);
    return listed;
}

/// What is known stays known when Puppet cannot tell the rest.
void LocalRal::add_other_packages(Listed& listed, Monotonic deadline) {
    auto others = worker_.search(
        "package", "", {providers_of_dpkg.begin(), providers_of_dpkg.end()}, deadline);
    if (!others) {
        listed.warnings.push_back("only the packages of dpkg: " + others.error().message);
        return;
    }
    add(listed.resources, std::move(others->resources));
    listed.warnings.insert(listed.warnings.end(), others->warnings.begin(), others->warnings.end());
}

Expected<Ral::Types> LocalRal::types(Monotonic deadline) {
    Types types;
    for (const std::string_view type : native_types)
        if (reads_natively(type, deadline))
            types.native.emplace_back(type);
    if (!types.native.empty() && !has_puppet(deadline)) {
        types.names = types.native;
        return types;
    }
    MCO_TRY(greeting, worker_.greeting(deadline));
    types.puppet_version = std::move(greeting.puppet);
    MCO_TRY(names, worker_.types(deadline));
    types.names = std::move(names);
    return types;
}

Expected<ApplyResult> LocalRal::apply(const std::vector<ral::Resource>& resources,
                                      bool noop,
                                      Monotonic deadline) {
    for (const ral::Resource& resource : resources)
        if (const auto type = checked_type(resource.type); !type)
            return tl::unexpected(type.error());
    if (!noop)
        MCO_CHECK(wait_for_agent(deadline));
    return worker_.apply(resources, noop, deadline);
}

/// Two that write the same files lose each other's lines (resources §2, trap 25).
Expected<void> LocalRal::wait_for_agent(Monotonic deadline) const {
    MCO_TRY(paths, puppet_.finder.paths(until(deadline)));
    const ProcessTable processes;
    while (read_state(*paths, puppet_.settings, processes).applying) {
        if (clock_.monotonic() + between_looks + time_to_apply > deadline)
            return fail(Errc::unavailable, "Puppet is applying a catalog");
        std::this_thread::sleep_for(between_looks);
    }
    return {};
}

Expected<ral::GroupNames> LocalRal::group_names() const {
    return native_.group_names();
}

void LocalRal::refresh() {
    worker_.refresh();
}

}  // namespace mco::puppet
