#include "puppet/process_tree.hpp"

#include "system/conversation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <string>

#include <unistd.h>

namespace mco::puppet {
namespace {

using namespace std::chrono_literals;

/// Has started two others by the time that it says so: one leads a session of its own, as Puppet's
/// children do, and has a child itself.
system::Conversation family() {
    system::Command command;
    command.argv = {"/bin/sh", "-c", "sleep 1000 & setsid sh -c 'sleep 1000 & echo; wait' & wait"};
    auto started = system::Conversation::start(command);
    EXPECT_TRUE(started->read_line(10, std::chrono::steady_clock::now() + 20s));
    return *std::move(started);
}

template <class Condition>
bool comes_true(Condition condition) {
    for (int i = 0; i < 5000; ++i) {
        if (condition())
            return true;
        ::usleep(1000);
    }
    return false;
}

TEST(ProcessTree, DescendantsAreFoundParentsFirst) {
    const auto parent = family();
    const ProcessTable processes;
    const auto found = processes.descendants(parent.pid());
    ASSERT_EQ(found.size(), 3u);
    const auto other_session = std::find_if(found.begin(), found.end(), [&](const auto& process) {
        return processes.session(process.pid) == process.pid;
    });
    ASSERT_NE(other_session, found.end());
    EXPECT_EQ(processes.descendants(other_session->pid).size(), 1u);
    EXPECT_EQ(processes.descendants(other_session->pid).front(), found.back());
    end_descendants(parent.pid(), processes);
}

TEST(ProcessTree, AllEndButTheProcessItself) {
    const auto parent = family();
    const ProcessTable processes;
    const auto found = processes.descendants(parent.pid());
    parent.signal(SIGSTOP);
    end_descendants(parent.pid(), processes);
    EXPECT_TRUE(comes_true([&] {
        return std::none_of(found.begin(), found.end(), [&](const auto& process) {
            return processes.start_time(process.pid) == process.started;
        });
    }));
    EXPECT_TRUE(parent.is_running());
    parent.signal(SIGKILL);
    EXPECT_TRUE(comes_true([&] { return !parent.is_running(); }));
}

TEST(ProcessTree, NoLaterProcessOfTheSameNumberIsSignalled) {
    const ProcessTable processes;
    const LiveProcess ourselves{::getpid(), *processes.start_time(::getpid())};
    EXPECT_TRUE(processes.signal(ourselves, 0));
    EXPECT_FALSE(processes.signal({ourselves.pid, ourselves.started + 1}, SIGKILL));
}

}  // namespace
}  // namespace mco::puppet
