// What `--json` and `--jsonl` print: objects that scripts and other `mco`s read (docs/output.md).
#pragma once

#include "client/missing.hpp"
#include "client/outcome.hpp"
#include "core/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mco::client {

/// A list that is written element by element, so that nothing has to be held but its text.
class JsonList {
  public:
    /// `indented` for readers, otherwise on one line.
    explicit JsonList(bool indented) : indented_(indented) {}

    void add(const Value& element);

    /// The text with a newline at its end; the list is used up.
    std::string finish();

  private:
    bool indented_;
    std::string text_ = "[";
};

/// One object on a line of its own.
std::string json_line(const Value& object);

/// Which action the objects are about.
struct Called {
    std::string_view agent;
    std::string_view action;
};

/// The original's object for a reply, with its order of keys (spec 0.5).
Value reply_object(const Result& result, const Called& called);

/// A node whose answer is missing. It has no `sender`, so that nobody takes it for a reply; without
/// `called` it belongs to no action.
Value missing_object(const Missing& missing);
Value missing_object(const Missing& missing, const Called& called);

/// What a call came to: counters, times in seconds, aggregates. The last line of `--jsonl`.
Value summary_object(const Outcome& outcome, const Called& called);

/// The list of all replies, and behind them the missing nodes.
std::string result_json(const Outcome& outcome, const Called& called, bool indented);

/// What follows the lines of the replies: a line for each missing node, and the summary.
std::string closing_lines(const Outcome& outcome, const Called& called);

}  // namespace mco::client
