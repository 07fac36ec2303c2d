// Many node names in little room: consecutive numbers become ranges.
#pragma once

#include <string>
#include <vector>

namespace mco::client {

/// The names without duplicates, in the order of their numbers, consecutive ones folded:
/// `web1.example`, `web2.example`, `web3.example` are `web[1-3].example`, and `db08` to `db11` are
/// `db[08-11]`. What counts is the last number of the first part between dots that has one; of an
/// address the last number.
std::vector<std::string> fold_names(const std::vector<std::string>& names);

}  // namespace mco::client
