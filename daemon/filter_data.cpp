#include "daemon/filter_data.hpp"

#include <algorithm>
#include <set>

namespace mco::daemon {
namespace {

bool same_question(const filter::DataTest& one, const filter::DataTest& other) {
    return filter::data_plugin_name(one.name) == filter::data_plugin_name(other.name) &&
           one.params == other.params;
}

Expected<agents::DataQuestion> prepare(const agents::NodeView& node, const filter::DataTest& test) {
    return agents::prepare_data(node, test.name, test.params ? Value(*test.params) : Value());
}

/// The first of those that ask the same.
bool is_first(const std::vector<const filter::DataTest*>& functions, std::size_t position) {
    return std::none_of(
        functions.begin(),
        functions.begin() + static_cast<std::ptrdiff_t>(position),
        [&](const auto* earlier) { return same_question(*earlier, *functions[position]); });
}

}  // namespace

Expected<Matched> match(const filter::Filter& filter,
                        const filter::Inventory& inventory,
                        const agents::NodeView& node) {
    Matched matched;
    MCO_TRY(others, filter::matches_without_compound(filter, inventory));
    matched.outcome = others;
    if (!others || filter.compound.empty())
        return matched;
    MCO_TRY(compound, filter::Compound::from(filter.compound));
    const auto functions = compound.functions();
    for (std::size_t i = 0; i < functions.size(); ++i) {
        MCO_TRY(question, prepare(node, *functions[i]));
        if (is_first(functions, i))
            matched.limit += question.limit();
    }
    MCO_TRY(outcome, compound.judge(inventory));
    matched.outcome = outcome;
    matched.compound = std::move(compound);
    return matched;
}

std::vector<std::string> subjects(const filter::Filter& filter, const filter::Compound& compound) {
    std::set<std::string> found;
    const auto add_fact = [&found](const std::string& name) { found.insert("fact:" + name); };
    for (const auto& test : filter.facts)
        add_fact(test.fact);
    for (const auto& name : compound.facts())
        add_fact(name);
    for (const auto* function : compound.functions()) {
        const auto plugin = filter::data_plugin_name(function->name);
        found.insert("data:" + plugin);
        if (plugin == "fact")
            add_fact(function->params.value_or(""));
    }
    return {found.begin(), found.end()};
}

Expected<Map> FilterData::ask(const filter::DataTest& test) {
    const auto known = std::find_if(known_.begin(), known_.end(), [&test](const auto& one) {
        return same_question(*one.first, test);
    });
    if (known != known_.end())
        return known->second;
    MCO_TRY(question, prepare(node_, test));
    MCO_TRY(answer, question.ask(clock_, outputs_of(test), &given_up_));
    known_.emplace_back(&test, answer);
    return answer;
}

/// What all functions with this question look at.
std::vector<std::string> FilterData::outputs_of(const filter::DataTest& test) const {
    std::vector<std::string> outputs;
    for (const auto* function : compound_.functions())
        if (same_question(*function, test))
            outputs.push_back(function->field);
    return outputs;
}

}  // namespace mco::daemon
