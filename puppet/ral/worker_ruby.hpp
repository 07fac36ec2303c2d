// Which Ruby has this node's Puppet (resources §1).
#pragma once

#include "core/error.hpp"

#include <string>
#include <string_view>

namespace mco::puppet {

struct RubySearch {
    std::string configured;         ///< plugin.puppetral.ruby; empty: not set
    std::string puppet = "puppet";  ///< the program of plugin.puppet.command
    std::string path;               ///< PATH in which programs are looked for
    std::string packaged = "/opt/puppetlabs/puppet/bin/ruby";  ///< of the all-in-one packages
};

/// The configured one; else that of Puppet's program, links followed, if its first line names a
/// Ruby; else that of the all-in-one packages, whose program is a shell script; else `ruby`. Looks
/// at files only. Errors: unavailable, saying what to do.
Expected<std::string> find_ruby(const RubySearch& search);

/// The program that the first line of a script names, if its name begins with `ruby`; else empty:
/// `#!/usr/bin/ruby -w`, `#!/usr/bin/env ruby`.
std::string ruby_of_script(std::string_view script);

}  // namespace mco::puppet
