// The agent under test: what is on the node, what Puppet says, and where its lists are, are
// members.
#pragma once

#include "agents/testing.hpp"
#include "puppet/ral/testing.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace mco::puppetral {

using agents::AgentWorld;
using puppet::FakeRal;
using ral::Resource;
using rpc::Status;

class AgentTest : public testing::Test {
  protected:
    const system::TemporaryDirectory directory_;
    AgentWorld world_;
    FakeRal* ral_ = nullptr;  // owned by the node, as in a daemon
    std::unique_ptr<agents::Agent> agent_;

    AgentTest() {
        auto ral = std::make_unique<FakeRal>();
        ral_ = ral.get();
        world_.context.shared->get<puppet::Ral>(
            [&]() -> std::unique_ptr<puppet::Ral> { return std::move(ral); });
        for (const char* name : {"agent_catalog_run_lockfile",
                                 "agent_disabled_lockfile",
                                 "lastrunfile",
                                 "lastrunreport",
                                 "rundir",
                                 "config"})
            world_.runner.answer->out += std::string(name) + " = /nonexistent\n";
        world_.runner.answer->out += "resourcefile = " + (directory_ / "resources.txt") + "\n";
        world_.runner.answer->exit_code = 0;
    }

    void set(const std::string& name, const std::string& value) {
        world_.config.plugin["puppetral." + name] = {value, "server.cfg:1"};
        agent_.reset();
    }

    /// The agent is made at the first call, so that settings can be made before.
    rpc::Output call(std::string_view action, const Map& inputs = {}) {
        if (!agent_)
            agent_ = world_.agent("puppetral");
        return AgentWorld::call(*agent_, action, inputs);
    }

    static Value output(const rpc::Output& output, std::string_view name) {
        const Value* const value = output.data.find(name);
        return value ? *value : Value();
    }
};

}  // namespace mco::puppetral
