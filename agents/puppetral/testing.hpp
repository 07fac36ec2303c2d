// For the tests of this folder: the agent on a node whose resources, settings and lists are
// members.
#pragma once

#include "agents/testing.hpp"
#include "puppet/ral/testing.hpp"
#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

/// One that may change things, and whose Puppet says what became of a resource.
class ChangingTest : public AgentTest {
  protected:
    void SetUp() override {
        set("resource_type_whitelist", "user,group,file,package,exec,service");
        set("apply", "yes");
        outcome_is({"User[bob]", false, true, false, true, {}});
    }

    void outcome_is(const puppet::AppliedResource& status) { ral_->outcome.statuses = {status}; }

    static Value event(const char* property,
                       const Value& previous,
                       const Value& desired,
                       const char* message,
                       const char* status = "success") {
        return Map{{"property", property},
                   {"previous", previous},
                   {"desired", desired},
                   {"message", message},
                   {"status", status}};
    }

    rpc::Output create(Map inputs = {}) {
        inputs.set("type", "User");
        inputs.set("title", "bob");
        return call("create", inputs);
    }

    rpc::Output apply(const Array& resources, bool noop) {
        return call("apply", {{"resources", resources}, {"noop", noop}});
    }

    rpc::Output diff(const char* type, const char* title, const Map& parameters) {
        return call("diff", {{"type", type}, {"title", title}, {"parameters", parameters}});
    }

    static Value resource(const char* type, const char* title, const Map& parameters = {}) {
        return Map{{"type", type}, {"title", title}, {"parameters", parameters}};
    }

    /// What the only result of an apply has under that name.
    static Value told(const rpc::Output& applied, std::string_view name) {
        const Value results = output(applied, "results");
        return *results.array()->front().find(name);
    }

    /// The texts that all of them have there.
    static std::vector<std::string> texts(const rpc::Output& applied, std::string_view name) {
        std::vector<std::string> all;
        const Value results = output(applied, "results");
        for (const Value& result : *results.array())
            all.push_back(*result.find(name)->text());
        return all;
    }
};

}  // namespace mco::puppetral
