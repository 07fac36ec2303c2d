// Shows Puppet runs while they go on, and keeps what becomes of them.
#pragma once

#include "cli/application.hpp"
#include "client/outcome.hpp"
#include "client/rollout/conductor.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mco::puppet::application {

/// How lines look: of a report, or of a log with a stamp before each.
enum class RunLines { plain, stamped };

/// Writes to the context's screen as its form of output has it: lines as text, an object for each
/// node that ended as lines of JSON, else nothing before the end.
class RunScreen final : public client::RolloutWatcher {
  public:
    RunScreen(cli::Context& context, const client::Session& session, RunLines lines)
        : context_(context), session_(session), lines_(lines) {}

    void on_scheduled(const std::string& node, const std::string& said) override;
    void on_output(const std::string& node, const std::string& line) override;
    void on_end(const client::NodeRun& run, const Map& data) override;
    void on_progress(const client::Rollout& rollout, Monotonic now) override;

    /// A line of its own; nothing unless the form is text.
    void say(std::string_view text);

    /// Of the nodes that answered, in the order of their ends.
    std::vector<client::Result> take_results() { return std::move(results_); }

  private:
    void show_wave(const client::Rollout& rollout);

    bool is_text() const { return context_.settings.form == cli::Form::text; }

    std::string stamp() const;

    cli::Context& context_;
    const client::Session& session_;
    RunLines lines_;
    std::vector<client::Result> results_;
    std::set<std::string> scheduled_;
    std::size_t wave_ = 0;
    bool moved_ = false;    // since the last line about progress
    Monotonic progressed_;  // when that was
};

}  // namespace mco::puppet::application
