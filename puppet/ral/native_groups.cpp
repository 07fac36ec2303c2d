// Groups as Puppet's provider groupadd tells them.
#include "core/ral/resource.hpp"
#include "puppet/ral/native_accounts.hpp"
#include "puppet/ral/native_shape.hpp"
#include "puppet/ral/native_types.hpp"

#include <cstdint>
#include <set>
#include <utility>

namespace mco::puppet {

Expected<std::vector<ral::Resource>> read_groups(const std::string& root) {
    MCO_TRY(lines, read_group(root));
    std::vector<ral::Resource> groups;
    std::set<std::string> seen;
    for (const auto& line : lines) {
        std::string title = scrubbed(line.name);
        if (!seen.insert(title).second)
            continue;
        Map parameters{{"ensure", can_be_looked_up(line.name) ? "present" : "absent"}};
        if (can_be_looked_up(line.name))
            parameters.entries().push_back({"gid", std::int64_t{line.gid}});
        groups.push_back(shaped("group", std::move(title), std::move(parameters)));
    }
    return groups;
}

}  // namespace mco::puppet
