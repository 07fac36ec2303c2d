#include "client/sources/puppetdb_plan.hpp"

#include "client/sources/testing.hpp"
#include "core/filter/compound.hpp"
#include "core/filter/parse.hpp"
#include "core/serializer/json.hpp"

#include <gtest/gtest.h>

#include <functional>

#include <rapidcheck.h>

namespace mco::client {
namespace {

using Options = std::vector<std::pair<char, std::string>>;

/// A filter as its options on the command line are written.
filter::Filter filter_of(const Options& options) {
    filter::Filter filter;
    for (const auto& [option, text] : options) {
        if (option == 'F')
            filter.facts.push_back(*filter::parse_fact(text));
        else if (option == 'C')
            filter.classes.push_back(text);
        else if (option == 'I')
            filter.identities.push_back(text);
        else if (option == 'A')
            filter.agents.push_back(text);
        else
            filter.compound.push_back(filter::to_call_stack(*filter::parse_compound(text)));
    }
    return filter;
}

std::string json(const Value& value) {
    return serializer::encode_json(value);
}

/// The condition in the query for nodes: what stands behind `["certname"]`.
std::string condition_of(const Options& options) {
    const auto plan = plan_puppetdb(filter_of(options));
    if (!plan)
        return "error: " + plan.error().message;
    const auto& extract = *plan->nodes.array()->back().array();
    return extract.size() < 3 ? "" : json(extract.back());
}

/// Names a part of a query, so that the tables below can be read.
std::string in(const std::string& entity, const std::string& condition) {
    return R"~(["in","certname",["from",")~" + entity + R"~(",["extract",["certname"],)~" +
           condition + "]]]";
}

std::string class_named(const std::string& title) {
    return in("resources", R"~(["and",["=","type","Class"],["=","title",")~" + title + "\"]]");
}

struct Case {
    Options options;
    std::string expected;
};

void check(const std::vector<Case>& cases) {
    for (const auto& [options, expected] : cases)
        EXPECT_EQ(condition_of(options), expected)
            << (options.empty() ? "" : options.front().second);
}

TEST(PuppetDbPlan, AsksForIdentities) {
    check({
        {{}, ""},
        {{{'A', "rpcutil"}, {'A', "/puppet/"}}, ""},
        {{{'I', "web1"}}, R"~(["=","certname","web1"])~"},
        {{{'I', "we\"b\\1"}}, R"~(["=","certname","we\"b\\1"])~"},
        {{{'I', "/^web/"}}, R"~(["~","certname","(?n)^web"])~"},
        {{{'I', "web1"}, {'I', "/db/"}},
         R"~(["or",["=","certname","web1"],["~","certname","(?n)db"]])~"},
        {{{'I', "web1"}, {'I', "/(?=db)/"}}, ""},
        {{{'I', "/(/"}}, "error: invalid pattern /(/: missing closing parenthesis"},
    });
}

TEST(PuppetDbPlan, AsksForClassesByTheirTitles) {
    const auto pattern =
        in("resources", R"~(["and",["=","type","Class"],["~","title","(?in)^roles::w"]])~");
    check({
        {{{'C', "base"}}, class_named("Base")},
        {{{'C', "roles::web_server"}}, class_named("Roles::Web_server")},
        {{{'C', "::roles::web"}}, class_named("Roles::Web")},
        {{{'C', "base"}, {'C', "web"}},
         "[\"and\"," + class_named("Base") + ',' + class_named("Web") + ']'},
        {{{'C', "/^roles::w/"}}, pattern},
        {{{'C', "/\\bweb/"}},
         "error: PuppetDB cannot search for classes by /\\bweb/: write it with characters, sets, "
         "groups, |, anchors and repetitions only, or use the discovery method mc"},
    });
}

TEST(PuppetDbPlan, NarrowsByFacts) {
    const auto fact = [](const std::string& condition) { return in("inventory", condition); };
    check({
        {{{'F', "os=Debian"}}, fact(R"~(["~","facts.\"os\"","^(Debian$|[[{])"])~")},
        {{{'F', "v=5.10-1"}}, fact(R"~(["~","facts.\"v\"","^(5\\.10\\-1$|[[{])"])~")},
        {{{'F', "os=/^Deb/"}},
         fact(R"~(["or",["~","facts.\"os\"","(?n)^Deb"],["~","facts.\"os\"","^[[{]"]])~")},
        {{{'F', "os=~^Deb"}},
         fact(R"~(["or",["~","facts.\"os\"","(?n)^Deb"],["~","facts.\"os\"","^[[{]"]])~")},
        {{{'F', "os=/(?=D)/"}}, fact(R"~(["null?","facts.\"os\"",false])~")},
        {{{'F', "cpus>4"}}, fact(R"~(["null?","facts.\"cpus\"",false])~")},
        {{{'F', "cpus!=4"}}, fact(R"~(["null?","facts.\"cpus\"",false])~")},
        {{{'F', "os.family=x"}},
         fact(R"~(["or",["~","facts.\"os.family\"","^(x$|[[{])"],)~"
              R"~(["~","facts.\"os\".\"family\"","^(x$|[[{])"]])~")},
        {{{'F', "a.b.c>1"}},
         fact(R"~(["or",["null?","facts.\"a.b.c\"",false],["null?","facts.\"a\".\"b.c\"",false],)~"
              R"~(["null?","facts.\"a\".\"b\".\"c\"",false]])~")},
        {{{'F', "disks.0.size>1"}},
         fact(
             R"~(["or",["null?","facts.\"disks.0.size\"",false],["null?","facts.\"disks\"",false]])~")},
        {{{'F', "x\"y=1"}},
         "error: PuppetDB cannot be asked for the fact 'x\"y': such names need the discovery "
         "method mc"},
        {{{'F', "x[0]=1"}},
         "error: PuppetDB cannot be asked for the fact 'x[0]': such names need the discovery "
         "method mc"},
        {{{'F', "os=/(/"}}, "error: invalid pattern /(/: missing closing parenthesis"},
    });
}

TEST(PuppetDbPlan, NarrowsByExpressionsAsFarAsItCan) {
    const auto web = class_named("Web");
    const auto base = class_named("Base");
    const auto not_web = "[\"not\"," + web + ']';
    const auto not_base = "[\"not\"," + base + ']';
    const auto fact = in("inventory", R"~(["null?","facts.\"n\"",false])~");
    check({
        {{{'S', "web"}}, web},
        {{{'S', "not web"}}, not_web},
        {{{'S', "!!web"}}, web},
        {{{'S', "web and base"}}, "[\"and\"," + web + ',' + base + ']'},
        {{{'S', "web or base"}}, "[\"or\"," + web + ',' + base + ']'},
        {{{'S', "not (web or base)"}}, "[\"and\"," + not_web + ',' + not_base + ']'},
        {{{'S', "not (web and not base)"}}, "[\"or\"," + not_web + ',' + base + ']'},
        {{{'S', "web or base and web"}}, "[\"or\"," + web + ",[\"and\"," + base + ',' + web + "]]"},
        {{{'S', "n>1"}}, fact},
        {{{'S', "not n>1"}}, ""},
        {{{'S', "web and not n>1"}}, web},
        {{{'S', "web or not n>1"}}, ""},
        {{{'S', "not (web or n>1)"}}, not_web},
        {{{'S', "web and not /^db/"}}, web},
        {{{'S', "web or not /^db/"}}, ""},
        {{{'S', "not (web and n>1)"}}, ""},
        {{{'S', "web"}, {'S', "n>1"}, {'C', "base"}},
         "[\"and\"," + base + ',' + web + ',' + fact + ']'},
        {{{'S', "web and puppet().enabled=true"}},
         "error: Only nodes can answer puppet(): such filters need the discovery "
         "method mc, not "
         "puppetdb"},
    });
}

TEST(PuppetDbPlan, AsksForWhatIsComparedAgain) {
    const auto plan =
        plan_puppetdb(filter_of({{'F', "os.family=x"}, {'F', "os.family!=y"}, {'C', "c"}}));
    ASSERT_TRUE(plan);
    EXPECT_FALSE(plan->classes);
    ASSERT_EQ(plan->columns.size(), 2u);
    EXPECT_EQ(plan->columns[1].path, (std::vector<std::string>{"os", "family"}));
    EXPECT_TRUE(
        json(*plan->facts)
            .starts_with(
                R"~(["from","inventory",["extract",["certname","facts.\"os.family\"","facts.\"os\".\"family\""],)~"
                R"~(["and",)~"))
        << json(*plan->facts);

    const auto classes = plan_puppetdb(filter_of({{'S', "web or /^db/"}, {'I', "n1"}}));
    ASSERT_TRUE(classes);
    EXPECT_FALSE(classes->facts);
    EXPECT_TRUE(json(*classes->classes)
                    .starts_with(R"~(["from","resources",["extract",["certname","title"],["and",)~"
                                 R"~(["and",["=","type","Class"],["or",["=","title","Web"],)~"
                                 R"~(["~","title","(?in)^db"]]],["in","certname",["from","nodes",)~"
                                 R"~(["extract",["certname"],["and",["=","certname","n1"],)~"))
        << json(*classes->classes);

    const auto only_classes = plan_puppetdb(filter_of({{'C', "web"}}));
    ASSERT_TRUE(only_classes);
    EXPECT_FALSE(only_classes->facts || only_classes->classes);
    EXPECT_TRUE(plan_puppetdb(filter_of({{'C', "/web/"}}))->classes);
}

TEST(PuppetDbPlan, IsBounded) {
    Options many;
    for (int i = 0; i < 101; ++i)
        many.emplace_back('F', "fact" + std::to_string(i) + "=1");
    EXPECT_EQ(condition_of(many), "error: the filter asks for too many facts");
}

/// Every list in a query begins with a word of the language, as the compiler wrote it.
bool is_of_the_language(const Value& query) {
    const auto* list = query.array();
    if (list == nullptr)
        return query.string() != nullptr || query.boolean() != nullptr;
    static const std::vector<std::string> words = {
        "from", "extract", "certname", "and", "or", "not", "in", "=", "~", "null?"};
    return !list->empty() && list->front().string() != nullptr &&
           std::find(words.begin(), words.end(), *list->front().string()) != words.end() &&
           std::all_of(list->begin(), list->end(), is_of_the_language);
}

/// How the lists of a query are nested, whatever their texts.
std::string shape_of(const Value& query) {
    if (query.array() == nullptr)
        return ".";
    std::string shape = "[";
    for (const auto& member : *query.array())
        shape += shape_of(member);
    return shape + "]";
}

std::string shape_of_text(const std::string& text) {
    filter::Filter filter;
    filter.identities = {"n" + text};
    filter.classes = {"c" + text};
    filter.facts = {{"fact", "v" + text, "=="}};
    const auto plan = plan_puppetdb(filter);
    if (!plan)
        return "error: " + plan.error().message;
    const auto query = serializer::decode_json(json(plan->nodes));
    return query && is_of_the_language(*query) ? shape_of(*query) : "not of the language";
}

TEST(PuppetDbPlan, DoesNotDependOnWhatValuesSay) {
    EXPECT_TRUE(rc::check(
        [](const std::string& text) { RC_ASSERT(shape_of_text(text) == shape_of_text("")); }));
}

/// A name is refused, or stands whole within its quotes.
TEST(PuppetDbPlan, QuotesTheNamesOfFacts) {
    EXPECT_TRUE(rc::check([](const std::string& text) {
        const auto name =
            *rc::gen::element(text, "a" + text, text + "\"", text + "].b", "x." + text);
        filter::Filter filter;
        filter.facts = {{name, "1", ">"}};
        const auto plan = plan_puppetdb(filter);
        if (!plan)
            return;
        for (const auto& column : plan->columns) {
            std::string field = "facts";
            std::string joined;
            for (const auto& part : column.path) {
                RC_ASSERT(!part.empty());
                RC_ASSERT(part.find_first_of("\"\\[]") == std::string::npos);
                field += ".\"" + part + '"';
                joined += (joined.empty() ? "" : ".") + part;
            }
            RC_ASSERT(column.field == field);
            RC_ASSERT(name.starts_with(joined));
        }
    }));
}

}  // namespace
}  // namespace mco::client
