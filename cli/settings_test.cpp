#include "cli/settings.hpp"

#include <gtest/gtest.h>

namespace mco::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Expected<Settings> read(std::vector<std::string> words, const config::Config& config = {}) {
    MCO_TRY(parsed, options::parse(shared_options({}), {std::move(words)}));
    return read_settings(parsed, config);
}

TEST(Settings, HaveTheOriginalsDefaults) {
    const auto settings = read({});
    ASSERT_TRUE(settings);
    EXPECT_FALSE(settings->verbose);
    EXPECT_TRUE(settings->progress);
    EXPECT_FALSE(settings->for_programs());
    EXPECT_TRUE(settings->filter.empty());
    EXPECT_EQ(settings->collective, "mcollective");
    EXPECT_EQ(settings->ttl, seconds(60));
    EXPECT_FALSE(settings->timeout);
    EXPECT_LE(settings->connection_timeout, seconds(5));
}

TEST(Settings, CollectFiltersOfAllKinds) {
    const auto settings = read({"-F",
                                "os=Debian",
                                "--wf",
                                "cpus>=4",
                                "-C",
                                "base",
                                "--wc",
                                "/^roles/",
                                "-A",
                                "puppet",
                                "-I",
                                "n1",
                                "--wi",
                                "/n/",
                                "-W",
                                "country=uk apache"});
    ASSERT_TRUE(settings) << settings.error().message;
    const auto& filter = settings->filter;
    EXPECT_EQ(filter.facts,
              (std::vector<filter::FactTest>{
                  {"os", "Debian", "=="}, {"cpus", "4", ">="}, {"country", "uk", "=="}}));
    EXPECT_EQ(filter.classes, (std::vector<std::string>{"base", "/^roles/", "apache"}));
    EXPECT_EQ(filter.agents, (std::vector<std::string>{"puppet"}));
    EXPECT_EQ(filter.identities, (std::vector<std::string>{"n1", "/n/"}));
}

TEST(Settings, RefuseWhatMakesNoSense) {
    const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
        {{"-F", "os"}, "Could not parse fact os it does not appear to be in a valid format"},
        {{"--display", "none"}, "--display has to be one of 'ok', 'all' or 'failed'"},
        {{"-T", "mars"}, "Unknown collective 'mars' known collectives are 'mcollective'"},
        {{"--limit", "x"}, "Invalid limit specified: x valid limits are /^\\d+%*$/"},
        {{"--limit-seed", "-1", "-1"}, "--limit-seed has to be a number from 0 to 4294967295"},
        {{"--batch", "0%"}, "invalid argument: --batch 0%"},
        {{"--dm", "mc", "--dm", "stdin"}, "Discovery method is already set by a competing option"},
        {{"--do", "x", "--nodes", "f"}, "Cannot mix --disc-method, --disc-option and --nodes"},
        {{"--nodes", "f", "--dm", "mc"}, "Discovery method is already set by a competing option"},
        {{"-t", "abc"}, "invalid argument: -t abc"},
        {{"-I", ""}, "-I needs the name of a node, or /REGEX/"},
        {{"-I", "web*.lab"},
         "No node can have the name 'web*.lab'; did you mean -I '/^web.*\\.lab$/'?"},
        {{"-I", "web 1"}, "No node can have the name 'web 1'"},
        {{"-C", ""}, "The class filter is empty"},
        {{"-S", " "}, "-S needs a filter; leave it out to mean every node"},
        {{"-W", ""}, "-W needs a filter; leave it out to mean every node"},
        {{"--max-nodes", "-1"}, "--max-nodes cannot be less than 0"},
    };
    for (const auto& [words, message] : cases) {
        const auto settings = read(words);
        ASSERT_FALSE(settings) << message;
        EXPECT_EQ(settings.error().message, message);
    }
}

TEST(Settings, RefusePatternsThatNoNodeCouldUse) {
    for (const auto& words : std::vector<std::vector<std::string>>{{"-C", "/web(/"},
                                                                   {"-A", "/web(/"},
                                                                   {"-I", "/web(/"},
                                                                   {"-F", "role=/web(/"},
                                                                   {"-F", "role=~web("},
                                                                   {"-W", "role=/web(/"},
                                                                   {"-W", "/web(/"}}) {
        const auto settings = read(words);
        ASSERT_FALSE(settings) << words[0];
        EXPECT_EQ(settings.error().code, Errc::malformed) << settings.error().message;
        EXPECT_NE(settings.error().message.find("web("), std::string::npos);
    }
}

TEST(Settings, NameANodeOnce) {
    EXPECT_EQ(read({"-I", "n1", "-I", "n1"})->filter.identities, std::vector<std::string>{"n1"});
}

TEST(Settings, TakeTheLaterOfVerboseAndQuiet) {
    EXPECT_TRUE(read({"-q", "-v"})->verbose);
    EXPECT_FALSE(read({"-vq"})->verbose);
}

TEST(Settings, JsonHidesTheProgressBar) {
    EXPECT_FALSE(read({"-j"})->progress);
    EXPECT_FALSE(read({"--np"})->progress);
}

TEST(Settings, DisplayAcceptsAll) {
    EXPECT_EQ(read({"--display", "all"})->display, ddl::Display::always);
    EXPECT_EQ(read({"--display", "ok"})->display, ddl::Display::ok);
}

TEST(Settings, TtlReadsTheDigitsAtTheFront) {
    EXPECT_EQ(read({"--ttl", "30s"})->ttl, seconds(30));
    EXPECT_EQ(read({"--ttl", "soon"})->ttl, seconds(0));
}

TEST(Settings, ConnectionTimeoutComesFromOptionOrConfiguration) {
    config::Config config;
    config.connection_timeout = seconds(9);
    EXPECT_EQ(read({}, config)->connection_timeout, seconds(9));
    EXPECT_EQ(read({"--connection-timeout", "2"}, config)->connection_timeout, seconds(2));
}

TEST(DiscoveryPlan, WaitsInFullOnlyWhenAskedTo) {
    config::Config config;
    auto plan = client::discovery_plan(*read({}), config);
    EXPECT_EQ(plan.limit, seconds(2));
    EXPECT_EQ(plan.listening, client::Listening::until_quiet);
    config.discovery_timeout = seconds(7);
    plan = client::discovery_plan(*read({}), config);
    EXPECT_EQ(plan.limit, seconds(7));
    EXPECT_EQ(plan.listening, client::Listening::until_quiet);
    plan = client::discovery_plan(*read({"--dt", "3"}), config);
    EXPECT_EQ(plan.limit, seconds(3));
    EXPECT_EQ(plan.listening, client::Listening::whole_time);
}

struct LimitCase {
    std::vector<std::string> words;
    int seconds;
};

TEST(ReplyLimit, FollowsTheDdlUnlessATimeIsGiven) {
    const LimitCase cases[] = {{{}, 12},
                               {{"-t", "5"}, 12},  // not to be told from the default
                               {{"-t", "9"}, 9},
                               {{"--threaded"}, 14},
                               {{"--threaded", "--publish_timeout", "4", "-t", "1"}, 5}};
    for (const auto& test : cases)
        EXPECT_EQ(client::reply_limit(*read(test.words), 10, seconds(2)), seconds(test.seconds));
}

TEST(SharedOptions, LeaveOutGroups) {
    const auto specs = shared_options({false, false, false});
    std::vector<std::string> ids;
    for (const auto& spec : specs)
        ids.push_back(spec.id);
    EXPECT_EQ(ids, (std::vector<std::string>{"config", "verbose", "help"}));
}

}  // namespace
}  // namespace mco::cli
