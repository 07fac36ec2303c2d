#include "client/missing.hpp"

#include <array>
#include <cstddef>

namespace mco::client {

std::string_view name(Absence absence) {
    constexpr std::array<std::string_view, 7> names = {"never_seen",
                                                       "not_there",
                                                       "timed_out",
                                                       "clock_skew",
                                                       "not_provable",
                                                       "not_asked",
                                                       "no_match"};
    return names[static_cast<std::size_t>(absence)];
}

}  // namespace mco::client
