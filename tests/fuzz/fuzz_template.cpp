// Report templates: whatever is understood is filled in, for every kind of document.
#include "cli/reports/template.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace {

using namespace mco;

/// Lists have one element each, so that sections in sections do not multiply.
const Value& data() {
    static const Value report = Map{
        {"time", "2031-05-04 10:11:12 +0000"},
        {"nodes",
         Array{Map{{"identity", "<\"web1\">"},
                   {"classes", Array{"base|\nweb"}},
                   {"facts", Map{{"os", Map{{"family", "\xff"}}}, {"a.b", false}, {"cpus", 16}}}}}},
        {"missing", Array()}};
    return report;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(bytes), size);
    const auto parsed = reports::parse_template(text, "fuzz.html");
    if (!parsed)
        return 0;
    const reports::Templates templates{*parsed, {}};
    reports::mentions(templates, "fact_list");
    using reports::Escape;
    for (const auto escape :
         {Escape::none, Escape::html, Escape::csv, Escape::markdown, Escape::json})
        reports::fill(templates, data(), escape);
    return 0;
}
