// `mco help`: the commands, or the options of one of them (spec 1.7).
#include "cli/applications/table.hpp"
#include "cli/commands.hpp"
#include "cli/render/listing.hpp"
#include "core/text/spelling.hpp"

namespace mco::cli {

namespace {

std::string unknown(const std::string& name, const Commands& commands) {
    std::vector<std::string> names;
    for (const auto& application : commands.all())
        names.emplace_back(application.name);
    const auto near = text::nearest(name, names, text::plausible_edits(name.size()));
    return "There is no command '" + name + "'" + (near ? "; did you mean '" + *near + "'?" : "");
}

}  // namespace

std::vector<std::string> help_usages() {
    return {"mco help [COMMAND]"};
}

Expected<int> run_help(Context& context) {
    if (context.parsed.arguments.empty()) {
        std::vector<render::Command> commands;
        for (const auto& application : context.commands.all())
            commands.push_back({application.name, application.description});
        context.screen.out(render::help_listing(commands, version()));
        return 0;
    }
    const auto& name = context.parsed.arguments.front();
    const auto* application = context.commands.find(name);
    if (application == nullptr)
        return fail(Errc::not_found, unknown(name, context.commands));
    context.screen.out(help_screen(*application));
    return 0;
}

}  // namespace mco::cli
