// The plug-ins this client knows: declarations found in the library directories, and those that are
// compiled in.
#pragma once

#include "core/ddl/ddl.hpp"
#include "core/error.hpp"

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mco::client {

/// A kind of plug-in, as `mco plugin doc` lists them.
struct PluginType {
    ddl::Kind kind;
    std::string_view name;  ///< in paths and in TYPE/NAME
    std::string_view heading;
};

constexpr std::array<PluginType, 6> plugin_types = {
    {{ddl::Kind::agent, "agent", "Agents"},
     {ddl::Kind::aggregate, "aggregate", "Aggregate"},
     {ddl::Kind::connector, "connector", "Connectors"},
     {ddl::Kind::data, "data", "Data Queries"},
     {ddl::Kind::discovery, "discovery", "Discovery Methods"},
     {ddl::Kind::validator, "validator", "Validator Plugins"}}};

class Catalogue {
  public:
    /// `libdir`: directories that hold `mcollective/TYPE/NAME.ddl`, highest precedence last.
    explicit Catalogue(std::vector<std::string> libdir) : libdir_(std::move(libdir)) {}

    /// A declaration by its name without type suffix; files go before what is compiled in. The
    /// reference stays valid as long as the catalogue. Errors: not_found; what is wrong with the
    /// file, with its path and line.
    Expected<const ddl::Ddl*> find(const PluginType& type, const std::string& name);

    /// Names of one type, sorted, each once.
    std::vector<std::string> names(const PluginType& type) const;

  private:
    std::vector<std::string> libdir_;
    std::map<std::pair<std::string_view, std::string>, ddl::Ddl> loaded_;  // by type and name
};

/// The type called `name`; null if there is none.
const PluginType* plugin_type(std::string_view name);

}  // namespace mco::client
