// The parameters that requests give to resources: what Puppet may get of them (client and agents
// §5.1.4, resources §2).
#pragma once

#include "core/error.hpp"
#include "core/value.hpp"
#include "puppet/resource_rules.hpp"

#include <string>

namespace mco::puppet {

/// Whether it can be a title: UTF-8 without control characters.
bool is_title(const std::string& text);

/// The parameters as plain texts, numbers, booleans and lists of them; anything else Puppet could
/// take for a function to call. They are of this one resource and of no other: what names it
/// otherwise than the title is refused, since the lists of names have not seen that, and where a
/// parameter that we do not know might, the title follows as `name`, which wins. `may_name` lets
/// commands of `exec` differ from the title. A provider is one word, because Puppet loads it by
/// that name. An Error says what cannot be passed on, and never a value.
Expected<Map> checked_parameters(const ResourceName& name, const Map& given, bool may_name);

/// Refuses parameters that hold what Puppet would run, be it only to find out how things are.
/// Commands that packages and services bring along are no matter of requests.
Expected<void> check_no_commands(const ResourceName& name, const Map& parameters);

/// Refuses parameters by which a resource reaches others, such as the files below a directory or
/// the file that a host is to stand in: no list has seen their names, and Puppet may manage them.
Expected<void> check_no_reach(const ResourceName& name, const Map& parameters);

/// Whether the state of such a resource tells what stands in a file of the caller's choice.
bool tells_content(const std::string& type, const Map& parameters);

}  // namespace mco::puppet
