// The node's accounts as the C library reads them from its files, in their order and with all that
// is odd in them. Not through getpwent and its kin, whose position is the whole process's: several
// worker threads read at a time.
#pragma once

#include "core/error.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace mco::puppet {

/// A line of passwd; texts are bytes of any encoding.
struct AccountLine {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
    std::string comment, home, shell;
};

/// A line of group.
struct GroupLine {
    std::string name;
    gid_t gid = 0;
    std::vector<std::string> members;
};

/// A line of shadow; −1 stands for an empty field.
struct ShadowLine {
    std::string name, password;
    long min_age = -1, max_age = -1, warn_days = -1;
    long expiry = -1;  ///< days since the epoch
};

/// Lines that the C library does not understand are left out. Errors: io, naming the file; limit.
Expected<std::vector<AccountLine>> read_passwd(const std::string& root);
Expected<std::vector<GroupLine>> read_group(const std::string& root);

/// None of a file that is not there, or that only root may read.
Expected<std::vector<ShadowLine>> read_shadow(const std::string& root);

/// Whether getpwnam, getgrnam and getspnam find an entry of that name: lines with `+` and `-`, of
/// the old compat service, are only listed.
bool can_be_looked_up(std::string_view name);

}  // namespace mco::puppet
