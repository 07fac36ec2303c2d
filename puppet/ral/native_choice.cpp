// Whether Puppet would answer from what we read (resources §3).
#include "puppet/ral/native_types.hpp"
#include "system/files.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include <unistd.h>

namespace mco::puppet {
namespace {

using Path = std::filesystem::path;

bool is_there(const Path& path) {
    return ::access(path.c_str(), F_OK) == 0;
}

std::vector<Path> entries_of(const Path& folder) {
    std::vector<Path> found;
    std::error_code error;
    for (std::filesystem::directory_iterator entries(folder, error), end; !error && entries != end;
         entries.increment(error))
        found.push_back(entries->path());
    return found;
}

/// Whether the plug-ins below `lib`, a folder with puppet/type and so on, change the type. The type
/// `host` is a plug-in itself since Puppet 6, of the module host_core: those two files of it are
/// what we are equal to.
bool changes_type(const Path& lib, const std::string& type) {
    const bool is_plugin = type == "host";
    if (!is_plugin && is_there(lib / "puppet/type" / (type + ".rb")))
        return true;
    const auto providers = entries_of(lib / "puppet/provider" / type);
    return std::any_of(providers.begin(), providers.end(), [&](const Path& provider) {
        return provider.extension() == ".rb" && !(is_plugin && provider.filename() == "parsed.rb");
    });
}

/// The folders lib of all modules; `folders` hold modules, or are modules themselves.
std::vector<Path> module_libraries(const std::vector<std::string>& folders) {
    std::vector<Path> libraries;
    for (const Path folder : folders) {
        libraries.push_back(folder / "lib");
        for (const auto& module : entries_of(folder))
            libraries.push_back(module / "lib");
    }
    return libraries;
}

bool defines(const Path& lib, const std::string& type) {
    return is_there(lib / "puppet/type" / (type + ".rb"));
}

/// Nobody changes the type, and it is there at all.
bool is_puppets_own(const std::string& type, const PluginFolders& folders) {
    auto libraries = module_libraries(folders.modules);
    if (!folders.libdir.empty())
        libraries.emplace_back(folders.libdir);
    const auto has_type = [&](const Path& lib) { return defines(lib, type); };
    if (std::any_of(libraries.begin(), libraries.end(), [&](const Path& lib) {
            return changes_type(lib, type);
        }))
        return false;
    // every Puppet has the other types; where nothing is known of Puppet there is nothing to equal
    if (type != "host" || (folders.modules.empty() && folders.puppet_library.empty()))
        return true;
    return std::any_of(libraries.begin(), libraries.end(), has_type) ||
           is_there(Path(folders.puppet_library) / "puppet/type/host.rb") ||
           is_there(Path(folders.puppet_library) / "type/host.rb");
}

/// The services that nsswitch.conf names for a database, without what is in brackets.
std::vector<std::string> name_services(const std::string& config, std::string_view database) {
    std::vector<std::string> services;
    for (std::string_view rest = config; !rest.empty();) {
        auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        line = line.substr(0, line.find('#'));
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        const auto colon = line.find(':');
        auto name = line.substr(0, colon);
        name = name.substr(0, name.find_last_not_of(" \t") + 1);
        if (colon == std::string_view::npos || name != database)
            continue;
        line.remove_prefix(colon + 1);
        while (!line.empty()) {
            line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
            const bool action = line.starts_with('[');
            const auto end = action ? line.find(']') : line.find_first_of(" \t\r[");
            const auto word =
                line.substr(0, end == std::string_view::npos ? end : end + (action ? 1U : 0U));
            if (!action && !word.empty())
                services.emplace_back(word);
            line.remove_prefix(word.size());
        }
    }
    return services;
}

/// systemd adds users of its own beside those in files: of services with DynamicUser, of homed,
/// machined and others that listen, and of records that are dropped in.
bool systemd_adds_accounts(const std::string& root) {
    for (const char* folder : {"run/systemd/dynamic-uid",
                               "etc/userdb",
                               "run/userdb",
                               "run/host/userdb",
                               "usr/local/lib/userdb",
                               "usr/lib/userdb"})
        if (!entries_of(path_in(root, folder)).empty())
            return true;
    constexpr std::array<std::string_view, 4> harmless = {"io.systemd.DynamicUser",
                                                          "io.systemd.Multiplexer",
                                                          "io.systemd.NameServiceSwitch",
                                                          "io.systemd.DropIn"};
    const auto sockets = entries_of(path_in(root, "run/systemd/userdb"));
    return std::any_of(sockets.begin(), sockets.end(), [&](const Path& socket) {
        const std::string name = socket.filename().string();
        return std::find(harmless.begin(), harmless.end(), name) == harmless.end();
    });
}

/// Whether accounts come from files alone.
bool has_plain_accounts(const std::string& root) {
    const auto config = system::read_file(path_in(root, "etc/nsswitch.conf"), 1u << 20);
    if (!config && config.error().code != Errc::not_found)
        return false;
    bool asks_systemd = false;
    for (const char* database : {"passwd", "group", "shadow", "initgroups"})
        for (const auto& service : name_services(config ? *config : "", database)) {
            if (service != "files" && service != "systemd")
                return false;
            asks_systemd = asks_systemd || service == "systemd";
        }
    return !asks_systemd || !systemd_adds_accounts(root);
}

bool all_exist(const std::string& root, const std::vector<const char*>& paths) {
    return std::all_of(paths.begin(), paths.end(), [&](const char* path) {
        return is_there(path_in(root, path));
    });
}

bool any_exists(const std::string& root, const std::vector<const char*>& paths) {
    return std::any_of(paths.begin(), paths.end(), [&](const char* path) {
        return is_there(path_in(root, path));
    });
}

/// systemd runs the machine, and no other provider that lists services of its own is usable.
bool has_only_systemd(const std::string& root) {
    const auto first_process = system::read_file(path_in(root, "proc/1/comm"), 4096);
    return first_process && first_process->find("systemd") != std::string::npos &&
           any_exists(root, {"usr/bin/systemctl", "bin/systemctl"}) &&
           !any_exists(root,
                       {"usr/bin/svc",
                        "usr/bin/sv",
                        "bin/rc-status",
                        "sbin/chkconfig",
                        "sbin/initctl",
                        "usr/sbin/rcctl"});
}

bool has_source(std::string_view type, const std::string& root) {
    if (type == "user" || type == "group")
        // with libuser, Puppet tells the members of groups as well
        return has_plain_accounts(root) && !is_there(path_in(root, "usr/sbin/lgroupadd"));
    if (type == "host")
        return is_there(path_in(root, "etc/hosts"));
    if (type == "package")
        return all_exist(root,
                         {"etc/debian_version",
                          "var/lib/dpkg/status",
                          "usr/bin/dpkg",
                          "usr/bin/dpkg-query",
                          "usr/bin/apt-get",
                          "usr/bin/apt-cache",
                          "usr/bin/apt-mark",
                          "usr/bin/debconf-set-selections"});
    return type == "service" && has_only_systemd(root);
}

}  // namespace

std::string path_in(const std::string& root, std::string_view below) {
    return root + (root.ends_with('/') ? "" : "/") + std::string(below);
}

bool reads_as_puppet(std::string_view type, const PluginFolders& folders, const std::string& root) {
    return has_source(type, root) && is_puppets_own(std::string(type), folders);
}

}  // namespace mco::puppet
