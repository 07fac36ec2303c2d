// Declarations: whatever parses must print, and must refuse or accept inputs without incident.
#include "core/ddl/aggregate.hpp"
#include "core/ddl/ddl.hpp"
#include "core/ddl/help.hpp"
#include "core/ddl/validate.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

void use(const mco::ddl::Action& action, std::string_view text) {
    mco::Map inputs;
    for (const auto& input : action.inputs) {
        if (auto value = mco::ddl::convert(input, text.substr(0, 64)))
            inputs.set(input.name, *std::move(value));
        const auto outcome = mco::ddl::validate(input, input.default_value);
        static_cast<void>(outcome);
    }
    mco::ddl::apply_defaults(action, inputs);
    mco::Map outputs = {{"status", text.substr(0, 16)}};
    mco::ddl::fill_outputs(action, outputs);
    mco::ddl::summarize(action, {&outputs, nullptr, &inputs});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    // The first byte chooses the kind; digits, so that a corpus stays readable.
    const auto kind = static_cast<mco::ddl::Kind>((data[0] - static_cast<unsigned>('0')) % 6U);
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    const auto ddl = mco::ddl::parse(text, "fuzz.ddl", kind);
    if (!ddl)
        return 0;
    mco::ddl::help(*ddl, 40);
    for (const auto& action : ddl->actions)
        use(action, text);
    return 0;
}
