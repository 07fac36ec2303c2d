// What the sub-commands of browsing print for programs (docs/output.md).
#pragma once

#include "agents/resource/application/browsing.hpp"
#include "core/value.hpp"

#include <string>
#include <vector>

namespace mco::resource::application {

/// A title with its variants; the names of nodes only if they are wanted.
Value title_object(const client::Comparison& comparison,
                   const client::TypeComparison& type,
                   const client::TitleFigures& title,
                   bool with_nodes);

/// The figures of a type.
Value figures_object(const std::string& type, const client::Figures& figures, std::size_t nodes);

/// Nodes that failed, one object each and type, and those that are missing.
std::vector<Value> shortfall_objects(const Browsed& browsed);

/// `--json` prints an array with an element a line, `--jsonl` the lines and a summary behind them.
class ObjectWriter {
  public:
    explicit ObjectWriter(cli::Context& context);

    void add(const Value& object);
    /// `summary`: for lines only.
    void finish(const Value& summary);

  private:
    void flush();

    cli::Context& context_;
    bool lines_;
    bool any_ = false;
    std::string text_;
};

}  // namespace mco::resource::application
