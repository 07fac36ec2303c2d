#include "core/ral/acting_types.hpp"

#include <algorithm>

namespace mco::ral {

std::string_view why_acting(std::string_view type) {
    for (std::string_view rest = acting_types(); !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const auto line = rest.substr(0, end);
        if (line.starts_with(type) && line.substr(type.size()).starts_with(' '))
            return line.substr(type.size() + 1);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
}

}  // namespace mco::ral
