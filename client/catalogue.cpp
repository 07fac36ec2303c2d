#include "client/catalogue.hpp"

#include "agents/builtin_ddls.hpp"
#include "client/declarations/builtin.hpp"
#include "core/ddl/validate.hpp"
#include "system/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

namespace mco::client {

namespace {

using Texts = std::map<std::string_view, std::string_view>;

/// The declarations of one type that are compiled in, by name.
Texts compiled_in(ddl::Kind kind) {
    Texts texts;
    if (kind == ddl::Kind::agent || kind == ddl::Kind::data)
        for (const auto& builtin :
             kind == ddl::Kind::agent ? agents::builtin_ddls() : agents::builtin_data_ddls())
            texts.emplace(builtin.name, builtin.text);
    for (const auto& builtin : builtin_declarations())
        if (builtin.kind == kind)
            texts.emplace(builtin.name, builtin.text);
    return texts;
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
    if (!ddl::version_at_least(MCO_VERSION, parsed.requires_version))
        return fail(
            Errc::invalid,
            fmt::format("{}: requires MCollective {} or newer", path, parsed.requires_version));
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
    const auto texts = compiled_in(type.kind);
    const auto found = texts.find(name);
    if (found == texts.end())
        return std::optional<ddl::Ddl>();
    MCO_TRY(parsed, ddl::parse(found->second, fmt::format("{}.ddl", name), type.kind));
    return std::optional(std::move(parsed));
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
                    fmt::format("Can't find DDL for {} plugin '{}{}'",
                                type.name,
                                name,
                                type.kind == ddl::Kind::data ? "_data" : ""));
    return &loaded_.emplace(key, *std::move(found)).first->second;
}

std::vector<std::string> Catalogue::names(const PluginType& type) const {
    std::set<std::string> names;
    for (const auto& [name, text] : compiled_in(type.kind))
        names.emplace(name);
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
