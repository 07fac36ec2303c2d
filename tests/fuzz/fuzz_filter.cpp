// Filters: the input's lines are a fact expression, words for -W, a class, an identity and an
// agent; all of them meet a node.
#include "core/filter/match.hpp"
#include "core/filter/parse.hpp"
#include "core/filter/pattern.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace {

mco::filter::Inventory node() {
    mco::filter::Inventory inventory;
    inventory.identity = "web1.example.net";
    inventory.classes = {"base", "apache", "acme::devserver"};
    inventory.agents = {"discovery", "rpcutil"};
    inventory.collectives = {"mcollective"};
    inventory.facts = std::make_shared<mco::Map>(mco::Map{{"os", "Debian"},
                                                          {"cpus", "4"},
                                                          {"load", "0.5"},
                                                          {"name", "\xffn\xc3\xa4me"},
                                                          {"disks", mco::Array{"sda", "sdb"}},
                                                          {"nics", mco::Map{{"eth0", "up"}}}});
    return inventory;
}

std::string_view next_line(std::string_view& text) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() < text.size() ? line.size() + 1 : text.size());
    return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto inventory = node();
    mco::filter::Filter facts;
    const auto fact = next_line(text);
    if (auto test = mco::filter::parse_fact(fact))
        facts.facts.push_back(*std::move(test));
    mco::filter::add_with(facts, next_line(text));
    mco::filter::Filter names;
    names.classes.emplace_back(next_line(text));
    mco::filter::Filter identity;
    identity.identities.emplace_back(next_line(text));
    mco::filter::Filter agent;
    agent.agents.emplace_back(next_line(text));
    for (const auto* filter : {&facts, &names, &identity, &agent}) {
        const auto outcome = mco::filter::matches(*filter, inventory);
        static_cast<void>(outcome);
    }
    for (const auto anchors : {mco::filter::Anchors::lines, mco::filter::Anchors::whole_text}) {
        const auto pattern =
            mco::filter::Pattern::compile(fact, {anchors, static_cast<std::uint8_t>(size % 8)});
        const auto found = pattern ? pattern->search(text) : mco::Expected<bool>(false);
        const auto whole = pattern ? pattern->matches_whole(text) : mco::Expected<bool>(false);
        if (whole && found && *whole && !*found)
            __builtin_trap();  // what matches as a whole is also found
    }
    return 0;
}
