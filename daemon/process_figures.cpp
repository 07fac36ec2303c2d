#include "daemon/process_figures.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <sys/resource.h>

namespace mco::daemon {
namespace {

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

Map processor_times() {
    rusage own{};
    rusage children{};
    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &children);
    return Map{{Symbol{"utime"}, seconds(own.ru_utime)},
               {Symbol{"stime"}, seconds(own.ru_stime)},
               {Symbol{"cutime"}, seconds(children.ru_utime)},
               {Symbol{"cstime"}, seconds(children.ru_stime)}};
}

Array thread_names() {
    Array names;
    std::error_code error;
    for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task", error)) {
        std::string name;
        std::getline(std::ifstream(thread.path() / "comm"), name);
        names.emplace_back(name + " " + thread.path().filename().string());
    }
    return names;
}

}  // namespace mco::daemon
