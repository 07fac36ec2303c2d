// A node's resources under test: what is there is listed, what was asked is remembered.
#pragma once

#include "puppet/ral/ral.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mco::puppet {

class FakeRal final : public Ral {
  public:
    struct Application {
        std::vector<ral::Resource> resources;
        bool noop = false;
    };

    std::vector<ral::Resource> resources;  ///< what is there
    std::vector<std::string> warnings;
    Types known;
    ral::GroupNames groups;
    std::optional<Error> error;           ///< the answer to every question, if there is one
    ApplyResult outcome;                  ///< of whatever is applied
    std::function<void()> while_applied;  ///< what a change does to the node

    std::vector<std::string> asked;  ///< `find user root`, `search package system`, …
    std::vector<Application> applied;
    int refreshed = 0;

    /// Without such a resource the answer is one that is absent.
    Expected<ral::Resource> find(const std::string& type,
                                 const std::string& title,
                                 Monotonic) override {
        asked.push_back("find " + type + " " + title);
        if (error)
            return tl::unexpected(*error);
        for (const ral::Resource& resource : resources)
            if (resource.type == type && resource.title == title)
                return resource;
        return ral::Resource{type, title, {{"ensure", "absent"}}, {type}, false};
    }

    Expected<Listed> search(const std::string& type,
                            const std::string& provider,
                            Monotonic) override {
        asked.push_back("search " + type + (provider.empty() ? "" : " ") + provider);
        if (error)
            return tl::unexpected(*error);
        Listed listed{{}, warnings};
        for (const ral::Resource& resource : resources)
            if (resource.type == type)
                listed.resources.push_back(resource);
        return listed;
    }

    Expected<Types> types(Monotonic) override {
        if (error)
            return tl::unexpected(*error);
        return known;
    }

    Expected<ApplyResult> apply(const std::vector<ral::Resource>& wanted,
                                bool noop,
                                Monotonic) override {
        applied.push_back({wanted, noop});
        if (error)
            return tl::unexpected(*error);
        if (while_applied && !noop)
            while_applied();
        return outcome;
    }

    Expected<ral::GroupNames> group_names() const override { return groups; }

    void refresh() override { ++refreshed; }
};

}  // namespace mco::puppet
