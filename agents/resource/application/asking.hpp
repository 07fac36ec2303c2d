// What the sub-commands that hold conversations of their own share: finding the nodes, and telling
// who is missing.
#pragma once

#include "cli/agent_call.hpp"
#include "cli/render/live_line.hpp"
#include "client/call_plan.hpp"
#include "client/outcome.hpp"
#include "client/session.hpp"
#include "core/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mco::resource::application {

/// The nodes that are meant, and how they are asked.
struct Asking {
    client::Session* session = nullptr;
    client::Targets targets;
    client::Request request;  ///< filter, collective, ttl
    client::CallPlan plan;    ///< with the batches that the user wants
};

/// The nodes of the user's filter. When there are none it is said. `asks_later`: as of Showing.
/// Errors: as find_nodes().
Expected<Asking> find_targets(cli::Context& context, bool asks_later = false);

/// Who is missing, by what was answered; asks them for a sign of life.
std::vector<client::Missing> find_missing(cli::Context& context,
                                          const Asking& asking,
                                          client::Outcome& outcome);

/// How a command ended.
struct Ending {
    bool interrupted = false;
    std::size_t asked = 0;
    std::size_t answered = 0;
    std::size_t failed = 0;  ///< of those who answered
    bool missing = false;
    bool differing = false;  ///< counts where nothing failed
};

/// That of a call. Who did not answer is missing, who refused has failed.
Ending ending_of(const client::Outcome& outcome, bool differing);

/// 0 all answered, 1 no nodes or interrupted, 2 some failed, 3 differences (resources §6).
int exit_code(const cli::Context& context, const Ending& ending);

/// A last line on terminals that tells how far things are.
class Live {
  public:
    explicit Live(cli::Context& context);

    void show(std::string_view text);
    /// From here on others may write.
    void finish();

  private:
    cli::Context& context_;
    bool on_;
    render::LiveLine line_;
};

}  // namespace mco::resource::application
