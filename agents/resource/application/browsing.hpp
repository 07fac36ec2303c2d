// Resources of many nodes for the sub-commands that browse them.
#pragma once

#include "agents/resource/application/asking.hpp"
#include "agents/resource/application/choices.hpp"
#include "client/resources/comparison.hpp"

#include <string>
#include <vector>

namespace mco::resource::application {

/// What came of it.
struct Browsed {
    client::Comparison comparison;
    std::vector<client::Missing> missing;
    Ending ending;
};

/// Asks the nodes of the user's filter for these types. Errors: those of finding and asking.
Expected<Browsed> browse(cli::Context& context,
                         std::vector<std::string> types,
                         const Choices& choices);

/// Asks the nodes of the user's filter for one resource, of a type that may have no list. Errors:
/// the same.
Expected<Browsed> find_everywhere(cli::Context& context,
                                  const std::string& type,
                                  const std::string& title,
                                  const Choices& choices);

/// Who has no type of which nobody asked by name has not failed.
void excuse_unknown_types(Browsed& browsed);

/// Who failed and who is missing, on standard error.
void print_shortfall(cli::Context& context, const Browsed& browsed);

}  // namespace mco::resource::application
