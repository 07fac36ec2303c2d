#include "client/sources/names.hpp"

#include "client/sources/testing.hpp"
#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace mco::client {
namespace {

using testing::Search;
using testing::shown;
using testing::with_identities;

struct Reading {
    std::string text;
    std::string expected;
};

TEST(Names, AreReadFromTextOneALine) {
    const Reading readings[] = {
        {"web1\nweb2\n", "web1 web2"},
        {"web1", "web1"},
        {"", ""},
        {"\n# the web\n  web1\t\r\n\n   # db1\nweb-2.lab_x\n", "web1 web-2.lab_x"},
        {"web1\nweb2\nweb1\n", "web1 web2"},
        {"web1\nweb 2\n",
         "error: nodes:2: \"web 2\" is not the name of a node: Identities can only match "
         "/^[\\w\\.\\-]+$/"},
        {"web1 # the first\n",
         "error: nodes:1: \"web1 # the first\" is not the name of a node: Identities can only "
         "match /^[\\w\\.\\-]+$/"},
        {"ä\n",
         "error: nodes:1: \"ä\" is not the name of a node: Identities can only match "
         "/^[\\w\\.\\-]+$/"},
    };
    for (const auto& [text, expected] : readings) {
        const auto list = names_in_text(text, "nodes");
        EXPECT_EQ(list ? shown(list->names()) : "error: " + list.error().message, expected) << text;
    }
}

TEST(Names, AreReadFromJson) {
    const Reading readings[] = {
        {R"([{"sender":"web1"},{"certname":"web2"}])", "web1 web2"},
        {R"([{"certname":"cert","sender":"sender","data":{"sender":"other"}}])", "sender"},
        {R"([{"sender":"web1"},{"sender":"web1"}])", "web1"},
        {"[]", ""},
        {R"([{"sender":"web1"},{"missing":"web2","reason":"silent"}])", "web1"},
        {"{\"sender\":\"web1\"}\n{\"agent\":\"a\",\"summary\":{\"replies\":1}}\n", "web1"},
        {" \n [ ] \n", ""},
        {"{\"sender\":\"web1\",\"data\":{}}\n\n{\"certname\":\"web2\"}\n", "web1 web2"},
        {R"(["web1"])",
         "error: in: element 1: this is no object with the name of a node as sender or certname"},
        {R"([{"sender":"web1"},{"name":"web2"}])",
         "error: in: element 2: this is no object with the name of a node as sender or certname"},
        {R"([{"sender":7}])",
         "error: in: element 1: this is no object with the name of a node as sender or certname"},
        {"{\"sender\":\"web1\"}\n{\"name\":1}\n",
         "error: in:2: this is no object with the name of a node as sender or certname"},
        {R"([{"sender":"a b"}])",
         "error: in: element 1: \"a b\" is not the name of a node: Identities can only match "
         "/^[\\w\\.\\-]+$/"},
    };
    for (const auto& [text, expected] : readings) {
        const auto list = names_in_json(text, "in");
        EXPECT_EQ(list ? shown(list->names()) : "error: " + list.error().message, expected) << text;
    }
}

TEST(Names, SayWhereJsonIsBroken) {
    const auto array = names_in_json("[{\"sender\":", "in");
    ASSERT_FALSE(array);
    EXPECT_TRUE(array.error().message.starts_with("in: ")) << array.error().message;
    const auto lines = names_in_json("{\"sender\":\"a\"}\n{\"sender\"\n", "in");
    ASSERT_FALSE(lines);
    EXPECT_TRUE(lines.error().message.starts_with("in:2: ")) << lines.error().message;
}

TEST(Names, AreCounted) {
    NameList list;
    for (std::size_t i = 0; i < NameList::most; ++i)
        ASSERT_TRUE(list.add("n" + std::to_string(i), "here"));
    EXPECT_TRUE(list.add("n7", "here"));
    const auto added = list.add("another", "here");
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, Errc::limit);
}

struct Selection {
    std::vector<std::string> identities;
    std::string expected;
};

TEST(Names, AreSelectedByAnyIdentityFilter) {
    const auto list = names_in_text("web2\nweb1\ndb1\ndb2\n", "nodes");
    ASSERT_TRUE(list);
    const Selection selections[] = {
        {{}, "web2 web1 db1 db2"},
        {{"db1"}, "db1"},
        {{"db1", "web1", "db1", "mail1"}, "db1 web1"},
        {{"mail1"}, ""},
        {{"/web/"}, "web2 web1"},
        {{"/1$/"}, "web1 db1"},
        {{"db1", "/web/"}, "db1 web2 web1"},
        {{"/web/", "/1/"}, "web2 web1 db1"},
        {{"/(/"}, "error"},
    };
    for (const auto& [identities, expected] : selections) {
        const auto selected = list->select(identities);
        EXPECT_EQ(selected ? shown(selected) : "error", expected);
    }
}

TEST(Flatfile, SelectsFromTheFileOfTheFirstOption) {
    const system::TemporaryDirectory directory;
    const auto file = directory.write("nodes", "web1\nweb2\ndb1\n");
    EXPECT_EQ((Search{"flatfile", {file, "/nonexistent"}}.text()), "web1 web2 db1");
    EXPECT_EQ((Search{"flatfile", {file}, with_identities({"/web/"})}.text()), "web1 web2");
}

TEST(Flatfile, SaysWhatItLacks) {
    EXPECT_EQ(Search{"flatfile"}.text(),
              "error: The flatfile discovery method needs a path to a text file: --do FILE");
    const auto missing = Search{"flatfile", {"/nonexistent/nodes"}}.text();
    EXPECT_TRUE(
        missing.starts_with("error: Cannot read the file /nonexistent/nodes specified as "
                            "discovery source"))
        << missing;
    const system::TemporaryDirectory directory;
    const auto file = directory.write("nodes", "web1\n\nweb two\n");
    const auto wrong = Search{"flatfile", {file}}.text();
    EXPECT_TRUE(wrong.starts_with("error: " + file + ":3: \"web two\"")) << wrong;
}

struct Piped {
    std::vector<std::string> options;
    std::string input;
    std::string expected;
};

TEST(Stdin, KnowsWhatItIsGiven) {
    const std::string blank =
        "error: data piped on STDIN contained only whitespace - could not discover hosts from it.";
    const Piped cases[] = {
        {{}, "web1\nweb2\n", "web1 web2"},
        {{}, "\n [{\"sender\":\"web1\"}]", "web1"},
        {{}, "{\"sender\":\"web1\"}\n{\"sender\":\"web2\"}", "web1 web2"},
        {{"AUTO"}, "web1", "web1"},
        {{"text"}, "web1", "web1"},
        {{"json"}, "[{\"certname\":\"web1\"}]", "web1"},
        {{}, "", blank},
        {{"json"}, " \n\t\n", blank},
        {{"yaml"},
         "web1",
         "error: stdin discovery plugin only knows the types auto/text/json, not \"yaml\""},
    };
    for (const auto& [options, input, expected] : cases)
        EXPECT_EQ((Search{"stdin", options, {}, input}.text()), expected) << input;
    EXPECT_TRUE((Search{"stdin", {"text"}, {}, "[{}]"}.text())
                    .starts_with("error: standard input:1: \"[{}]\""));
    EXPECT_EQ((Search{"stdin", {}, with_identities({"/2/"}), "web1\nweb2\n"}.text()), "web2");
}

TEST(Stdin, IsBounded) {
    const auto found = Search{"stdin", {}, {}, std::string((std::size_t{64} << 20) + 1, 'a')}.run();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, Errc::limit);
}

}  // namespace
}  // namespace mco::client
