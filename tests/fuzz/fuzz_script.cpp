// Report scripts: what is understood is carried out for a node with values of all kinds.
#include "cli/reports/script.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

using namespace mco;

const Map& node() {
    static const Map names = {{"identity", "web1.lab.test"},
                              {"facts",
                               Map{{"os", Map{{"family", "Debian"}}},
                                   {"cpus", "16"},
                                   {"load", 0.5},
                                   {"uptime", 4711},
                                   {"virtual", true},
                                   {"name", "\xffn\xc3\xa4me\nof two lines"}}},
                              {"classes", Array{"base", Symbol{"web"}, Value()}},
                              {"agents", Array{"rpcutil"}},
                              {"time", "2031-05-04 10:11:12 +0000"}};
    return names;
}

void carry_out(const reports::PrintedText& statement) {
    static_cast<void>(reports::print(statement, node()));
}

void carry_out(const reports::PrintedInventory& report) {
    const auto line = reports::print(report, node());
    if (line && !line->ends_with('\n'))
        __builtin_trap();
}

void carry_out(const reports::FormattedInventory& report) {
    reports::Pages pages(report);
    const auto first = pages.add(node());
    const auto second = pages.add(node());
    if (first.has_value() != second.has_value() || (first && second->size() > first->size()))
        __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto script = reports::parse_script(text, "fuzz.mc");
    if (!script)
        return 0;
    for (const auto& step : script->steps)
        std::visit([](const auto& kind) { carry_out(kind); }, step);
    return 0;
}
