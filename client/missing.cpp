#include "client/missing.hpp"

#include <array>
#include <cstddef>

namespace mco::client {

std::string_view name(Absence absence) {
    constexpr std::array<std::string_view, 8> names = {"never_seen",
                                                       "not_there",
                                                       "timed_out",
                                                       "refused",
                                                       "clock_skew",
                                                       "not_provable",
                                                       "not_asked",
                                                       "no_match"};
    return names[static_cast<std::size_t>(absence)];
}

}  // namespace mco::client
