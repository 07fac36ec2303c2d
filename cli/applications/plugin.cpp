// `mco plugin doc`: which plug-ins there are, and what their declarations say (spec 1.6).
#include "cli/applications/table.hpp"
#include "cli/render/text.hpp"
#include "core/ddl/help.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace mco::cli {

namespace {

/// Said on standard error without the usual failure line.
int give_up(Context& context, const std::string& why) {
    context.screen.err(why + '\n');
    return 1;
}

std::string row(std::string_view name, std::string_view text) {
    return "  " + render::left(name, 25) + ' ' + std::string(text) + '\n';
}

int list_plugins(Context& context) {
    context.screen.out("Please specify a plugin. Available plugins are:\n\n");
    std::string errors;
    for (const auto& type : client::plugin_types) {
        auto text = fmt::format("{}:\n", type.heading);
        for (const auto& name : context.estate.catalogue.names(type)) {
            const auto ddl = context.estate.catalogue.find(type, name);
            if (ddl)
                text += row(name, (*ddl)->metadata.description);
            else
                errors += row(fmt::format("{}/{}", type.name, name),
                              context.palette.paint(render::Colour::yellow, ddl.error().message));
        }
        context.screen.out(text + '\n');
    }
    if (!errors.empty())
        context.screen.out("Plugin Load Errors:\n" + errors);
    return 0;
}

/// What of the declaration's file has no meaning here; empty if everything has.
std::string passed_over(const ddl::Ddl& ddl) {
    std::string text;
    for (const auto& note : ddl.notes)
        text += "   " + note + '\n';
    return text.empty() ? text : "\nPASSED OVER:\n============\n" + text;
}

Expected<int> show(Context& context, const client::PluginType& type, const std::string& name) {
    MCO_TRY(ddl, context.estate.catalogue.find(type, name));
    context.screen.out(ddl::help(*ddl, context.terminal.columns));
    if (context.settings.verbose)
        context.screen.out(passed_over(*ddl));
    return 0;
}

/// The name may carry the suffix that its file has.
Expected<int> show_typed(Context& context, const std::string& type_name, const std::string& name) {
    const auto* type = client::plugin_type(type_name);
    const auto found = type != nullptr ? context.estate.catalogue.find(*type, name)
                                       : Expected<const ddl::Ddl*>(fail(Errc::not_found, ""));
    if (!found && found.error().code == Errc::not_found)
        return give_up(context,
                       fmt::format("Could not find a '{}' plugin named '{}'", type_name, name));
    return show(context, *type, name);
}

Expected<int> show_any(Context& context, const std::string& name) {
    std::vector<const client::PluginType*> found;
    std::vector<std::string> paths;
    for (const auto& type : client::plugin_types) {
        const auto known = context.estate.catalogue.names(type);
        if (std::find(known.begin(), known.end(), name) == known.end())
            continue;
        found.push_back(&type);
        paths.push_back(fmt::format("{}/{}", type.name, name));
    }
    if (found.empty())
        return give_up(
            context,
            fmt::format("Could not find a plugin named '{}' in any supported plugin type", name));
    if (found.size() > 1)
        return give_up(context,
                       fmt::format("There are {} plugins named '{}'; say which one is meant: {}",
                                   found.size(),
                                   name,
                                   fmt::join(paths, ", ")));
    return show(context, *found.front(), name);
}

}  // namespace

std::vector<std::string> plugin_usages() {
    return {"mco plugin doc [NAME]", "mco plugin doc TYPE/NAME"};
}

std::vector<options::OptionSpec> plugin_options() {
    return {{"template", "", {"template"}, "FILE", "Refused: there is one layout, and no ERB"}};
}

Expected<int> run_plugin(Context& context) {
    const auto& words = context.parsed.arguments;
    if (words.empty())
        return give_up(context, "No action specified, please run 'mco help plugin' for help");
    if (words[0] != "doc")
        return give_up(
            context,
            fmt::format("Invalid action {}, please run 'mco help plugin' for help.", words[0]));
    if (context.parsed.has("template"))
        return fail(Errc::invalid,
                    "Templates are Ruby programs and none are run here: leave --template out, the "
                    "documentation has the layout that rpc-help.erb gives it");
    if (words.size() < 2 || words[1] == ".")
        return list_plugins(context);
    const auto slash = words[1].find('/', 1);
    if (slash == std::string::npos || slash + 1 == words[1].size())
        return show_any(context, words[1]);
    return show_typed(context, words[1].substr(0, slash), words[1].substr(slash + 1));
}

}  // namespace mco::cli
