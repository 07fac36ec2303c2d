// Milliseconds that it takes to read the resources of a type without Ruby: the median of as many
// readings as the first word says, a line for each type that follows.
#include "puppet/ral/native.hpp"

#include "system/clock.hpp"
#include "system/process.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

using namespace mco;
using Milliseconds = std::chrono::duration<double, std::milli>;

Expected<double> timed(const puppet::NativeReading& native, const char* type) {
    const auto begin = std::chrono::steady_clock::now();
    const auto resources = native.read(type, begin + std::chrono::seconds(30));
    if (!resources)
        return tl::unexpected(resources.error());
    return Milliseconds(std::chrono::steady_clock::now() - begin).count();
}

/// False if it cannot be read.
bool print_median(const puppet::NativeReading& native, const char* type, int runs) {
    std::vector<double> times;
    for (int i = 0; i < runs; ++i) {
        const auto time = timed(native, type);
        if (!time) {
            std::fprintf(stderr, "%s: %s\n", type, time.error().message.c_str());
            return false;
        }
        times.push_back(*time);
    }
    std::sort(times.begin(), times.end());
    std::printf("%s %.4f\n", type, times[times.size() / 2]);
    return true;
}

}  // namespace

int main(int count, char** words) {
    const int runs = count > 2 ? std::atoi(words[1]) : 0;
    if (runs < 1) {
        std::fputs("usage: mco-bench-native RUNS TYPE...\n", stderr);
        return 2;
    }
    system::RealRunner runner;
    const system::RealClock clock;
    const puppet::NativeReading native(true, runner, clock);
    bool all = true;
    for (int i = 2; i < count; ++i)
        all = print_median(native, words[i], runs) && all;
    return all ? 0 : 1;
}
