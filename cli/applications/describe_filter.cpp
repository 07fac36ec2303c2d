// `mco describe_filter`: what filter options mean, in words and without asking anybody (spec 1.9).
#include "cli/applications/table.hpp"
#include "cli/render/description.hpp"
#include "client/select.hpp"
#include "core/filter/compound.hpp"

namespace mco::cli {

namespace {

/// What cannot be read is refused as in a call. Data plug-ins need no declaration to be described.
Expected<std::vector<filter::Token>> read(const std::string& text, Context& context) {
    auto tokens = filter::parse_compound(text);
    if (tokens)
        return tokens;
    MCO_TRY(
        selection,
        client::select(
            {text}, context.estate.catalogue, context.error_palette.painter(render::Colour::red)));
    static_cast<void>(selection);
    return tokens;
}

}  // namespace

std::vector<std::string> describe_filter_usages() {
    return {"mco describe_filter -S <filter> -F <filter> -C <filter>"};
}

Expected<int> run_describe_filter(Context& context) {
    std::vector<std::vector<filter::Token>> expressions;
    for (const auto& text : context.settings.selects) {
        MCO_TRY(tokens, read(text, context));
        expressions.push_back(std::move(tokens));
    }
    context.screen.out(render::described(context.settings.filter, expressions));
    return 0;
}

}  // namespace mco::cli
