#include "cli/reports/template.hpp"

#include "cli/reports/output.hpp"
#include "cli/reports/template_files.hpp"
#include "core/serializer/json.hpp"
#include "system/files.hpp"
#include "system/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

namespace mco::reports {
namespace {

struct Case {
    std::string text;
    std::string expected;
};

constexpr const char* data = R"({
    "time": "now", "truth": true, "lie": false, "nothing": null, "untrue": "false", "zero": 0, "blank": "",
    "html": "<a href=\"x\">'&'</a>", "list": ["a", "b", "c"], "none": [], "hash": {"k": "v"},
    "nodes": [
        {"identity": "db1", "facts": {"os": {"family": "Debian"}, "virtual": false, "a.b": "dotted"}, "classes": ["x"]},
        {"identity": "web1", "facts": {"os": {}}, "classes": []}
    ]})";

std::string filled(const std::string& text, Escape escape = Escape::none) {
    const auto parsed = parse_template(text, "t.txt");
    if (!parsed)
        return parsed.error().message;
    return fill({*parsed, {}}, *serializer::decode_json(data), escape);
}

TEST(Template, IsFilled) {
    const std::vector<Case> cases = {
        {"", ""},
        {"plain\ntext", "plain\ntext"},
        {"{{time}} {{ time }} {{nosuch}}.", "now now ."},
        {"{{truth}} {{lie}} {{nothing}} {{zero}}", "true false  0"},
        {"{{list}} {{hash}}", "a, b, c {\"k\":\"v\"}"},
        {"{{#truth}}yes{{/truth}}{{^truth}}no{{/truth}}", "yes"},
        {"{{#lie}}yes{{/lie}}{{^lie}}no{{/lie}}", "no"},
        {"{{#nothing}}yes{{/nothing}}{{^nothing}}no{{/nothing}}", "no"},
        {"{{#blank}}yes{{/blank}}{{^blank}}no{{/blank}}", "no"},
        {"{{untrue}}{{#untrue}}yes{{/untrue}}{{^untrue}}no{{/untrue}}", "falseno"},
        {"{{#none}}yes{{/none}}{{^none}}no{{/none}}", "no"},
        {"{{#zero}}yes{{/zero}}{{^zero}}no{{/zero}}", "no"},
        {"{{#list}}{{.}}{{^-last}}, {{/-last}}{{/list}}", "a, b, c"},
        {"{{#list}}{{#-first}}>{{/-first}}{{-index}}{{.}} {{/list}}", ">1a 2b 3c "},
        {"{{#hash}}{{k}} {{time}}{{/hash}}", "v now"},
        {"{{hash.k}} {{hash.nosuch}} {{hash.k.deeper}}.", "v  ."},
        {"{{#nodes}}{{identity}}={{facts.os.family}};{{/nodes}}", "db1=Debian;web1=;"},
        {"{{#nodes}}[{{facts.a.b}}]{{/nodes}}", "[dotted][]"},
        {"{{#nodes}}{{facts.virtual}}{{^facts.virtual}}!{{/facts.virtual}} {{/nodes}}",
         "false! ! "},
        {"{{! a comment }}x", "x"},
        {"{{=<% %>=}}<% time %>{{time}}", "now{{time}}"},
        {"a\n{{#nodes}}\n- {{identity}}\n{{/nodes}}\nb\n", "a\n- db1\n- web1\nb\n"},
        {"a\n  {{#none}}\nx\n  {{/none}}\nb\n", "a\nb\n"},
        {"a\n{{! alone }}\n\nb", "a\n\nb"},
        {"{{#truth}}\n\nx\n{{/truth}}\n\ny", "\nx\n\ny"},
        {"a\r\n{{#truth}}\r\nx\r\n{{/truth}}\r\n", "a\r\nx\r\n"},
        {"  {{#truth}}x{{/truth}}\n", "  x\n"},
        {"  {{time}}\n", "  now\n"},
    };
    for (const auto& [text, expected] : cases)
        EXPECT_EQ(filled(text), expected) << text;
}

TEST(Template, EscapesForTheKindOfDocument) {
    EXPECT_EQ(filled("{{html}}", Escape::html),
              "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
    EXPECT_EQ(filled("{{{html}}}{{&html}}", Escape::html),
              "<a href=\"x\">'&'</a><a href=\"x\">'&'</a>");
    EXPECT_EQ(filled("\"{{html}}\"", Escape::csv), "\"<a href=\"\"x\"\">'&'</a>\"");
    EXPECT_EQ(filled("\"{{html}}\"", Escape::json), R"("<a href=\"x\">'&'</a>")");
    EXPECT_EQ(filled("{{html}}", Escape::markdown), "\\<a href=\"x\"\\>'&'\\</a\\>");
}

TEST(Template, ChoosesTheEscapingByName) {
    EXPECT_EQ(escape_of("/x/nodes.csv.mustache"), Escape::csv);
    EXPECT_EQ(escape_of("nodes.csv"), Escape::csv);
    EXPECT_EQ(escape_of("a.md.mustache"), Escape::markdown);
    EXPECT_EQ(escape_of("a.json.mustache"), Escape::json);
    EXPECT_EQ(escape_of("a.txt"), Escape::none);
    EXPECT_EQ(escape_of("a.html.mustache"), Escape::html);
    EXPECT_EQ(escape_of("a.mustache"), Escape::html);
    EXPECT_EQ(escape_of("/x.csv/a"), Escape::html);
}

TEST(Template, NamesTheLineOfWhatIsWrong) {
    const std::vector<Case> cases = {
        {"a\n{{#nodes}}\nb", "t.txt:2: Unclosed section \"nodes\""},
        {"a\n\n{{/nodes}}", "t.txt:3: Unopened section \"nodes\""},
        {"{{#a}}\n{{#b}}\n{{/a}}\n{{/b}}", "t.txt:1: Unclosed section \"a\""},
        {"a\n{{time", "t.txt:2: Unclosed tag"},
        {"\n{{=x=}}", "t.txt:2: Invalid set delimiter tag"},
    };
    for (const auto& [text, expected] : cases)
        EXPECT_EQ(filled(text), expected) << text;
    EXPECT_NE(filled(std::string(5000, '#')).find("too many"), std::string::npos);
    EXPECT_NE(filled(std::string(300000, 'x')).find("too large"), std::string::npos);
}

class TemplateFiles : public testing::Test {
  protected:
    std::string write(const std::string& name, const std::string& text) {
        const auto path = folder_.path() + '/' + name;
        EXPECT_TRUE(system::write_file_atomically(path, text));
        return path;
    }

    std::string loaded(const std::string& path) {
        const auto templates = load_templates(path);
        if (!templates) {
            auto message = templates.error().message;
            for (auto at = message.find(folder_.path()); at != std::string::npos;
                 at = message.find(folder_.path()))
                message.replace(at, folder_.path().size(), "DIR");
            return message;
        }
        return fill(*templates, *serializer::decode_json(data), Escape::none);
    }

    system::TemporaryDirectory folder_;
};

TEST_F(TemplateFiles, IncludeThoseBesideThem) {
    write("row.mustache", "* {{>name}}\n");
    write("name.mustache", "{{identity}}");
    const auto main = write("report.txt.mustache", "{{#nodes}}\n{{>row}}\n{{/nodes}}\n{{>row}}");
    EXPECT_EQ(loaded(main), "* db1\n* web1\n* \n");
}

TEST_F(TemplateFiles, SayWhatIsWrongWhere) {
    EXPECT_EQ(loaded(folder_.path() + "/nosuch"),
              "cannot read DIR/nosuch: No such file or directory");
    EXPECT_EQ(loaded(write("a.txt", "x\n{{>nosuch}}")),
              "DIR/a.txt:2: cannot read DIR/nosuch.mustache: No such file or directory");
    EXPECT_EQ(loaded(write("b.txt", "{{>../b}}")),
              "DIR/b.txt:1: the partial '../b' is not the name of a file in the template's "
              "directory");
    write("one.mustache", "\n{{>two}}");
    write("two.mustache", "{{#x}}\n\n{{>one}}{{/x}}");
    EXPECT_EQ(loaded(write("c.txt", "{{>one}}")),
              "DIR/two.mustache:3: the partial 'one' includes itself");
    write("broken.mustache", "\n{{#x}}");
    EXPECT_EQ(loaded(write("d.txt", "{{>broken}}")),
              "DIR/broken.mustache:2: Unclosed section \"x\"");
}

TEST_F(TemplateFiles, ReportsReplaceFilesAndKeepTheirModesAndLinks) {
    const auto file = write("report", "old");
    ASSERT_EQ(::chmod(file.c_str(), 0640), 0);
    const auto link = folder_.path() + "/link";
    ASSERT_EQ(::symlink("report", link.c_str()), 0);
    ASSERT_TRUE(check_writable(link));
    ASSERT_TRUE(write_report(link, "new"));
    EXPECT_EQ(*system::read_file(file), "new");

    struct stat status {};

    ASSERT_EQ(::lstat(link.c_str(), &status), 0);
    EXPECT_TRUE(S_ISLNK(status.st_mode));
    ASSERT_EQ(::stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0640U);
}

TEST_F(TemplateFiles, ReportsGoToDevicesAndNotIntoDirectories) {
    EXPECT_TRUE(check_writable("/dev/null"));
    EXPECT_TRUE(write_report("/dev/null", "text"));
    EXPECT_FALSE(check_writable(folder_.path()));
    EXPECT_FALSE(write_report(folder_.path(), "text"));
    EXPECT_FALSE(check_writable(folder_.path() + "/nosuch/report"));
    EXPECT_TRUE(check_writable(folder_.path() + "/report"));
    EXPECT_FALSE(system::stamp(folder_.path() + "/report"));
}

}  // namespace
}  // namespace mco::reports
