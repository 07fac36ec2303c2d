#include "puppet/ral/worker_ruby.hpp"

#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include <sys/stat.h>

namespace mco::puppet {
namespace {

using testing::HasSubstr;

class RubyTest : public testing::Test {
  protected:
    std::string program(const std::string& name, const std::string& content) const {
        const auto path = directory_.write(name, content);
        ::chmod(path.c_str(), 0755);
        return path;
    }

    RubySearch search() const {
        return {"", "puppet", directory_ / "bin", directory_ / "opt/ruby"};
    }

    const system::TemporaryDirectory directory_;
};

TEST_F(RubyTest, TheOneThatPuppetsProgramNamesThroughItsLinks) {
    const auto ruby = program("ruby2.7", "");
    program("real/puppet", "#!" + ruby + " -w\nrequire 'puppet'\n");
    std::filesystem::create_directory(directory_ / "bin");
    std::filesystem::create_symlink(directory_ / "real/puppet", directory_ / "bin/puppet");
    program("bin/ruby", "");
    program("opt/ruby", "");
    EXPECT_EQ(find_ruby(search()), ruby);
}

TEST_F(RubyTest, TheAllInOnePackagesHaveAShellScript) {
    program("bin/puppet", "#!/bin/bash\nexec /opt/ruby puppet \"$@\"\n");
    program("bin/ruby", "");
    EXPECT_EQ(find_ruby(search()), directory_ / "bin/ruby") << "there is no other";
    const auto packaged = program("opt/ruby", "");
    EXPECT_EQ(find_ruby(search()), packaged);
}

TEST_F(RubyTest, ThroughEnvItIsLookedForInThePath) {
    program("bin/puppet", "#!/usr/bin/env -S VAR=1 ruby3.1 -w\n");
    const auto ruby = program("bin/ruby3.1", "");
    EXPECT_EQ(find_ruby(search()), ruby);
}

TEST_F(RubyTest, TheConfiguredOneOrNone) {
    auto wanted = search();
    wanted.configured = program("my/ruby", "");
    program("bin/ruby", "");
    EXPECT_EQ(find_ruby(wanted), wanted.configured);
    wanted.configured = directory_ / "my/other";
    EXPECT_THAT(find_ruby(wanted).error().message, HasSubstr("plugin.puppetral.ruby"));
}

TEST_F(RubyTest, NoneAtAll) {
    const auto found = find_ruby(search());
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().code, Errc::unavailable);
    EXPECT_THAT(found.error().message, HasSubstr("Puppet is not installed here"));
}

TEST(RubyOfScript, FirstLines) {
    EXPECT_EQ(ruby_of_script("#!/usr/bin/ruby"), "/usr/bin/ruby");
    EXPECT_EQ(ruby_of_script("#! /usr/bin/ruby3.1 -w\n#!/bin/sh"), "/usr/bin/ruby3.1");
    EXPECT_EQ(ruby_of_script("#!/usr/bin/env ruby\n"), "ruby");
    EXPECT_EQ(ruby_of_script("#!/usr/bin/env\n"), "");
    EXPECT_EQ(ruby_of_script("#!/bin/sh\nexec ruby"), "");
    EXPECT_EQ(ruby_of_script("\x7f"
                             "ELF"),
              "");
    EXPECT_EQ(ruby_of_script("#!\nruby"), "");
    EXPECT_EQ(ruby_of_script(""), "");
}

}  // namespace
}  // namespace mco::puppet
