#include "system/resident_memory.hpp"

#include "system/files.hpp"

#include <cstdlib>

#include <unistd.h>

namespace mco::system {

std::int64_t resident_memory() {
    const auto statm = read_file("/proc/self/statm", 4096);
    if (!statm)
        return 0;
    const std::size_t second = statm->find(' ') + 1;
    return std::strtoll(statm->c_str() + second, nullptr, 10) * ::sysconf(_SC_PAGESIZE);
}

}  // namespace mco::system
