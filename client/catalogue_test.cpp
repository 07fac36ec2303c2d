#include "client/catalogue.hpp"

#include "core/ddl/aggregate.hpp"
#include "core/ddl/validators.hpp"
#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace mco::client {
namespace {

const PluginType& agents = *plugin_type("agent");

class Library : public ::testing::Test {
  protected:
    /// Writes a declaration below `libdir` and returns that directory.
    std::string add(const std::string& libdir, const std::string& file, const std::string& text) {
        folder_.write(libdir + "/mcollective/" + file, text);
        return folder_ / libdir;
    }

    static std::string metadata(const std::string& description) {
        return "metadata :name => 'x', :description => '" + description +
               "', :author => 'a', :license => 'l', :version => '1', :url => 'u', :timeout => 1\n";
    }

    system::TemporaryDirectory folder_;
};

TEST_F(Library, KnowsWhatIsCompiledIn) {
    Catalogue catalogue({});
    const auto rpcutil = catalogue.find(agents, "rpcutil");
    ASSERT_TRUE(rpcutil) << rpcutil.error().message;
    EXPECT_NE((*rpcutil)->action("ping"), nullptr);
    for (const auto& type : plugin_types)
        for (const auto& name : catalogue.names(type)) {
            const auto found = catalogue.find(type, name);
            ASSERT_TRUE(found) << type.name << "/" << name << ": " << found.error().message;
            EXPECT_FALSE((*found)->metadata.description.empty());
        }
}

/// What the aggregates of `block` say about one reply.
std::vector<ddl::Summary> summarized(const std::string& block,
                                     const std::string& output,
                                     const Value& value) {
    const auto text =
        "metadata :name => 'x', :description => 'd', :author => 'a', :license => 'l',\n"
        "  :version => '1', :url => 'u', :timeout => 1\n"
        "action 'act', :description => 'd' do\n  output :" +
        output + ", :description => 'd', :display_as => 'd'\n" + block + "end\n";
    const auto parsed = ddl::parse(text, "example.ddl", ddl::Kind::agent);
    if (!parsed)
        return {{output, output, {}, parsed.error().message}};
    const Map reply{{output, value}};
    return ddl::summarize(parsed->actions.front(), {&reply});
}

TEST_F(Library, ShowsHowToUseAggregatesAndTheExamplesWork) {
    Catalogue catalogue({});
    const auto& type = *plugin_type("aggregate");
    const std::map<std::string, Value> values = {{"boolean_summary", true},
                                                 {"process_summary", Array{Map{{"VSZ", 1}}}}};
    for (const auto& name : catalogue.names(type)) {
        const auto ddl = catalogue.find(type, name);
        ASSERT_TRUE(ddl) << ddl.error().message;
        const auto& usage = (*ddl)->usage;
        const auto begin = usage.find("    summarize do\n");
        const auto end = usage.find("    end\n", begin);
        ASSERT_NE(end, std::string::npos) << name;
        const auto block = usage.substr(begin, end + 8 - begin);
        const auto call = block.find("aggregate " + name + "(:");
        ASSERT_NE(call, std::string::npos) << name;
        const auto output = block.substr(call + name.size() + 12);
        const auto summaries = summarized(block,
                                          output.substr(0, output.find_first_of(",)")),
                                          values.contains(name) ? values.at(name) : Value(3));
        ASSERT_EQ(summaries.size(), 1u) << name;
        EXPECT_EQ(summaries.front().failure, "") << name;
        EXPECT_FALSE(summaries.front().lines.empty()) << name;
    }
}

TEST_F(Library, DocumentsValidatorsThatExist) {
    const std::vector<std::string_view> with_a_rule = {"array", "length", "regex", "typecheck"};
    for (const auto& name : Catalogue({}).names(*plugin_type("validator"))) {
        if (std::find(with_a_rule.begin(), with_a_rule.end(), name) != with_a_rule.end())
            continue;
        const auto refused = ddl::check_by_name(name, Value(1));
        ASSERT_FALSE(refused) << name;
        EXPECT_EQ(refused.error().message, "value should be a string") << name;
    }
}

TEST_F(Library, RefusesWhatNeedsANewerRelease) {
    const auto libdir =
        add("one", "connector/old.ddl", "requires :mcollective => '2.6.0'\n" + metadata("x"));
    add("one", "connector/new.ddl", "requires :mcollective => '99'\n" + metadata("x"));
    Catalogue catalogue({libdir});
    EXPECT_TRUE(catalogue.find(*plugin_type("connector"), "old"));
    const auto refused = catalogue.find(*plugin_type("connector"), "new");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("requires MCollective 99 or newer"), std::string::npos);
}

TEST_F(Library, PrefersFilesAndTheLastDirectory) {
    const auto first = add("one", "agent/rpcutil.ddl", metadata("first"));
    const auto second = add("two", "agent/rpcutil.ddl", metadata("second"));
    EXPECT_EQ((*Catalogue({first, second}).find(agents, "rpcutil"))->metadata.description,
              "second");
    EXPECT_EQ((*Catalogue({second, first}).find(agents, "rpcutil"))->metadata.description, "first");
}

TEST_F(Library, ListsFilesWithoutTheirSuffix) {
    const auto libdir = add("one", "data/puppet_data.ddl", "");
    add("one", "data/notes.txt", "");
    const auto names = Catalogue({libdir, "/nonexistent"}).names(*plugin_type("data"));
    EXPECT_EQ(std::count(names.begin(), names.end(), "puppet"), 1);
    EXPECT_EQ(std::count(names.begin(), names.end(), "notes"), 0);
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

TEST_F(Library, SaysWhereABrokenFileIsWrong) {
    const auto libdir = add("one", "agent/broken.ddl", "metadata 7\n");
    Catalogue catalogue({libdir});
    const auto found = catalogue.find(agents, "broken");
    ASSERT_FALSE(found);
    EXPECT_NE(found.error().message.find("/agent/broken.ddl:1"), std::string::npos)
        << found.error().message;
}

TEST_F(Library, DoesNotLeaveItsDirectories) {
    const auto libdir = add("one", "agent/x.ddl", metadata("x"));
    add("one", "outside.ddl", metadata("x"));
    Catalogue catalogue({libdir});
    for (const auto* name : {"nosuch", "../outside", ""}) {
        const auto found = catalogue.find(agents, name);
        ASSERT_FALSE(found) << name;
        EXPECT_EQ(found.error().message,
                  "Can't find DDL for agent plugin '" + std::string(name) + "'");
    }
}

TEST(PluginType, IsFoundByName) {
    EXPECT_EQ(plugin_type("data")->heading, "Data Queries");
    EXPECT_EQ(plugin_type("nosuch"), nullptr);
}

}  // namespace
}  // namespace mco::client
