// Packages by Puppet's providers, where there is no native way (resources §8).
#pragma once

#include "agents/package/packages.hpp"
#include "puppet/ral/ral.hpp"

#include <map>
#include <string>

namespace mco::package {

class RalPackages final : public Packages {
  public:
    /// `parameters`: of every package resource, such as `provider`. The node's resources must
    /// outlive the object.
    RalPackages(puppet::Ral& ral, std::map<std::string, std::string> parameters);

    Expected<PackageState> find(const std::string& name, Monotonic deadline) override;
    Expected<Done> change(const Changes::Turn& turn,
                          const Order& order,
                          Monotonic deadline) override;

  private:
    puppet::Ral& ral_;
    const std::map<std::string, std::string> parameters_;
};

}  // namespace mco::package
