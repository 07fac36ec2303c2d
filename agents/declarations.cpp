#include "agents/declarations.hpp"

#include "agents/builtin_ddls.hpp"

#include <span>
#include <stdexcept>

namespace mco::agents {
namespace {

using Table = std::map<std::string, ddl::Ddl, std::less<>>;

Expected<Table> parse_all(std::span<const BuiltinDdl> texts,
                          ddl::Kind kind,
                          const std::string& suffix) {
    Table table;
    for (const BuiltinDdl& builtin : texts) {
        MCO_TRY(parsed, ddl::parse(builtin.text, std::string(builtin.name) + suffix, kind));
        table.emplace(builtin.name, std::move(parsed));
    }
    return table;
}

const ddl::Ddl& at(const Table& table, std::string_view name) {
    const auto found = table.find(name);
    if (found == table.end())
        throw std::out_of_range("no declaration named " + std::string(name));
    return found->second;
}

}  // namespace

Expected<Declarations> Declarations::builtin() {
    Declarations all;
    MCO_TRY(agents, parse_all(builtin_ddls(), ddl::Kind::agent, ".ddl"));
    MCO_TRY(data, parse_all(builtin_data_ddls(), ddl::Kind::data, "_data.ddl"));
    all.agents_ = std::move(agents);
    all.data_ = std::move(data);
    return all;
}

const ddl::Ddl& Declarations::agent(std::string_view name) const {
    return at(agents_, name);
}

const ddl::Ddl& Declarations::data(std::string_view name) const {
    return at(data_, name);
}

}  // namespace mco::agents
