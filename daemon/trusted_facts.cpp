#include "daemon/trusted_facts.hpp"

#include <string>
#include <string_view>

namespace mco::daemon {
namespace {

constexpr std::string_view root = "trusted";

bool claims_to_be_trusted(const Value& key) {
    const std::string* name = key.text();
    return name != nullptr && name->rfind(root, 0) == 0 &&
           (name->size() == root.size() || (*name)[root.size()] == '.');
}

void add_leaves(const std::string& prefix, const Map& members, Map& facts) {
    for (const auto& [key, value] : members.entries()) {
        const std::string name = prefix + "." + (key.text() != nullptr ? *key.text() : "");
        if (const Map* deeper = value.map())
            add_leaves(name, *deeper, facts);
        else
            facts.entries().push_back({name, value});
    }
}

}  // namespace

std::shared_ptr<const Map> with_trusted(std::shared_ptr<const Map> facts, const Map& trusted) {
    if (trusted.empty())
        return facts;
    auto merged = std::make_shared<Map>();
    for (const Entry& fact : facts->entries())
        if (!claims_to_be_trusted(fact.key))
            merged->entries().push_back(fact);
    merged->entries().push_back({std::string(root), trusted});
    add_leaves(std::string(root), trusted, *merged);
    return merged;
}

}  // namespace mco::daemon
