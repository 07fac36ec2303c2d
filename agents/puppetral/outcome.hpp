// What became of resources, as replies tell it (resources §4).
#pragma once

#include "core/ral/resource.hpp"
#include "core/value.hpp"
#include "puppet/ral/ral.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mco::puppetral {

struct Outcome {
    std::string resource;      ///< `Type[title]`
    std::string_view outcome;  ///< unchanged, would change, changed, failed, skipped
    Array differences;         ///< maps of property, is, should, message
    std::string message;       ///< why it failed or was skipped; else empty

    bool is_good() const { return outcome != "failed" && outcome != "skipped"; }

    bool is_different() const { return outcome == "changed" || outcome == "would change"; }
};

/// How replies treat what must not be seen.
enum class Secrets { hidden, shown };

/// What became of the wished resources, in their order. Secret values are hidden wherever Puppet
/// tells them, in its messages, too.
std::vector<Outcome> outcomes(const std::vector<ral::Resource>& wished,
                              const puppet::ApplyResult& applied,
                              bool noop,
                              Secrets secrets);

/// The same text without the secret values that a request holds: Puppet cites commands that failed.
std::string without_values(std::string text, const std::vector<ral::Resource>& wished);

}  // namespace mco::puppetral
