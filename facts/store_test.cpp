#include "facts/store.hpp"

#include "system/log_sinks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mco::facts {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

/// A source under the test's control, which outlives it.
struct Script {
    Map facts;
    std::vector<std::string> problems;
    bool changed = false;
    int reads = 0;
};

class ScriptedSource final : public Source {
  public:
    explicit ScriptedSource(Script& script) : script_(script) {}

    Reading read() override {
        ++script_.reads;
        script_.changed = false;
        return {script_.facts, script_.problems};
    }

    bool changed() const override { return script_.changed; }

  private:
    Script& script_;
};

class FactStoreTest : public ::testing::Test {
  protected:
    static TimePoint at(std::chrono::seconds seconds) { return TimePoint(1'000'000s) + seconds; }

    FactStore store_of(std::initializer_list<std::reference_wrapper<Script>> scripts) {
        std::vector<std::unique_ptr<Source>> sources;
        for (auto script : scripts)
            sources.push_back(std::make_unique<ScriptedSource>(script.get()));
        return FactStore(std::move(sources), 300s, log);
    }

    system::MemorySink::Lines lines;
    system::Log log{std::make_unique<system::MemorySink>(lines), system::Level::debug};
};

TEST_F(FactStoreTest, IsEmptyBeforeTheFirstRefresh) {
    const auto store = store_of({});
    ASSERT_NE(store.snapshot(), nullptr);
    EXPECT_TRUE(store.snapshot()->facts.empty());
    EXPECT_EQ(store.snapshot()->loaded, TimePoint{});
}

TEST_F(FactStoreTest, ReadsWhenDueOrChanged) {
    Script script{{{"a", "1"}}, {}};
    auto store = store_of({script});
    EXPECT_TRUE(store.refresh(at(0s)));
    EXPECT_EQ(store.snapshot()->facts, (Map{{"a", "1"}}));
    EXPECT_EQ(store.snapshot()->loaded, at(0s));
    EXPECT_FALSE(store.refresh(at(299s)));
    EXPECT_EQ(script.reads, 1);
    EXPECT_TRUE(store.refresh(at(300s)));
    EXPECT_EQ(store.snapshot()->loaded, at(300s));
    script.changed = true;
    script.facts = {{"a", "2"}};
    EXPECT_TRUE(store.refresh(at(301s)));
    EXPECT_EQ(store.snapshot()->facts, (Map{{"a", "2"}}));
    EXPECT_TRUE(store.refresh(at(0s))) << "the clock was set back";
    EXPECT_THAT(lines, IsEmpty());
}

TEST_F(FactStoreTest, LaterSourcesWin) {
    Script first{{{"a", "1"}, {"b", "1"}}, {}}, second{{{"b", "2"}, {"c", "2"}}, {}};
    auto store = store_of({first, second});
    store.refresh(at(0s));
    EXPECT_EQ(store.snapshot()->facts, (Map{{"a", "1"}, {"b", "2"}, {"c", "2"}}));
}

TEST_F(FactStoreTest, OnlyTheSourceThatIsDueIsRead) {
    Script slow{{{"a", "1"}}, {}}, file{{{"b", "1"}}, {}};
    auto store = store_of({slow, file});
    store.refresh(at(0s));
    file.changed = true;
    store.refresh(at(10s));
    EXPECT_EQ(slow.reads, 1);
    EXPECT_EQ(file.reads, 2);
    EXPECT_EQ(store.snapshot()->loaded, at(0s)) << "as old as its oldest part";
}

TEST_F(FactStoreTest, AFailingSourceKeepsItsLastFactsForAFullPeriod) {
    Script script{{{"a", "1"}}, {}};
    auto store = store_of({script});
    store.refresh(at(0s));
    const auto before = store.snapshot();
    script.facts = {};
    script.problems = {"facter broke"};
    EXPECT_FALSE(store.refresh(at(300s)));
    EXPECT_EQ(store.snapshot(), before);
    EXPECT_EQ(before->loaded, at(0s));
    EXPECT_THAT(lines,
                ElementsAre(Pair(system::Level::error, "facter broke"),
                            Pair(system::Level::error,
                                 "a fact source has no facts, those it gave before are kept")));
    script.facts = {{"a", "2"}};
    script.problems = {};
    EXPECT_FALSE(store.refresh(at(599s))) << "not asked again before the period is over";
    EXPECT_TRUE(store.refresh(at(600s)));
    EXPECT_EQ(store.snapshot()->facts, (Map{{"a", "2"}}));
}

TEST_F(FactStoreTest, ASourceMaySayThatThereAreNone) {
    Script script, other{{{"b", "1"}}, {}};
    auto store = store_of({script, other});
    EXPECT_TRUE(store.refresh(at(0s)));
    EXPECT_TRUE(store.snapshot()->complete);
    EXPECT_EQ(store.snapshot()->facts, (Map{{"b", "1"}}));
    script.facts = {{"a", "1"}};
    EXPECT_TRUE(store.refresh(at(300s)));
    script.facts = {};
    EXPECT_TRUE(store.refresh(at(600s)));
    EXPECT_EQ(store.snapshot()->facts, (Map{{"b", "1"}})) << "the last one is gone, too";
    EXPECT_THAT(lines, IsEmpty());
}

TEST_F(FactStoreTest, ASourceThatNeverWorkedIsNotComplete) {
    Script script{{}, {"facter broke"}};
    auto store = store_of({script});
    EXPECT_FALSE(store.refresh(at(0s)));
    EXPECT_FALSE(store.snapshot()->complete);
    EXPECT_THAT(lines, ElementsAre(Pair(system::Level::error, "facter broke")));
}

TEST_F(FactStoreTest, ProblemsBesideFactsAreLogged) {
    Script script{{{"a", "1"}}, {"one file is bad"}};
    auto store = store_of({script});
    EXPECT_TRUE(store.refresh(at(0s)));
    EXPECT_THAT(lines, ElementsAre(Pair(system::Level::error, "one file is bad")));
}

TEST_F(FactStoreTest, AnOldSnapshotStaysAsItWas) {
    Script script{{{"a", "1"}}, {}};
    auto store = store_of({script});
    store.refresh(at(0s));
    const auto old = store.snapshot();
    script.facts = {{"a", "2"}};
    store.refresh(at(300s));
    EXPECT_EQ(old->facts, (Map{{"a", "1"}}));
}

}  // namespace
}  // namespace mco::facts
