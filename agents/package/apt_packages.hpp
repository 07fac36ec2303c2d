// Debian's packages without Puppet: the state from dpkg, changes by apt-get (resources §8).
#pragma once

#include "agents/package/apt_get.hpp"
#include "agents/package/packages.hpp"
#include "system/process.hpp"

#include <string>
#include <vector>

namespace mco::package {

class AptPackages final : public Packages {
  public:
    /// All of them must outlive the object.
    AptPackages(AptGet& apt, system::Runner& runner, const system::Clock& clock);

    Expected<PackageState> find(const std::string& name, Monotonic deadline) override;
    Expected<Done> change(const Changes::Turn& turn,
                          const Order& order,
                          Monotonic deadline) override;

  private:
    Expected<bool> exists(const std::string& name, Monotonic deadline) const;
    Expected<Ended> run(const Changes::Turn& turn, const Order& order, Monotonic deadline);

    AptGet& apt_;
    system::Runner& runner_;
    const system::Clock& clock_;
};

/// The words of apt-get for a change.
std::vector<std::string> apt_words(const Order& order);

}  // namespace mco::package
