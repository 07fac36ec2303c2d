// For the tests of this folder: runs applications on a simulated fleet, with a screen that
// remembers.
#pragma once

#include "cli/application.hpp"
#include "cli/commands.hpp"
#include "cli/completion.hpp"
#include "client/testing_link.hpp"
#include "system/log_sinks.hpp"

#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace mco::cli::testing {

class RecordedScreen final : public Screen {
  public:
    void out(std::string_view text) override { out_text += text; }

    void err(std::string_view text) override { err_text += text; }

    std::string out_text;
    std::string err_text;
};

/// Standard input: a pipe that holds `text`, or none.
class TypedInput final : public Input {
  public:
    explicit TypedInput(const std::optional<std::string>& text)
        : piped_(text.has_value()), text_(text.value_or("")) {}

    bool is_piped() const override { return piped_ && !answered_; }

    std::istream& stream() override {
        text_.clear();
        text_.seekg(0);
        return text_;
    }

    bool is_interactive() const override { return answer.has_value(); }

    std::string line(const std::function<bool()>& meanwhile) override {
        answered_ = true;
        std::string typed;
        if (!meanwhile())
            return typed;
        std::getline(text_, typed);
        return answer.value_or(typed);
    }

    std::optional<std::string> answer;  ///< what whoever sits before it says

  private:
    bool piped_;
    bool answered_ = false;
    std::istringstream text_;
};

struct Shown {
    int code = -1;
    std::string out;
    std::string err;
    int connections = 0;
    system::MemorySink::Lines log = {};
};

/// One run of an application; failures come as code 1 with the message on `err`. `memory`: of
/// earlier runs. `piped`: names on standard input;
/// `answer`: of whoever sits at the terminal, if it is one; `terminal`: what standard output is.
inline Shown run_application(client::testing::Fleet& fleet,
                             const Commands& commands,
                             std::string_view name,
                             std::vector<std::string> words,
                             const config::Config& config = {},
                             client::NodeMemoryFile memory = client::NodeMemoryFile(""),
                             const std::optional<std::string>& piped = {},
                             const std::optional<std::string>& answer = {},
                             const Terminal& terminal = {}) {
    const auto* application = commands.find(name);
    const auto parsed = options::parse(all_options(*application), {std::move(words)});
    const auto settings = parsed ? read_settings(*parsed, config)
                                 : Expected<Settings>(tl::unexpected(parsed.error()));
    if (!settings)
        return {1, "", settings.error().message, 0};
    client::testing::FleetLink link(fleet);
    RecordedScreen screen;
    client::Catalogue catalogue({});
    system::MemorySink::Lines lines;
    system::Log log(std::make_unique<system::MemorySink>(lines), system::Level::warn);
    TypedInput input(piped);
    input.answer = answer;
    const client::Estate estate{config, catalogue, memory, log, {}};
    Context context{*application,
                    commands,
                    *parsed,
                    *settings,
                    estate,
                    screen,
                    terminal,
                    render::Palette{false},
                    render::Palette{false},
                    link,
                    input};
    const auto code = application->run(context);
    return {code ? *code : 1,
            screen.out_text,
            screen.err_text + (code ? "" : code.error().message),
            link.asked,
            lines};
}

/// The same of the only command there is.
inline Shown run_command(client::testing::Fleet& fleet,
                         const Application& command,
                         std::vector<std::string> words,
                         const std::optional<std::string>& piped = {},
                         const std::optional<std::string>& answer = {},
                         const Terminal& terminal = {}) {
    return run_application(fleet,
                           Commands({command}),
                           command.name,
                           std::move(words),
                           {},
                           client::NodeMemoryFile(""),
                           piped,
                           answer,
                           terminal);
}

/// What is offered for the last of `words`, where there are these nodes.
inline std::vector<std::string> completed(const Commands& commands,
                                          const std::vector<std::string>& words,
                                          const std::vector<std::string>& nodes = {}) {
    const config::Config config;
    client::Catalogue catalogue({});
    const Sources sources{commands, catalogue, config, [&] { return nodes; }};
    std::vector<std::string> texts;
    for (const auto& one : complete(sources, words))
        texts.push_back(one.text);
    return texts;
}

}  // namespace mco::cli::testing
