#include "client/sources/compound.hpp"

#include <string>

namespace mco::client {

Expected<filter::Compound> compound_of(const filter::Filter& filter, std::string_view method) {
    MCO_TRY(compound, filter::Compound::from(filter.compound));
    if (const auto functions = compound.functions(); !functions.empty())
        return fail(Errc::invalid,
                    "Only nodes can answer " + functions.front()->name +
                        "(): such filters need the discovery method mc, not " +
                        std::string(method));
    return compound;
}

Expected<bool> list_matches(const filter::Filter& filter,
                            const filter::Compound& compound,
                            const filter::Inventory& node) {
    filter::Filter known;
    known.facts = filter.facts;
    known.classes = filter.classes;
    MCO_TRY(outcome, filter::judge(known, compound, node));
    return outcome.value_or(false);  // it is known: nothing asks data plug-ins
}

}  // namespace mco::client
