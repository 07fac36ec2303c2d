// `mco doctor NODE`: does that node answer, by which way, and if not, why not.
#pragma once

#include "cli/doctor/clock_check.hpp"
#include "cli/doctor/finding.hpp"
#include "client/session.hpp"
#include "core/config/config.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace mco::doctor {

/// What became of one question to the node.
struct Asked {
    bool answered = false;
    std::chrono::milliseconds after{0};
    std::string refusal;       ///< what the node said when it did not do it
    std::size_t unproven = 0;  ///< answers that nobody could prove
    std::string why;           ///< of the last of them
    std::optional<Error> failed;
};

/// What became of all questions to it.
struct Questions {
    Asked broadcast;
    Asked directed;
    Asked probe;  ///< that any clock lets pass; asked when the others were not answered
};

/// Pure. `others`: nodes that answered the question who is there.
Findings judge_node(const std::string& node,
                    const Questions& asked,
                    const std::vector<std::string>& others);

struct NodeReport {
    Findings findings;
    std::vector<Answered> answers;
};

/// Asks over the session, up to `limit` for each of both ways.
NodeReport ask_node(client::Session& session,
                    const config::Config& config,
                    const std::string& node,
                    std::chrono::milliseconds limit,
                    const std::vector<std::string>& others);

}  // namespace mco::doctor
