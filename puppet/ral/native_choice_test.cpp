#include "puppet/ral/native.hpp"
#include "system/temporary_directory.hpp"
#include "system/testing.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace mco::puppet {
namespace {

/// A Debian with systemd where everything can be read natively.
class NativeChoice : public testing::Test {
  protected:
    NativeChoice() {
        root_.write("etc/nsswitch.conf",
                    "# services\npasswd:  files systemd\ngroup: files [SUCCESS=merge] systemd # x\n"
                    "shadow:files\nhosts: files dns\n");
        root_.write("etc/hosts", "");
        root_.write("etc/debian_version", "12.1\n");
        root_.write("var/lib/dpkg/status", "");
        root_.write("proc/1/comm", "systemd\n");
        for (const char* program : {"dpkg",
                                    "dpkg-query",
                                    "apt-get",
                                    "apt-cache",
                                    "apt-mark",
                                    "debconf-set-selections",
                                    "systemctl"})
            root_.write(std::string("usr/bin/") + program, "");
        folders_.libdir = root_ / "libdir";
        folders_.modules = {root_ / "modules", root_ / "vendor/host_core"};
        folders_.puppet_library = root_ / "lib";
        root_.write("vendor/host_core/lib/puppet/type/host.rb", "");
        root_.write("vendor/host_core/lib/puppet/provider/host/parsed.rb", "");
        root_.write("modules/stdlib/lib/puppet/type/anchor.rb", "");
    }

    /// The types that can be read, by their first letters.
    std::string readable(bool enabled = true) {
        const NativeReading native(enabled, runner_, clock_, root_.path());
        std::string letters;
        for (const std::string type : {"user", "group", "host", "package", "service", "file"})
            if (native.can_read(type, folders_))
                letters += type[0];
        return letters;
    }

    /// The same while a file is there.
    std::string with(const std::string& name, const std::string& content = "") {
        const auto path = root_.write(name, content);
        const auto letters = readable();
        std::filesystem::remove(path);
        std::error_code ignored;  // folders that are empty now, which would count elsewhere
        for (auto folder = std::filesystem::path(path).parent_path();
             std::filesystem::remove(folder, ignored);
             folder = folder.parent_path()) {
        }
        return letters;
    }

    /// The same while a file is not there.
    std::string without(const std::string& name) {
        std::filesystem::rename(root_ / name, root_ / "aside");
        const auto letters = readable();
        std::filesystem::rename(root_ / "aside", root_ / name);
        return letters;
    }

    system::TemporaryDirectory root_;
    system::ScriptedRunner runner_;
    system::FixedClock clock_;
    PluginFolders folders_;
};

TEST_F(NativeChoice, TakesFiveTypesUnlessItIsSwitchedOff) {
    EXPECT_EQ(readable(), "ughps");
    EXPECT_EQ(readable(false), "");
}

TEST_F(NativeChoice, LeavesTypesThatPluginsChangeToPuppet) {
    EXPECT_EQ(with("libdir/puppet/type/user.rb"), "ghps");
    EXPECT_EQ(with("libdir/puppet/provider/package/choco.rb"), "ughs");
    EXPECT_EQ(with("libdir/puppet/provider/package/choco.txt"), "ughps");
    EXPECT_EQ(with("modules/mine/lib/puppet/type/group.rb"), "uhps");
    EXPECT_EQ(with("modules/mine/lib/puppet/provider/service/s6.rb"), "ughp");
    EXPECT_EQ(with("modules/mine/lib/puppet/provider/host/augeas.rb"), "ugps");
    EXPECT_EQ(with("vendor/host_core/lib/puppet/provider/user/mine.rb"), "ghps");
    EXPECT_EQ(with("lib/puppet/provider/user/useradd.rb"), "ughps");  // Puppet's own
}

TEST_F(NativeChoice, KnowsHostsOnlyWhereTheTypeIsThere) {
    EXPECT_EQ(without("vendor"), "ugps");
    EXPECT_EQ(without("etc/hosts"), "ugps");
    std::filesystem::remove_all(root_ / "vendor");
    EXPECT_EQ(with("lib/puppet/type/host.rb"), "ughps");
    EXPECT_EQ(with("lib/type/host.rb"), "ughps");
    EXPECT_EQ(with("libdir/puppet/type/host.rb"), "ughps");
    EXPECT_EQ(with("modules/host_core/lib/puppet/type/host.rb"), "ughps");
    folders_ = {};  // no Puppet that we know of
    EXPECT_EQ(readable(), "ughps");
}

TEST_F(NativeChoice, LeavesAccountsFromElsewhereToPuppet) {
    for (const char* line : {"passwd: files ldap",
                             "passwd:\tcompat",
                             "group: sss files",
                             "shadow: files sss",
                             "initgroups: sss",
                             " passwd : files [NOTFOUND=return] nis",
                             "passwd: files[NOTFOUND=return]winbind"})
        EXPECT_EQ(with("etc/nsswitch.conf", std::string(line) + "\n"), "hps") << line;
    for (const char* line :
         {"passwd: files", "#passwd: ldap", "automount: sss", "passwd: files # sss"})
        EXPECT_EQ(with("etc/nsswitch.conf", std::string(line) + "\n"), "ughps") << line;
    EXPECT_EQ(readable(), "ughps");  // nsswitch.conf is gone by now: files are the default
    EXPECT_EQ(with("usr/sbin/lgroupadd"), "hps");
}

TEST_F(NativeChoice, LeavesAccountsThatSystemdMakesToPuppet) {
    for (const char* name : {"run/systemd/dynamic-uid/direct:61184",
                             "etc/userdb/x.user",
                             "usr/lib/userdb/x.user",
                             "run/systemd/userdb/io.systemd.Home"})
        EXPECT_EQ(with(name), "hps") << name;
    EXPECT_EQ(with("run/systemd/userdb/io.systemd.DynamicUser"), "ughps");
    root_.write("etc/nsswitch.conf", "passwd: files\ngroup: files\n");
    EXPECT_EQ(with("run/systemd/dynamic-uid/direct:61184"), "ughps");
}

TEST_F(NativeChoice, NeedsAptForPackagesAndSystemdForServices) {
    for (const char* name :
         {"etc/debian_version", "var/lib/dpkg/status", "usr/bin/apt-mark", "usr/bin/dpkg"})
        EXPECT_EQ(without(name), "ughs") << name;
    for (const char* name : {"proc/1/comm", "usr/bin/systemctl"})
        EXPECT_EQ(without(name), "ughp") << name;
    EXPECT_EQ(with("usr/bin/sv"), "ughp");
    root_.write("proc/1/comm", "init\n");
    EXPECT_EQ(readable(), "ughp");
}

}  // namespace
}  // namespace mco::puppet
