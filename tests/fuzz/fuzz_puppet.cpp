// What Puppet and we left in files: reports of any version, and notes of runs. Whatever stands in
// them, what comes out is short and safe for a terminal.
#include "agents/puppet/report.hpp"
#include "agents/puppet/run_outcome.hpp"
#include "agents/puppet/run_record.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

void require(bool holds) {
    if (!holds)
        std::abort();
}

bool is_safe(const std::string& line) {
    return line.size() < 4096 && std::all_of(line.begin(), line.end(), [](char c) {
               const auto byte = static_cast<unsigned char>(c);
               return byte >= 0x20 && byte != 0x7f;
           });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (const auto report = mco::puppet::parse_report(text)) {
        const auto result = mco::puppet::result_of(*report, text, text);
        require(result.finished && !result.outcome.empty());
        require(is_safe(result.environment) && is_safe(result.config_version));
        require(result.errors.size() <= 10);
        require(std::all_of(result.errors.begin(), result.errors.end(), is_safe));
        (void)mco::puppet::report_as_output(text);
    }
    const auto none = mco::puppet::result_without_report(text);
    require(std::all_of(none.errors.begin(), none.errors.end(), is_safe));
    if (const auto run = mco::puppet::run_from_json(text, "run")) {
        const auto again = mco::puppet::run_from_json(mco::puppet::to_json(*run), "run");
        require(again && again->pid == run->pid && again->initiated_at == run->initiated_at);
    }
    return 0;
}
