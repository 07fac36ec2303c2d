#include "puppet/resource_rules.hpp"

#include "system/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::puppet {
namespace {

using Settings = std::map<std::string, std::string>;

/// What the lists say about a resource; empty: it may be touched.
std::string refusal(const Settings& settings, const ResourceName& name) {
    config::Config config;
    for (const auto& [key, value] : settings)
        config.plugin["puppetral.resource_" + key] = {value, "server.cfg:1"};
    const auto checked = check_lists(name, {config, "puppetral"});
    return checked ? std::string() : checked.error().message;
}

TEST(ResourceLists, LetNothingThroughUnlessTypesAreListed) {
    const std::string refused = "The user type is not listed in the type whitelist";
    EXPECT_EQ(refusal({}, {"user", "bob"}), refused);
    EXPECT_EQ(refusal({{"type_whitelist", "none"}}, {"user", "bob"}), refused);
    EXPECT_EQ(refusal({{"type_whitelist", ""}}, {"user", "bob"}), refused);
    EXPECT_EQ(refusal({{"type_whitelist", "file,service"}}, {"user", "bob"}), refused);
    EXPECT_EQ(refusal({{"type_whitelist", "file,user"}}, {"user", "bob"}), "");
    EXPECT_EQ(refusal({{"type_whitelist", "File, User"}}, {"user", "bob"}), "");
    EXPECT_EQ(refusal({{"name_whitelist.user", "bob"}}, {"user", "bob"}), refused);
}

TEST(ResourceLists, LetThroughWhatIsNotDenied) {
    EXPECT_EQ(refusal({{"type_blacklist", "exec"}}, {"user", "bob"}), "");
    EXPECT_EQ(refusal({{"type_blacklist", "file, Exec"}}, {"exec", "/bin/true"}),
              "The exec type is listed in the type blacklist");
}

TEST(ResourceLists, AreAboutNamesOfOneType) {
    const Settings only = {{"type_whitelist", "service,user"},
                           {"name_whitelist.service", "httpd, ntpd"}};
    EXPECT_EQ(refusal(only, {"service", "ntpd"}), "");
    EXPECT_EQ(refusal(only, {"service", "sshd"}),
              "The sshd name is not listed in the name whitelist");
    EXPECT_EQ(refusal(only, {"user", "sshd"}), "");
    const Settings except = {{"type_whitelist", "service,user"},
                             {"name_blacklist.service", "httpd,sshd"}};
    EXPECT_EQ(refusal(except, {"service", "sshd"}),
              "The sshd name is listed in the name blacklist");
    EXPECT_EQ(refusal(except, {"service", "ntpd"}), "");
    EXPECT_EQ(refusal(except, {"user", "sshd"}), "");
}

TEST(ResourceLists, MayNotContradictEachOther) {
    EXPECT_EQ(refusal({{"type_whitelist", "user"}, {"type_blacklist", "exec"}}, {"user", "bob"}),
              "You cannot specify both puppetral.resource_type_whitelist and "
              "puppetral.resource_type_blacklist in the config file");
    const Settings names = {{"name_whitelist.user", "bob"}, {"name_blacklist.user", "root"}};
    EXPECT_EQ(refusal(names, {"user", "bob"}),
              "You cannot specify both puppetral.resource_name_whitelist.user and "
              "puppetral.resource_name_blacklist.user in the config file")
        << "before it is asked whether the type may be touched at all";
    EXPECT_EQ(refusal(names, {"exec", "bob"}), "The exec type is not listed in the type whitelist");
}

TEST(ResourceLists, SeeFilesAsPuppetDoes) {
    const Settings denied = {{"type_whitelist", "file,user"},
                             {"name_blacklist.file", "/etc/shadow"},
                             {"name_blacklist.user", "a/b"}};
    for (const char* path :
         {"/etc//shadow", "/etc/shadow/", "//etc/shadow", "/tmp/../etc/./shadow"})
        EXPECT_NE(refusal(denied, {"file", path}), "") << path;
    EXPECT_EQ(refusal(denied, {"user", "a//b"}), "");
    const Settings allowed = {{"type_whitelist", "file"}, {"name_whitelist.file", "/srv/app/"}};
    EXPECT_EQ(refusal(allowed, {"file", "/srv/app"}), "");
    EXPECT_NE(refusal(allowed, {"file", "/srv/app/../x"}), "");
}

TEST(ResourceLists, KnowTheOtherNamesOfAThing) {
    const Settings denied = {{"type_whitelist", "service,package,tidy"},
                             {"name_blacklist.service", "sshd, cron.service"},
                             {"name_blacklist.package", "libc6"},
                             {"name_blacklist.tidy", "/srv/data"}};
    EXPECT_NE(refusal(denied, {"service", "sshd.service"}), "");
    EXPECT_NE(refusal(denied, {"service", "cron"}), "");
    EXPECT_EQ(refusal(denied, {"service", "sshd.socket"}), "");
    EXPECT_NE(refusal(denied, {"package", "libc6:i386"}), "");
    EXPECT_EQ(refusal(denied, {"package", "libc6-dev"}), "");
    EXPECT_NE(refusal(denied, {"tidy", "/srv/x/../data/"}), "");
    const Settings allowed = {{"type_whitelist", "service,package"},
                              {"name_whitelist.service", "ntpd"},
                              {"name_whitelist.package", "hello"}};
    EXPECT_EQ(refusal(allowed, {"service", "ntpd.service"}), "");
    EXPECT_NE(refusal(allowed, {"package", "hello:i386"}), "") << "nobody has allowed that";
}

TEST(ResourceReference, IsWrittenAsPuppetDoes) {
    EXPECT_EQ((ResourceName{"file", "/etc/motd"}.reference()), "File[/etc/motd]");
    EXPECT_EQ((ResourceName{"concat::fragment", "x"}.reference()), "Concat::Fragment[x]");
    EXPECT_EQ((ResourceName{"ini_setting", "x"}.reference()), "Ini_setting[x]");
}

TEST(ManagedResources, AreThoseOfPuppetsOwnList) {
    const system::TemporaryDirectory directory;
    const std::string file = directory.write(
        "resources.txt",
        "file[/etc/motd]\nfile[/srv/Old]\nconcat::fragment[a[1]]\nuser[mixed case]\n"
        "service[cron.service]\npackage[libc6]\nservice[last]");
    const auto managed = [&](const char* reference) {
        return is_managed(file, std::string_view(reference)).value();
    };
    EXPECT_TRUE(managed("File[/etc/motd]"));
    EXPECT_TRUE(managed("file[/etc/motd]"));
    EXPECT_TRUE(managed("File[/srv/Old]")) << "written as it is by older releases";
    EXPECT_TRUE(managed("Concat::Fragment[a[1]]"));
    EXPECT_TRUE(managed("User[Mixed Case]")) << "written in lower case by newer releases";
    EXPECT_TRUE(managed("Service[last]"));
    EXPECT_FALSE(managed("File[/etc/m]"));
    EXPECT_FALSE(managed("File[/etc/motd"));
    EXPECT_FALSE(managed("User[/etc/motd]"));
    EXPECT_TRUE(is_managed(file, ResourceName{"file", "/etc//motd/"}).value());
    EXPECT_TRUE(is_managed(file, ResourceName{"service", "last.service"}).value());
    EXPECT_TRUE(is_managed(file, ResourceName{"service", "cron"}).value());
    EXPECT_TRUE(is_managed(file, ResourceName{"package", "libc6:i386"}).value());
    EXPECT_FALSE(is_managed(file, ResourceName{"package", "libc"}).value());
    EXPECT_FALSE(is_managed(directory / "none", std::string_view("File[/etc/motd]")).value());
    for (const char* wrong : {"", "File", "[x]", "File["})
        EXPECT_FALSE(is_managed(file, std::string_view(wrong))) << wrong;
    EXPECT_FALSE(is_managed(directory.path(), std::string_view("File[/etc/motd]")))
        << "a directory cannot be read";
}

}  // namespace
}  // namespace mco::puppet
