#include "agents/data_plugin.hpp"

#include "core/text/ruby.hpp"

#include <algorithm>

namespace mco::agents {

std::string DataQuery::text() const {
    return input.is_nil() ? std::string() : text::to_s(input);
}

bool DataQuery::wants(std::string_view output) const {
    return outputs.empty() || std::find(outputs.begin(), outputs.end(), output) != outputs.end();
}

std::chrono::milliseconds DataQuery::time_left() const {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - clock.monotonic());
    const bool nobody_waits = given_up != nullptr && *given_up;
    return nobody_waits ? std::chrono::milliseconds(0)
                        : std::max(left, std::chrono::milliseconds(0));
}

}  // namespace mco::agents
