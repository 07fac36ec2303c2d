// `mco weather`, the command of the example.
#include "cli/agent_call.hpp"
#include "cli/application.hpp"
#include "cli/completion.hpp"
#include "cli/exit_code.hpp"
#include "weather_screen.hpp"

namespace mco::weather {

namespace {

std::vector<std::string> usages() {
    return {"mco weather [options] [filters] [SCALE]"};
}

std::vector<options::OptionSpec> own_options() {
    return {{"sky", "", {"sky"}, "", "Count the colours of the sky, too"}};
}

Expected<int> run(cli::Context& context) {
    Map inputs;
    if (!context.parsed.arguments.empty())
        inputs.set("scale", context.parsed.arguments.front());
    MCO_TRY(call, check_call(context, "weather", "report", std::move(inputs)));
    MCO_TRY(outcome, run_call(context, call, {}));
    context.screen.out(screen(outcome.results, context.palette));
    if (context.parsed.has("sky"))
        print_statistics(context, outcome, "rpc stats", cli::Summarize::yes);
    return cli::exit_code(outcome.statistics);
}

cli::Candidates words(const cli::Completing& line) {
    if (!line.before.arguments.empty())
        return {};
    return {{"celsius", "Water boils at 100"}, {"fahrenheit", "Water boils at 212"}};
}

}  // namespace

}  // namespace mco::weather

namespace mco::agents {

cli::Application make_weather_command() {
    return {"weather",
            "Shows the weather at the nodes",
            {},
            weather::usages,
            weather::own_options,
            weather::run,
            weather::words,
            1};  // SCALE
}

}  // namespace mco::agents
