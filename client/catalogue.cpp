#include "client/catalogue.hpp"

#include "agents/builtin_ddls.hpp"
#include "system/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <span>

namespace mco::client {

namespace {

/// What exists without a declaration, because it is part of the program.
struct Builtin {
    ddl::Kind kind;
    std::string_view name;
    std::string_view description;
};

constexpr std::array<Builtin, 14> builtins = {
    {{ddl::Kind::aggregate, "average", "The mean of a numeric output"},
     {ddl::Kind::aggregate,
      "boolean_summary",
      "How often a yes/no output was which, under titles of your own"},
     {ddl::Kind::aggregate, "sum", "The total of a numeric output"},
     {ddl::Kind::aggregate, "summary", "How often each value of an output was seen"},
     {ddl::Kind::connector, "activemq", "STOMP with ActiveMQ's destinations, also for mco-broker"},
     {ddl::Kind::connector, "rabbitmq", "STOMP with RabbitMQ's exchanges"},
     {ddl::Kind::discovery, "mc", "Asks all nodes and lists those that answer"},
     {ddl::Kind::validator, "array", "One of the members of a list"},
     {ddl::Kind::validator, "ipv4address", "An IPv4 address"},
     {ddl::Kind::validator, "ipv6address", "An IPv6 address"},
     {ddl::Kind::validator, "length", "Not longer than a number of characters"},
     {ddl::Kind::validator, "regex", "Text that matches a regular expression"},
     {ddl::Kind::validator, "shellsafe", "Text without the characters a shell gives a meaning to"},
     {ddl::Kind::validator, "typecheck", "A value of a certain type"}}};

ddl::Ddl declaration_of(const Builtin& builtin) {
    ddl::Ddl ddl;
    ddl.kind = builtin.kind;
    ddl.metadata = {std::string(builtin.name),
                    std::string(builtin.description),
                    "The mcollective developers",
                    "Apache-2.0",
                    "1.0",
                    "https://docs.puppet.com/mcollective",
                    builtin.kind == ddl::Kind::discovery ? 2 : 1};
    if (builtin.kind == ddl::Kind::discovery)
        ddl.capabilities = {"classes", "facts", "identity", "agents"};
    return ddl;
}

std::span<const agents::BuiltinDdl> embedded(ddl::Kind kind) {
    if (kind == ddl::Kind::agent)
        return agents::builtin_ddls();
    return kind == ddl::Kind::data ? agents::builtin_data_ddls()
                                   : std::span<const agents::BuiltinDdl>();
}

std::string folder(const std::string& libdir, const PluginType& type) {
    return fmt::format("{}/mcollective/{}", libdir, type.name);
}

std::string without_suffix(std::string name, const PluginType& type) {
    const auto suffix = fmt::format("_{}", type.name);
    if (name.ends_with(suffix))
        name.resize(name.size() - suffix.size());
    return name;
}

/// The declaration in `path`; absent if there is no such file.
Expected<std::optional<ddl::Ddl>> load(const std::string& path, ddl::Kind kind) {
    const auto text = system::read_file(path);
    if (!text && text.error().code == Errc::not_found)
        return std::optional<ddl::Ddl>();
    if (!text)
        return tl::unexpected(text.error());
    MCO_TRY(parsed, ddl::parse(*text, path, kind));
    return std::optional(std::move(parsed));
}

Expected<std::optional<ddl::Ddl>> find_file(const std::vector<std::string>& libdirs,
                                            const PluginType& type,
                                            const std::string& name) {
    for (auto libdir = libdirs.rbegin(); libdir != libdirs.rend(); ++libdir)
        for (const auto& file : {name, fmt::format("{}_{}", name, type.name)}) {
            MCO_TRY(found, load(fmt::format("{}/{}.ddl", folder(*libdir, type), file), type.kind));
            if (found)
                return found;
        }
    return std::optional<ddl::Ddl>();
}

Expected<std::optional<ddl::Ddl>> find_builtin(const PluginType& type, const std::string& name) {
    for (const auto& builtin : embedded(type.kind))
        if (builtin.name == name) {
            MCO_TRY(parsed, ddl::parse(builtin.text, fmt::format("{}.ddl", name), type.kind));
            return std::optional(std::move(parsed));
        }
    for (const auto& builtin : builtins)
        if (builtin.kind == type.kind && builtin.name == name)
            return std::optional(declaration_of(builtin));
    return std::optional<ddl::Ddl>();
}

}  // namespace

Expected<const ddl::Ddl*> Catalogue::find(const PluginType& type, const std::string& name) {
    const auto key = std::pair(type.name, name);
    if (const auto known = loaded_.find(key); known != loaded_.end())
        return &known->second;
    std::optional<ddl::Ddl> found;
    if (name.find('/') == std::string::npos) {
        MCO_TRY(in_file, find_file(libdir_, type, name));
        found = std::move(in_file);
    }
    if (!found) {
        MCO_TRY(builtin, find_builtin(type, name));
        found = std::move(builtin);
    }
    if (!found)
        return fail(Errc::not_found,
                    fmt::format("Can't find DDL for {} plugin '{}'", type.name, name));
    return &loaded_.emplace(key, *std::move(found)).first->second;
}

std::vector<std::string> Catalogue::names(const PluginType& type) const {
    std::set<std::string> names;
    for (const auto& builtin : embedded(type.kind))
        names.emplace(builtin.name);
    for (const auto& builtin : builtins)
        if (builtin.kind == type.kind)
            names.emplace(builtin.name);
    for (const auto& libdir : libdir_) {
        std::error_code error;
        for (std::filesystem::directory_iterator file(folder(libdir, type), error), end;
             !error && file != end;
             file.increment(error))
            if (file->path().extension() == ".ddl")
                names.insert(without_suffix(file->path().stem().string(), type));
    }
    return {names.begin(), names.end()};
}

const PluginType* plugin_type(std::string_view name) {
    const auto found = std::find_if(plugin_types.begin(),
                                    plugin_types.end(),
                                    [&](const PluginType& type) { return type.name == name; });
    return found == plugin_types.end() ? nullptr : &*found;
}

}  // namespace mco::client
