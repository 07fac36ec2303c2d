#include "cli/reports/graph.hpp"

#include "core/text/utf8.hpp"

namespace mco::reports {

std::string dot_name(std::string_view name) {
    std::string quoted = "\"";
    for (const char c : text::utf8_scrubbed(name)) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += byte < 0x20 || byte == 0x7f ? '?' : c;
    }
    return quoted + '"';
}

std::string graph(const Membership& membership) {
    std::string text = "graph {\n";
    for (const auto& collective : membership.collectives) {
        const auto name = dot_name(collective.name);
        text += "   subgraph " + name + " {\n";
        for (const auto& node : collective.nodes)
            text += "      " + dot_name(node) + " -- " + name + '\n';
        text += "   }\n";
    }
    return text + "}\n";
}

}  // namespace mco::reports
