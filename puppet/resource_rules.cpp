#include "puppet/resource_rules.hpp"

#include "system/files.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <vector>

namespace mco::puppet {
namespace {

constexpr std::size_t file_limit = 64u << 20;

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::vector<std::string> items(std::string_view list) {
    std::vector<std::string> found;
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(','), list.size());
        found.emplace_back(trimmed(list.substr(0, end)));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return found;
}

/// The path that Puppet will make of it.
std::string cleaned(const std::string& path) {
    std::string clean = std::filesystem::path(path).lexically_normal().string();
    while (clean.size() > 1 && clean.back() == '/')
        clean.pop_back();
    return clean.substr(0, 2) == "//" ? clean.substr(1) : clean;
}

constexpr std::array<std::string_view, 4> types_of_paths = {"file", "k5login", "mount", "tidy"};
constexpr std::string_view unit_of_service = ".service";

/// How a title is compared with others of its type: one thing may have several names.
std::string compared(const std::string& type, const std::string& title) {
    if (std::find(types_of_paths.begin(), types_of_paths.end(), type) != types_of_paths.end())
        return cleaned(title);
    if (type == "service" && title.ends_with(unit_of_service))
        return title.substr(0, title.size() - unit_of_service.size());
    return title;
}

/// Without the architecture of a package: what is denied, or managed, is so in all of them.
std::string bare(const ResourceName& name) {
    const std::string title = compared(name.type, name.title);
    return name.type == "package" ? title.substr(0, title.find(':')) : title;
}

bool lists_type(const std::string& list, const std::string& type) {
    const auto listed = items(list);
    return std::any_of(listed.begin(), listed.end(), [&](const std::string& item) {
        return lower_case(item) == type;
    });
}

bool lists_name(const std::string& list, const ResourceName& name) {
    const auto listed = items(list);
    const std::string wanted = compared(name.type, name.title);
    return std::any_of(listed.begin(), listed.end(), [&](const std::string& item) {
        return compared(name.type, item) == wanted;
    });
}

bool denies_name(const std::string& list, const ResourceName& name) {
    return lists_name(list, name) || lists_name(list, {name.type, bare(name)});
}

/// The two lists about one thing; null where there is none.
struct Lists {
    const std::string* allowed;
    const std::string* denied;
};

/// `kind` is type or name, `suffix` what follows the word of the list in the setting's name.
Expected<Lists> lists_of(const ResourceLists& all,
                         const std::string& kind,
                         const std::string& suffix) {
    const std::string allowed = all.agent + ".resource_" + kind + "_whitelist" + suffix;
    const std::string denied = all.agent + ".resource_" + kind + "_blacklist" + suffix;
    const Lists lists{all.config.plugin_setting(allowed), all.config.plugin_setting(denied)};
    if (lists.allowed && lists.denied)
        return fail(
            Errc::invalid,
            "You cannot specify both " + allowed + " and " + denied + " in the config file");
    return lists;
}

tl::unexpected<Error> refuse(const std::string& what, const std::string& kind, const char* list) {
    return fail(Errc::invalid, "The " + what + " " + kind + " is " + list);
}

}  // namespace

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

std::string ResourceName::reference() const {
    std::string shown = type;
    bool first = true;
    for (char& c : shown) {
        if (first && c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
        first = c == ':';
    }
    return shown + "[" + title + "]";
}

bool has_name_list(const std::string& type, const ResourceLists& lists) {
    const auto is_set = [&](const char* list) {
        return lists.config.plugin_setting(lists.agent + list + type) != nullptr;
    };
    return is_set(".resource_name_whitelist.") || is_set(".resource_name_blacklist.");
}

Expected<void> check_lists(const ResourceName& name, const ResourceLists& lists) {
    MCO_TRY(types, lists_of(lists, "type", ""));
    MCO_TRY(names, lists_of(lists, "name", "." + name.type));
    const bool no_type = !types.allowed || *types.allowed == "none";
    if (types.denied && lists_type(*types.denied, name.type))
        return refuse(name.type, "type", "listed in the type blacklist");
    if (!types.denied && (no_type || !lists_type(*types.allowed, name.type)))
        return refuse(name.type, "type", "not listed in the type whitelist");
    if (names.denied && denies_name(*names.denied, name))
        return refuse(name.title, "name", "listed in the name blacklist");
    if (names.allowed && !lists_name(*names.allowed, name))
        return refuse(name.title, "name", "not listed in the name whitelist");
    return {};
}

Expected<bool> is_managed(const std::string& resources_file, std::string_view reference) {
    const std::size_t open = reference.find('[', 1);
    if (open == std::string_view::npos || open + 1 == reference.size())
        return fail(Errc::invalid, "Invalid resource name " + std::string(reference));
    const auto content = system::read_file(resources_file, file_limit);
    if (!content)
        return content.error().code == Errc::not_found ? Expected<bool>(false)
                                                       : tl::unexpected(content.error());
    const std::string exact =
        lower_case(reference.substr(0, open)) + std::string(reference.substr(open));
    // Puppet writes titles in lower case from some release on; older ones write them as they are.
    const std::string lower = lower_case(exact);
    for (std::string_view rest = *content; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        if (const auto line = rest.substr(0, end); line == exact || line == lower)
            return true;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

Expected<bool> is_managed(const std::string& resources_file, const ResourceName& name) {
    const std::string title = compared(name.type, name.title);
    std::set<std::string> titles = {title, bare(name)};
    if (name.type == "service")
        titles.insert(title + std::string(unit_of_service));
    for (const std::string& each : titles) {
        MCO_TRY(managed, is_managed(resources_file, name.type + "[" + each + "]"));
        if (managed)
            return true;
    }
    return false;
}

Expected<void> check_unmanaged(const std::string& resources_file, const ResourceName& name) {
    MCO_TRY(managed, is_managed(resources_file, name));
    if (managed)
        return fail(Errc::invalid,
                    "Puppet is managing the resource '" + name.reference() +
                        "', refusing to create conflicting states");
    return {};
}

}  // namespace mco::puppet
