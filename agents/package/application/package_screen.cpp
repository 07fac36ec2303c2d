#include "agents/package/application/package_screen.hpp"

#include "core/text/ruby.hpp"
#include "core/value.hpp"

#include <algorithm>
#include <initializer_list>

namespace mco::package::application {

namespace {

using client::Result;

/// Empty where the node said nothing.
std::string said(const Value& data, std::string_view output) {
    const auto* value = data.find(output);
    return value == nullptr || value->is_nil() ? std::string() : text::to_s(*value);
}

/// `absent`, `purged`, or NAME-ENSURE.ARCH; the architecture where it is known.
std::string state_text(const Value& data, std::string_view package) {
    const auto ensure = said(data, "ensure");
    if (ensure == "absent" || ensure == "purged")
        return ensure;
    const auto name = said(data, "name"), arch = said(data, "arch");
    return (name.empty() ? std::string(package) : name) + '-' + ensure +
           (arch.empty() ? "" : '.' + arch);
}

/// All packages of a list in one line: `NAME VERSION (REPO), …`; the place only if `places`.
std::string list_text(const Value& data, std::string_view output, bool places) {
    const auto* list = data.find(output);
    if (list == nullptr || list->array() == nullptr)
        return "it did not say";
    std::string line;
    for (const auto& item : *list->array()) {
        const auto repo = said(item, "repo");
        line += (line.empty() ? "" : ", ") + said(item, "package") + ' ' + said(item, "version") +
                (places && !repo.empty() ? " (" + repo + ')' : "");
    }
    return line.empty() ? "none" : line;
}

/// Indexes may be broken though a manager ended well: its warnings are shown.
std::optional<std::string> warnings_in(const std::string& output) {
    std::string text;
    for (std::size_t at = 0; at < output.size();) {
        const auto end = std::min(output.find('\n', at), output.size());
        if (const auto line = output.substr(at, end - at);
            line.starts_with("W: ") || line.starts_with("E: "))
            text += (text.empty() ? "" : "\n") + line;
        at = end + 1;
    }
    return text.empty() ? std::nullopt : std::optional(text);
}

bool is_one_of(std::string_view action, std::initializer_list<std::string_view> others) {
    return std::find(others.begin(), others.end(), action) != others.end();
}

}  // namespace

std::optional<std::string> node_text(std::string_view action,
                                     std::string_view package,
                                     const Result& result,
                                     bool verbose) {
    const auto& data = result.data;
    if (result.status != 0)
        return result.message;
    if (action == "status")
        return verbose ? said(data, "ensure") : state_text(data, package);
    if (action == "count" || action == "md5")
        return said(data, "output");
    if (is_one_of(action, {"checkupdates", "apt_checkupdates", "yum_checkupdates"}))
        return list_text(data, "outdated_packages", verbose);
    if (action == "search")
        return list_text(data, "available_packages", verbose);
    if (is_one_of(action, {"refresh", "apt_update", "yum_clean"}))
        return verbose ? std::optional(said(data, "output")) : warnings_in(said(data, "output"));
    return verbose ? std::optional(said(data, "ensure")) : std::nullopt;
}

}  // namespace mco::package::application
