// Shows Puppet runs while they go on, and keeps what becomes of them.
#pragma once

#include "cli/application.hpp"
#include "cli/render/live_line.hpp"
#include "client/outcome.hpp"
#include "client/rollout/conductor.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mco::puppet::application {

/// How lines look: of a report, or of a log with a stamp before each.
enum class RunLines { plain, stamped };

/// Writes to the context's screen as its form of output has it: lines as text, an object for each
/// node that ended as lines of JSON, else nothing before the end. On a terminal a last line tells
/// how far things are, until finish().
class RunScreen final : public client::RolloutWatcher {
  public:
    RunScreen(cli::Context& context, const client::Session& session, RunLines lines)
        : context_(context), session_(session), lines_(lines), live_(context.terminal.columns) {}

    void on_scheduled(const std::string& node, const std::string& said) override;
    void on_output(const std::string& node, const std::string& line) override;
    void on_end(const client::NodeRun& run, const Map& data) override;
    void on_progress(const client::Rollout& rollout, Monotonic now) override;

    /// A line of its own; nothing unless the form is text.
    void say(std::string_view text);

    /// The runs are over, or nobody waits any more: from here on others may write, too.
    void finish();

    /// Of the nodes that answered, in the order of their ends.
    std::vector<client::Result> take_results() { return std::move(results_); }

  private:
    void show_wave(const client::Rollout& rollout);
    void print(std::string_view text);

    bool is_text() const { return context_.settings.form == cli::Form::text; }

    bool is_live() const {
        return is_text() && context_.terminal.interactive && context_.settings.progress;
    }

    std::string stamp() const;

    cli::Context& context_;
    const client::Session& session_;
    RunLines lines_;
    render::LiveLine live_;
    std::vector<client::Result> results_;
    std::size_t wave_ = 0;
    bool moved_ = false;    // since the last line about progress
    Monotonic progressed_;  // when that was
};

}  // namespace mco::puppet::application
