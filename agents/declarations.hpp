// The parsed declarations of everything that is compiled in.
#pragma once

#include "core/ddl/ddl.hpp"
#include "core/error.hpp"

#include <map>
#include <string>
#include <string_view>

namespace mco::agents {

/// Immutable; parsed once per process and shared by all nodes in it.
class Declarations {
  public:
    /// Parses the built-in texts. An Error names the file and line that is wrong, and means a
    /// broken build.
    static Expected<Declarations> builtin();

    /// The declaration of a compiled-in agent or data plug-in. Asking for another name throws
    /// std::out_of_range.
    const ddl::Ddl& agent(std::string_view name) const;
    const ddl::Ddl& data(std::string_view name) const;

  private:
    using Table = std::map<std::string, ddl::Ddl, std::less<>>;
    Table agents_;
    Table data_;
};

}  // namespace mco::agents
