// Which groups list a user as a member, in Puppet's order (resources §3).
#pragma once

#include "core/value.hpp"
#include "puppet/ral/native_accounts.hpp"

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include <sys/types.h>

namespace mco::puppet {

/// Whether Puppet, from 7 on, asks the C library for a user's groups: that takes the gem ffi, which
/// the all-in-one packages have, and Debian's Puppet does without. Looks at the file system only.
bool asks_c_library(const std::string& root);

class Memberships {
  public:
    /// `groups` outlives this. `by_number`: as the C library tells them.
    Memberships(const std::vector<GroupLine>& groups, bool by_number);

    /// Names, scrubbed and each once.
    Array of(const AccountLine& user) const;

  private:
    using Listing = std::vector<std::size_t>;  // positions in groups_

    void add_name(Array& names, std::size_t index) const;
    Array in_file(const Listing& listing) const;
    Array in_file(const std::string& title) const;
    Array by_number(gid_t primary, const Listing& listing) const;

    const std::vector<GroupLine>& groups_;
    bool by_number_;
    std::unordered_map<gid_t, std::size_t> first_of_;
    std::unordered_map<std::string, Listing> listing_;
};

}  // namespace mco::puppet
