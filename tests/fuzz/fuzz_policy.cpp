// Policies: the input is a policy and, behind a line with two dashes, groups. Whatever can be
// understood decides about a call, and decides the same when it is explained.
// Its expressions go over the wire and back.
#include "core/policy/decide.hpp"
#include "core/policy/lint.hpp"
#include "core/policy/parse.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace mco;

Expected<Map> answer(const filter::DataTest& test) {
    if (test.name == "puppet")
        return Map{{"enabled", true}, {"since", 12}, {"status", "running"}, {"load", 0.5}};
    return fail(Errc::not_found, test.name);
}

void check_wire(const filter::Expression& expression) {
    const auto again = filter::from_call_stack(filter::to_call_stack(expression.tokens()));
    if (!again || *again != expression.tokens())
        __builtin_trap();
}

void decide(const policy::Policy& policy, const policy::Groups& groups) {
    const message::Trusted trusted = {{"pp_role", "operator"}};
    const Map facts = {{"os", Map{{"family", "Debian"}}},
                       {"cpus", "16"},
                       {"name", "\xffn\xc3\xa4me"},
                       {"disks", Array{"sda", Map{{"size", 1}}}}};
    const std::vector<std::string> classes = {"base", "acme::web"};
    const policy::Question question{"cert=alice", trusted, "stop"};
    const policy::Subject subject{facts, classes, answer};
    policy::Explanation explanation;
    const auto plain = policy::decide(policy, groups, question, subject);
    const auto explained = policy::decide(policy, groups, question, subject, &explanation);
    if (plain.allowed != explained.allowed || plain.line != explained.line)
        __builtin_trap();
    if (plain.ground == policy::Ground::rule && !explanation.back().decides)
        __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto cut = text.find("\n--\n");
    const auto groups = policy::parse_groups(
        cut == std::string_view::npos ? std::string_view() : text.substr(cut + 4), "groups");
    std::vector<policy::Problem> problems;
    const auto parts = policy::read_policy(text.substr(0, cut), "fuzz.policy", problems);
    const auto policy = policy::parse_policy(text.substr(0, cut), "fuzz.policy");
    if (policy.has_value() != problems.empty())
        __builtin_trap();
    for (const auto& rule : parts.rules) {
        check_wire(rule.facts.expression);
        check_wire(rule.classes.expression);
    }
    policy::lint(parts, {});
    if (policy)
        decide(*policy, groups ? *groups : policy::Groups());
    return 0;
}
