#include "puppet/ral/worker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include <unistd.h>

namespace mco::puppet {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

config::Config config_of(const std::map<std::string, std::string>& plugin) {
    config::Config config;
    for (const auto& [name, value] : plugin)
        config.plugin[name] = {value, "server.cfg:1"};
    return config;
}

TEST(WorkerSettings, Defaults) {
    const auto settings = read_worker_settings(config_of({}));
    ASSERT_TRUE(settings.has_value());
    EXPECT_EQ(settings->ruby, "");
    EXPECT_THAT(settings->path, StartsWith("/opt/puppetlabs/bin:/usr/local/sbin:"));
    EXPECT_EQ(settings->directory, ::geteuid() == 0 ? "/var/lib/mcollective/puppetral" : "");
    EXPECT_EQ(settings->idle, 300s);
    EXPECT_EQ(settings->write_limit, 600s);
}

TEST(WorkerSettings, AsConfigured) {
    const auto settings = read_worker_settings(config_of({{"puppetral.ruby", "/my/ruby"},
                                                          {"puppetral.path", "/my/bin"},
                                                          {"puppetral.directory", "/my/place"},
                                                          {"puppetral.idle", "5"},
                                                          {"puppetral.write_limit", "6"}}));
    ASSERT_TRUE(settings.has_value());
    EXPECT_EQ(settings->ruby, "/my/ruby");
    EXPECT_EQ(settings->path, "/my/bin");
    EXPECT_EQ(settings->directory, "/my/place");
    EXPECT_EQ(settings->idle, 5s);
    EXPECT_EQ(settings->write_limit, 6s);
}

TEST(WorkerSettings, WhatCannotBeUsedIsNamed) {
    for (const auto& [name, value] :
         std::map<std::string, std::string>{{"puppetral.idle", "0"},
                                            {"puppetral.write_limit", "86401"},
                                            {"puppetral.directory", "here"}}) {
        const auto settings = read_worker_settings(config_of({{name, value}}));
        ASSERT_FALSE(settings.has_value()) << name;
        EXPECT_EQ(settings.error().code, Errc::invalid);
        EXPECT_THAT(settings.error().message, HasSubstr("plugin." + name));
    }
    EXPECT_FALSE(read_worker_settings(config_of({{"puppetral.idle", "soon"}})).has_value());
}

}  // namespace
}  // namespace mco::puppet
