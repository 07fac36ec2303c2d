#include "client/catalogue.hpp"

#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>

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
