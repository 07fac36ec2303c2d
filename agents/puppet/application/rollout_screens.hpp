// What is said while Puppet runs on many nodes, and at the end of it.
#pragma once

#include "cli/render/colour.hpp"
#include "client/rollout/rollout.hpp"
#include "core/time.hpp"

#include <string>

namespace mco::puppet::application {

/// `2031-05-04 10:00:00: `, local time: what a line of log begins with.
std::string stamp(TimePoint time);

/// What became of a node: a line, and its first error lines, indented; each with a newline.
/// Failures in red.
std::string run_line(const client::NodeRun& run, const render::Palette& palette);

/// `3 of 8 ended (1 failed); running: web4, web5; 3 waiting`, without a newline.
std::string progress_line(const client::Rollout& rollout);

/// The same for a line that is written over: numbers first, as only its beginning may be seen.
/// `3 of 8 done, 1 failed, 2 running, 3 waiting: web4, web5`.
std::string live_text(const client::Rollout& rollout);

/// Who goes on when nobody waits any more, after an interrupt; without a newline.
std::string interrupted_line(const client::Rollout& rollout);

/// The end: how many nodes ended how, sums over their resources, the names of those that failed or
/// were not run, and why it was stopped if it was. Lines, each with a newline.
std::string totals(const client::Rollout& rollout, const render::Palette& palette);

}  // namespace mco::puppet::application
