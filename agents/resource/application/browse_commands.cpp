// `mco resource list`, `show`, `compare` and `inspect`.
#include "agents/resource/application/browsing.hpp"
#include "agents/resource/application/commands.hpp"
#include "agents/resource/application/json.hpp"
#include "agents/resource/application/parameters.hpp"
#include "agents/resource/application/screens.hpp"

#include <algorithm>
#include <utility>

namespace mco::resource::application {

namespace {

using cli::Context;
using client::TitleFigures;

Style style_of(const Context& context) {
    return {context.palette, context.terminal.columns};
}

/// What the sums at the end of lines for programs say.
Value summary_of(const Browsed& browsed, const client::TypeComparison& type) {
    auto summary = *figures_object(type.type, type.figures(), type.answered.size()).map();
    summary.set("failed", static_cast<std::int64_t>(type.failed.size()));
    summary.set("missing", static_cast<std::int64_t>(browsed.missing.size()));
    summary.set("interrupted", browsed.ending.interrupted);
    return summary;
}

void print_titles(Context& context,
                  const Browsed& browsed,
                  const std::vector<TitleFigures>& titles,
                  const Choices& choices,
                  bool with_nodes) {
    const auto& type = browsed.comparison.types.front();
    ObjectWriter writer(context);
    for (std::size_t i = 0; i < choices.shown(titles.size()); ++i)
        writer.add(title_object(browsed.comparison, type, titles[i], with_nodes));
    for (const auto& object : shortfall_objects(browsed))
        writer.add(object);
    writer.finish(summary_of(browsed, type));
}

/// Those of each type, in the order of the comparison's.
void print_figures(Context& context,
                   const Browsed& browsed,
                   const std::vector<client::Figures>& figures) {
    ObjectWriter writer(context);
    client::Figures all;
    for (std::size_t i = 0; i < figures.size(); ++i) {
        const auto& type = browsed.comparison.types[i];
        auto object = figures_object(type.type, figures[i], type.answered.size());
        object.map()->set("unknown", static_cast<std::int64_t>(type.unknown.size()));
        writer.add(object);
        all += figures[i];
    }
    for (const auto& object : shortfall_objects(browsed))
        writer.add(object);
    writer.finish(figures_object("overall", all, browsed.ending.answered));
}

/// What `list` learned of one title.
ShownResource resource_of(const Browsed& browsed, const std::string& title) {
    const auto& type = browsed.comparison.types.front();
    ShownResource shown{type.type, title, type.answered.size(), {}};
    for (const auto& variant : type.variants.of(title))
        shown.variants.push_back(
            {parameters_of(variant.parameters), browsed.comparison.names(variant.nodes)});
    return shown;
}

/// The same settings, but for these nodes only.
cli::Settings for_nodes(const cli::Settings& settings, const std::vector<std::string>& names) {
    auto narrowed = settings;
    if (!names.empty())
        narrowed.filter.identities = names;
    return narrowed;
}

Expected<int> compare_nodes(Context& context,
                            const std::string& type,
                            const Choices& choices,
                            bool named) {
    MCO_TRY(browsed, browse(context, {type}, choices));
    const auto& compared = browsed.comparison.types.front();
    MCO_TRY(titles, chosen_titles(compared, choices));
    if (context.settings.for_programs())
        print_titles(context, browsed, titles, choices, true);
    else if (browsed.ending.asked > 0)
        context.screen.out(
            compare_screen(browsed.comparison, compared, titles, choices, style_of(context)));
    print_shortfall(context, browsed);
    browsed.ending.differing = !titles.empty();
    if (named && browsed.ending.missing && browsed.ending.answered > 0)
        ++browsed.ending.failed;  // who is named is meant
    return exit_code(context, browsed.ending);
}

}  // namespace

void print_shortfall(Context& context, const Browsed& browsed) {
    if (!context.settings.for_programs())
        context.screen.err(failed_nodes(browsed.comparison, context.error_palette));
    print_missing(context, browsed.missing);
}

Expected<int> run_list(Context& context) {
    MCO_TRY(type, type_word(context, "list"));
    MCO_TRY(choices, read_choices(context.parsed));
    MCO_TRY(browsed, browse(context, {type}, choices));
    const auto& listed = browsed.comparison.types.front();
    MCO_TRY(titles, chosen_titles(listed, choices));
    if (context.settings.for_programs())
        print_titles(context, browsed, titles, choices, choices.show_nodes);
    else if (browsed.ending.asked > 0)
        context.screen.out(
            list_screen(browsed.comparison, listed, titles, choices, style_of(context)));
    print_shortfall(context, browsed);
    return exit_code(context, browsed.ending);
}

/// Users are taken from lists: only there nodes tell their groups by name.
Expected<int> run_show(Context& context) {
    MCO_TRY(type, type_word(context, "show"));
    MCO_TRY(title, title_word(context, "show"));
    MCO_TRY(choices, read_choices(context.parsed));
    MCO_TRY(browsed,
            type == "user" ? browse(context, {type}, choices)
                           : find_everywhere(context, type, title, choices));
    if (context.settings.for_programs()) {
        auto titles = browsed.comparison.types.front().variants.titles();
        std::erase_if(titles, [&](const TitleFigures& one) { return one.title != title; });
        print_titles(context, browsed, titles, choices, true);
    } else if (browsed.ending.asked > 0) {
        context.screen.out(
            show_screen(resource_of(browsed, title), choices.show_nodes, style_of(context)));
    }
    print_shortfall(context, browsed);
    return exit_code(context, browsed.ending);
}

Expected<int> run_compare(Context& context) {
    MCO_TRY(type, type_word(context, "compare"));
    MCO_TRY(choices, read_choices(context.parsed));
    choices.differing = true;
    const auto& words = context.parsed.arguments;
    const std::vector<std::string> names(words.begin() + 2, words.end());
    if (names.size() == 1)
        return fail(Errc::invalid, "Name two nodes at least, or none and a filter");
    if (!names.empty() && !context.settings.filter.identities.empty())
        return fail(Errc::invalid, "Name the nodes with -I or behind the type, not both");
    const auto settings = for_nodes(context.settings, names);
    Context narrowed{context.application,
                     context.commands,
                     context.parsed,
                     settings,
                     context.estate,
                     context.screen,
                     context.terminal,
                     context.palette,
                     context.error_palette,
                     context.link,
                     context.input};
    return compare_nodes(narrowed, type, choices, !names.empty());
}

Expected<int> run_inspect(Context& context) {
    const bool named = context.parsed.arguments.size() > 1;
    MCO_TRY(types, type_words(context));
    MCO_TRY(choices, read_choices(context.parsed));
    MCO_TRY(browsed, browse(context, types, choices));
    if (!named)  // Puppet 6 and later know hosts by a module only
        excuse_unknown_types(browsed);
    std::vector<client::Figures> figures;
    for (const auto& type : browsed.comparison.types) {
        MCO_TRY(titles, chosen_titles(type, choices));
        figures.push_back(type.figures(titles));
    }
    if (context.settings.for_programs())
        print_figures(context, browsed, figures);
    else if (browsed.ending.asked > 0)
        context.screen.out(inspect_screen(browsed.comparison, figures, style_of(context)));
    print_shortfall(context, browsed);
    return exit_code(context, browsed.ending);
}

}  // namespace mco::resource::application
