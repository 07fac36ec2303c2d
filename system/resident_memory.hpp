// How much memory this process has.
#pragma once

#include <cstdint>

namespace mco::system {

/// Resident, in bytes; 0 when the system does not tell. Any thread.
std::int64_t resident_memory();

}  // namespace mco::system
