// Compound filters: the input is call stacks in Marshal or JSON, else expressions as -S takes them,
// one a line. What a node knows before it asks data plug-ins is what comes out when it asks them.
#include "core/filter/compound_filter.hpp"
#include "core/serializer/json.hpp"
#include "core/serializer/marshal.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace {

using namespace mco;

filter::Inventory node() {
    filter::Inventory inventory;
    inventory.classes = {"base", "acme::devserver"};
    inventory.facts = std::make_shared<Map>(Map{{"os", Map{{"family", "Debian"}}},
                                                {"cpus", "4"},
                                                {"a.b", "\xffn\xc3\xa4me"},
                                                {"disks", Array{"sda", Map{{"size", "1"}}}}});
    return inventory;
}

std::vector<Value> parsed(std::string_view text) {
    std::vector<Value> stacks;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(line.size() < text.size() ? line.size() + 1 : text.size());
        const auto tokens = filter::read_compound(line);
        if (!tokens) {
            const auto& error = tokens.error();
            if (error.begin > error.end || error.end > line.size() || error.why.empty())
                __builtin_trap();
            continue;
        }
        stacks.push_back(filter::to_call_stack(*tokens));
        if (filter::from_call_stack(stacks.back()) != *tokens)
            __builtin_trap();
    }
    return stacks;
}

std::vector<Value> stacks_in(std::string_view input) {
    auto decoded = input.starts_with("\x04\x08") ? serializer::marshal::decode(input)
                   : input.starts_with('[')      ? serializer::decode_json(input)
                                                 : Expected<Value>(Value());
    if (decoded && decoded->array() != nullptr)
        return std::move(*decoded->array());
    return parsed(input);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto stacks = stacks_in({reinterpret_cast<const char*>(data), size});
    const auto compound = filter::Compound::from(stacks);
    if (!compound)
        return 0;
    const auto inventory = node();
    const auto early = compound->judge(inventory);
    for (const auto& answer : {Map{{"x", "text"}, {"size", 12}},
                               Map{{"x", true}, {"size", 0.5}},
                               Map{{"x", Value()}, {"size", "12"}}}) {
        const auto late = compound->judge(
            inventory, [&answer](const filter::DataTest&) -> Expected<Map> { return answer; });
        if (early && *early && late && *late != **early)
            __builtin_trap();
        if (early && !*early && compound->functions().empty())
            __builtin_trap();
    }
    return 0;
}
