#include "puppet/ral/native.hpp"

#include "core/ral/resource.hpp"
#include "core/serializer/json.hpp"
#include "puppet/ral/native_shape.hpp"
#include "system/temporary_directory.hpp"
#include "system/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

namespace mco::puppet {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A machine of nothing but files.
class Native : public testing::Test {
  protected:
    NativeReading native() { return {true, runner_, clock_, root_.path()}; }

    /// `title {parameters}` of all, in their order.
    std::vector<std::string> read(std::string_view type) {
        const auto resources = native().read(type, clock_.monotonic());
        if (!resources)
            return {resources.error().message};
        std::vector<std::string> lines;
        for (const auto& resource : *resources) {
            EXPECT_EQ(resource.type, type);
            EXPECT_FALSE(resource.exported);
            lines.push_back(resource.title + ' ' + serializer::encode_json(resource.parameters));
        }
        return lines;
    }

    /// The parameters of one user.
    std::string user(std::string_view title) {
        const auto found = native().read("user", title, clock_.monotonic());
        if (!found)
            return found.error().message;
        return *found ? serializer::encode_json((*found)->parameters) : "none";
    }

    system::TemporaryDirectory root_;
    system::ScriptedRunner runner_;
    system::FixedClock clock_;
};

TEST_F(Native, TellsUsersWithWhatShadowAndGroupsAddToThem) {
    root_.write("etc/passwd",
                "web:x:33:33:www,,,:/var/www:/usr/sbin/nologin\nroot:x:0:0:root:/root:/bin/bash\n");
    root_.write("etc/shadow", "root:$6$x:19000:0:99999:7::22313:\nweb:*:19000::::::\n");
    root_.write("etc/group", "adm:x:4:web,root\nweb:x:33:\nsudo:x:27:root\n");
    EXPECT_THAT(
        read("user"),
        ElementsAre(
            R"(root {"ensure":"present","home":"/root","uid":0,"gid":0,"comment":"root",)"
            R"("shell":"/bin/bash","password":"$6$x","password_min_age":0,"password_max_age":99999,)"
            R"("password_warn_days":7,"groups":["adm","sudo"],"expiry":"2031-02-03"})",
            R"(web {"ensure":"present","home":"/var/www","uid":33,"gid":33,"comment":"www,,,",)"
            R"("shell":"/usr/sbin/nologin","password":"*","password_min_age":-1,)"
            R"("password_max_age":-1,"password_warn_days":-1,"groups":["adm"]})"));
}

TEST_F(Native, TakesTheFirstOfUsersWithOneNameAndThoseOfCompatAsAbsent) {
    root_.write(
        "etc/passwd",
        "# comment\nmulti:x:1:1::/h:/s\nbroken line\n+::::::\n+@net::::::\n-bad:x:1:1:::\n"
        "multi:x:2:2:dup:/d:/b\n:x:7:7:::\nbig:x:4294967290:4294967290::/b:/s\nlast:x:3:3:::");
    root_.write("etc/shadow", "multi:first:1:1:1:1:1:1:\nmulti:second:2::::::\n");
    root_.write("etc/group", "");
    EXPECT_THAT(
        read("user"),
        ElementsAre(R"(+ {"ensure":"absent"})",
                    R"(+@net {"ensure":"absent"})",
                    R"(-bad {"ensure":"absent"})",
                    R"(big {"ensure":"present","home":"/b","uid":4294967290,"gid":4294967290,)"
                    R"("shell":"/s"})",
                    R"(last {"ensure":"present","uid":3,"gid":3})",
                    R"(multi {"ensure":"present","home":"/h","uid":1,"gid":1,"shell":"/s",)"
                    R"("password":"first","password_min_age":1,"password_max_age":1,)"
                    R"("password_warn_days":1,"expiry":"1970-01-02"})"));
}

TEST_F(Native, LeavesOutWhatPuppetTakesForNoValue) {
    root_.write("etc/passwd", "a:x:1:1:absent::absent\n");
    root_.write("etc/shadow", "a::1::::::\n");
    root_.write("etc/group", "g:x:5:b\n");
    EXPECT_EQ(user("a"),
              R"({"ensure":"present","uid":1,"gid":1,"password_min_age":-1,)"
              R"("password_max_age":-1,"password_warn_days":-1})");
    EXPECT_EQ(user("A"), "none");
}

TEST_F(Native, DoesWithoutShadow) {
    root_.write("etc/passwd", "a:x:1:1::/h:/s\n");
    root_.write("etc/group", "");
    EXPECT_EQ(user("a"), R"({"ensure":"present","home":"/h","uid":1,"gid":1,"shell":"/s"})");
}

TEST_F(Native, ListsGroupsAsPuppetDoes) {
    const auto groups_of = [&](const std::string& groups) {
        root_.write("etc/passwd", "u:x:1:50:::\n");
        root_.write("etc/group", groups);
        const std::string all = user("u");
        const auto at = all.find(R"("groups":)");
        return at == std::string::npos ? "none" : all.substr(at + 9, all.size() - at - 10);
    };
    EXPECT_EQ(groups_of("a:x:1:v\nu:x:50:\n"), "none");
    EXPECT_EQ(groups_of("zz:x:3:u\naa:x:1:v,u\nmm:x:2:u\n"), R"(["zz","aa","mm"])");
    EXPECT_EQ(groups_of("d:x:3:u,u\nd:x:4:u\nd:x:5:\n"), R"(["d"])");  // names once
    EXPECT_EQ(groups_of("absent:x:3:u\n"), R"(["absent"])");
    EXPECT_EQ(groups_of("zz:x:3:u\nu:x:50:u\n"), R"(["zz","u"])");
    EXPECT_EQ(groups_of("a:x:3:\nb:x:3:u\n"), R"(["b"])");
    for (const char* library :
         {"usr/lib/x86_64-linux-gnu/rubygems-integration/3.1.0/gems/ffi-1.15.5/x",
          "opt/puppetlabs/puppet/lib/ruby/gems/3.2.0/gems/ffi-1.15.5/x",
          "var/lib/gems/3.1.0/gems/ffi-1.15.5/x"}) {
        const auto path = root_.write(library, "");  // Puppet asks the C library then
        EXPECT_EQ(groups_of("zz:x:3:u\nu:x:50:u\n"), R"(["u","zz"])") << library;
        EXPECT_EQ(groups_of("u:x:50:\na:x:3:u\nb:x:3:u\n"), R"(["a"])") << library;
        EXPECT_EQ(groups_of("u:x:50:\na:x:3:\nb:x:3:u\n"), "none") << library;
        EXPECT_EQ(groups_of("a:x:3:\nb:x:3:u\n"), R"(["b"])") << library;  // nobody has 50
        EXPECT_EQ(groups_of("u:x:50:\n+a:x:3:u\nb:x:4:u\n"), R"(["b"])") << library;
        std::filesystem::remove_all(std::filesystem::path(path).parent_path());
    }
    root_.write("var/lib/gems/3.1.0/gems/ethon-1/x", "");
    EXPECT_EQ(groups_of("zz:x:3:u\nu:x:50:u\n"), R"(["zz","u"])");
}

TEST_F(Native, ScrubsWhatIsNoTextAndSaysSo) {
    root_.write(
        "etc/passwd",
        "latin:x:1:1:Andr\xe9 Br\xfcll:/h:/s\nfra\xe7:x:2:2:\xe2\x82:/h:/s\nu:x:3:3:\xc3\xa9::\n");
    root_.write("etc/group", "gr\xe9:x:5:fra\xe7,latin\n");
    const auto users = native().read("user", clock_.monotonic());
    ASSERT_TRUE(users.has_value());
    EXPECT_THAT(
        read("user"),
        ElementsAre(
            "fra\xef\xbf\xbd {\"ensure\":\"present\",\"home\":\"/h\",\"uid\":2,\"gid\":2,"
            "\"comment\":\"\xef\xbf\xbd\",\"shell\":\"/s\",\"groups\":[\"gr\xef\xbf\xbd\"]}",
            "latin {\"ensure\":\"present\",\"home\":\"/h\",\"uid\":1,\"gid\":1,\"comment\":"
            "\"Andr\xef\xbf\xbd "
            "Br\xef\xbf\xbdll\",\"shell\":\"/s\",\"groups\":[\"gr\xef\xbf\xbd\"]}",
            "u {\"ensure\":\"present\",\"uid\":3,\"gid\":3,\"comment\":\"\xc3\xa9\"}"));
    EXPECT_THAT(scrubbed_warnings(*users),
                ElementsAre("User[fra\xef\xbf\xbd]: not UTF-8: its name, comment, groups",
                            "User[latin]: not UTF-8: comment, groups"));
}

TEST_F(Native, ReadsLinesOfAnyLength) {
    std::string group = "big:x:5:";
    for (int i = 0; i < 20'000; ++i)
        group += "member" + std::to_string(i) + ",";
    root_.write("etc/group", group + "u\nnext:x:6:u\n");
    root_.write("etc/passwd", "u:x:1:1:::\n");
    EXPECT_THAT(user("u"), HasSubstr(R"("groups":["big","next"])"));
    root_.write("etc/group", "huge:x:5:" + std::string(17u << 20, 'a') + "\n");
    EXPECT_THAT(user("u"), HasSubstr("too long"));
}

TEST_F(Native, TellsGroups) {
    root_.write("etc/group", "b:x:2:u\na:x:1:\n+:::\nb:x:3:\nbig:x:4294967290:\ngr\xe9:x:5:\n");
    EXPECT_THAT(read("group"),
                ElementsAre(R"(+ {"ensure":"absent"})",
                            R"(a {"ensure":"present","gid":1})",
                            R"(b {"ensure":"present","gid":2})",
                            R"(big {"ensure":"present","gid":4294967290})",
                            "gr\xef\xbf\xbd {\"ensure\":\"present\",\"gid\":5}"));
    root_.write("etc/group", "first:x:7:\nsecond:x:7:\nthird:x:8:\n");
    EXPECT_EQ(native().group_names(), (ral::GroupNames{{7, "first"}, {8, "third"}}));
}

TEST_F(Native, TellsHostsByPuppetsOwnPattern) {
    root_.write("etc/hosts",
                "127.0.0.1\tlocalhost\n"
                "::1  six.example six # v6 host\n"
                "10.0.0.1\tdup.example\n"
                "10.0.0.2 dup.example other\n"
                "#10.0.0.3 commented.example\n"
                "\n"
                "10.0.0.4   CAPS.Example  a  b c#tight\n"
                "10.0.0.5 spaced.example a \t b   \n"
                "10.0.0.6 absent.example absent # absent\n"
                "10.0.0.7 dos.example alias\r\n"
                "10.0.0.8 trail.example # a # b \n"
                "10.0.0.9\n"
                "  10.0.0.10 indented.example\n"
                "FE80::1 upper.example\n"
                "10.0.0.11 x\n"
                "10.0.0.12 +plus.example\n"
                "10.0.0.13 #hash.example\n"
                "10.0.0.14 in#valid.example\n"
                "10.0.0.15 -hyphen.example\n"
                "10.0.0.16 dot.example.\n"
                "10.0.0.17 two..dots\n"
                "1 short.example\n"
                "fe80::2%lo0 last_one.example");
    EXPECT_THAT(
        read("host"),
        ElementsAre(
            R"(CAPS.Example {"ensure":"present","ip":"10.0.0.4","host_aliases":["a","b","c"],)"
            R"("comment":"tight","target":"/etc/hosts"})",
            R"(absent.example {"ensure":"present","ip":"10.0.0.6","host_aliases":["absent"],)"
            R"("target":"/etc/hosts"})",
            R"(dos.example {"ensure":"present","ip":"10.0.0.7","host_aliases":["alias"],)"
            R"("target":"/etc/hosts"})",
            R"(dot.example. {"ensure":"present","ip":"10.0.0.16","target":"/etc/hosts"})",
            R"(dup.example {"ensure":"present","ip":"10.0.0.1","target":"/etc/hosts"})",
            R"(last_one.example {"ensure":"present","ip":"fe80::2%lo0","target":"/etc/hosts"})",
            R"(localhost {"ensure":"present","ip":"127.0.0.1","target":"/etc/hosts"})",
            R"(six.example {"ensure":"present","ip":"::1","host_aliases":["six"],)"
            R"("comment":"v6 host","target":"/etc/hosts"})",
            R"(spaced.example {"ensure":"present","ip":"10.0.0.5","host_aliases":["a","b"],)"
            R"("target":"/etc/hosts"})",
            R"(trail.example {"ensure":"present","ip":"10.0.0.8","comment":"a # b ",)"
            R"("target":"/etc/hosts"})"));
}

std::string record(const std::string& name,
                   const std::string& status,
                   const std::string& version,
                   const std::string& architecture = "amd64") {
    return "Package: " + name + "\nStatus: " + status +
           "\nPriority: optional\nArchitecture: " + architecture + "\nVersion: " + version +
           "\nDescription: one of many\n Package: not this\n Status: nor this\n\n";
}

TEST_F(Native, TellsPackagesByTheirStates) {
    root_.write("var/lib/dpkg/status",
                record("zip", "install ok installed", "3.0-13") +
                    record("g++", "hold ok installed", "4:12.2.0-3") +
                    record("rc", "deinstall ok config-files", "1.0") +
                    record("half", "install reinstreq half-installed", "1.0") +
                    record("new", "install ok unpacked", "1.0") +
                    record("conf", "install ok half-configured", "1.0") +
                    record("trig", "install ok triggers-pending", "1.2~rc1+b1") +
                    record("gone", "purge ok not-installed", "") +
                    "Package: nothing\nPriority: extra\n\n" +
                    record("libc6", "hold ok installed", "2.36-9", "i386") +
                    record("libc6", "install ok installed", "2.36-9+deb12u1", "amd64"));
    EXPECT_THAT(read("package"),
                ElementsAre(R"(conf {"ensure":"absent","provider":"apt"})",
                            R"(g++ {"ensure":"4:12.2.0-3","mark":"hold","provider":"apt"})",
                            R"(half {"ensure":"absent","provider":"apt"})",
                            R"(libc6 {"ensure":"2.36-9+deb12u1","mark":"none","provider":"apt"})",
                            R"(new {"ensure":"absent","provider":"apt"})",
                            R"(rc {"ensure":"absent","provider":"apt"})",
                            R"(trig {"ensure":"1.2~rc1+b1","mark":"none","provider":"apt"})",
                            R"(zip {"ensure":"3.0-13","mark":"none","provider":"apt"})"));
}

TEST_F(Native, ReadsWhatDpkgHasNotMergedYet) {
    root_.write(
        "var/lib/dpkg/status",
        record("a", "install ok installed", "1") + record("b", "install ok installed", "1"));
    root_.write("var/lib/dpkg/updates/0001", record("b", "install ok installed", "3"));
    root_.write("var/lib/dpkg/updates/0000", record("b", "install ok installed", "2"));
    root_.write("var/lib/dpkg/updates/0002", record("c", "install ok installed", "1"));
    root_.write("var/lib/dpkg/updates/tmp.i", record("d", "install ok installed", "1"));
    EXPECT_THAT(read("package"),
                ElementsAre(R"(a {"ensure":"1","mark":"none","provider":"apt"})",
                            R"(b {"ensure":"3","mark":"none","provider":"apt"})",
                            R"(c {"ensure":"1","mark":"none","provider":"apt"})"));
}

TEST_F(Native, SaysWhatCannotBeRead) {
    for (const char* type : {"user", "group", "host", "package"})
        EXPECT_THAT(read(type),
                    ElementsAre(AllOf(HasSubstr("cannot read"), HasSubstr(root_.path()))))
            << type;
    EXPECT_THAT(read("cron"), ElementsAre(HasSubstr("cron is not read without Puppet")));
    EXPECT_FALSE(native().group_names().has_value());
    ::mkdir((root_ / "etc").c_str(), 0755);
    ASSERT_EQ(::mkfifo((root_ / "etc/passwd").c_str(), 0600), 0);  // which nobody writes to
    EXPECT_THAT(read("user"), ElementsAre(HasSubstr("not a regular file")));
}

TEST(NativeShape, ScrubsAsRubyDoes) {
    const std::pair<std::string, std::string> cases[] = {
        {"", ""},
        {"plain", "plain"},
        {"\xc3\xa9", "\xc3\xa9"},
        {"\xe9", "*"},
        {"a\xe9z", "a*z"},
        {"\xe2\x82z", "*z"},  // one character that was not ended
        {"\xe2\x82", "*"},
        {"\xf0\x9f\x98z", "*z"},
        {"\xf0\x9f", "*"},
        {"\xff\xfe", "**"},
        {"\xc0\x80", "**"},       // not begun at all
        {"\xed\xa0\x80", "***"},  // a surrogate
        {"\xf4\x90\x80\x80", "****"},
        {"\x80\xbf", "**"},
        {"\xe2\x82\xe2\x82\xac", "*\xe2\x82\xac"}};
    for (const auto& [bytes, shown] : cases) {
        std::string expected;
        for (const char c : shown)
            expected += c == '*' ? std::string(ral::scrubbed_mark) : std::string(1, c);
        EXPECT_EQ(scrubbed(bytes), expected) << testing::PrintToString(bytes);
    }
}

TEST(NativeShape, TagsWithTheTypeAndTheTitleWhereItCanBeOne) {
    const auto tags = [](const char* title) { return shaped("user", title, {}).tags; };
    EXPECT_THAT(tags("Deploy"), ElementsAre("user", "deploy"));
    EXPECT_THAT(tags("user"), ElementsAre("user"));
    EXPECT_THAT(tags("_a:b.c-d"), ElementsAre("user", "_a:b.c-d"));
    EXPECT_THAT(tags("a::B"), ElementsAre("user", "a::b", "a", "b"));
    EXPECT_THAT(tags("Gr\xc3\x9cn"), ElementsAre("user", "gr\xc3\xbcn"));
    for (const char* title :
         {"g++", "-a", ".a", "spa ce", "x$", "+", "", "gr\xef\xbf\xbd", "\xe2\x82\xac"})
        EXPECT_THAT(tags(title), ElementsAre("user")) << title;
}

}  // namespace
}  // namespace mco::puppet
