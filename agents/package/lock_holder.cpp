#include "agents/package/lock_holder.hpp"

#include "system/descriptor.hpp"

#include <fstream>

#include <fcntl.h>

namespace mco::package {

std::optional<LockHolder> lock_holder(const std::string& file) {
    const system::Descriptor opened(
        ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));

    struct flock wanted {};

    wanted.l_type = F_WRLCK;
    wanted.l_whence = SEEK_SET;
    if (!opened || ::fcntl(opened.get(), F_GETLK, &wanted) != 0 || wanted.l_type == F_UNLCK ||
        wanted.l_pid <= 0)
        return std::nullopt;
    LockHolder holder{wanted.l_pid, {}};
    std::ifstream name("/proc/" + std::to_string(holder.pid) + "/comm");
    std::getline(name, holder.program);
    return holder;
}

}  // namespace mco::package
