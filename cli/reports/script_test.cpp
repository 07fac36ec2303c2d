#include "cli/reports/script.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mco::reports {
namespace {

Map node(const std::string& identity) {
    return {{"identity", identity},
            {"facts", Map{{"os", "Debian"}, {"customer", "acme"}}},
            {"classes", Array{"base", "apache"}},
            {"agents", Array{"rpcutil"}},
            {"time", "2031-05-04 10:11:12 +0000"}};
}

/// Everything that the script prints for these nodes, or the error.
std::string printed(const std::string& text, const std::vector<std::string>& identities) {
    const auto script = parse_script(text, "report.mc");
    if (!script)
        return script.error().message;
    std::string output;
    const auto add = [&](const Expected<std::string>& more) {
        output += more ? *more : more.error().message + '\n';
    };
    for (const auto& step : script->steps) {
        if (const auto* statement = std::get_if<PrintedText>(&step))
            add(print(*statement, {{"time", "now"}}));
        const auto* formatted = std::get_if<FormattedInventory>(&step);
        const FormattedInventory none;
        Pages pages(formatted != nullptr ? *formatted : none);
        for (const auto& identity : identities) {
            if (const auto* report = std::get_if<PrintedInventory>(&step))
                add(print(*report, node(identity)));
            if (formatted != nullptr)
                add(pages.add(node(identity)));
        }
    }
    return output;
}

TEST(Script, PrintsALinePerNode) {
    EXPECT_EQ(printed("inventory do\n"
                      "    format \"%s:\\t\\t%s\\t\\t%s\"\n"
                      "\n"
                      "    fields { [ identity, facts[\"os\"], facts[\"productname\"] ] }\n"
                      "end\n",
                      {"web1", "web2"}),
              "web1:\t\tDebian\t\t\nweb2:\t\tDebian\t\t\n");
    EXPECT_EQ(printed("# comment\n"
                      "inventory { format '%-6s|%5d'; fields { [identity,\n classes.size] } }",
                      {"web1"}),
              "web1  |    2\n");
    EXPECT_EQ(
        printed("inventory do\n format(\"%s\\n\")\n fields do\n  identity\n end\nend", {"web1"}),
        "web1\n");
    EXPECT_EQ(printed("puts \"Report of #{time}\"\nputs\ninventory do\n fields { [identity] }\n"
                      " format \"%\" + \"s\"\nend\nputs \"end\"\n",
                      {"web1"}),
              "Report of now\n\nweb1\nend\n");
}

TEST(Script, DrawsPages) {
    const std::string script =
        "formatted_inventory do\n"
        "    page_length 6\n"
        "\n"
        "    page_heading <<TOP\n"
        "\n"
        "            Node Report @<<<<<<<<<<<<<<<<<<<<<<<<<\n"
        "                        time\n"
        "\n"
        "Hostname:         Customer:\n"
        "TOP\n"
        "\n"
        "    page_body <<BODY\n"
        "@<<<<<<<<<<<<<<<< @<<<<<<<<<<<<\n"
        "identity,    facts[\"customer\"]\n"
        "BODY\n"
        "end\n";
    const std::string heading =
        "\n            Node Report 2031-05-04 10:11:12 +0000\n\nHostname:         Customer:\n";
    EXPECT_EQ(printed(script, {"web1", "web2", "web3"}),
              heading + "web1              acme\nweb2              acme\n" + heading +
                  "web3              acme\n");
    EXPECT_EQ(printed(script, {}), "");
}

TEST(Script, HasFortyLinesToAPage) {
    const auto text = printed(
        "formatted_inventory do\npage_heading 'top'\npage_body <<E\n@<<<<\nidentity\nE\nend",
        std::vector<std::string>(79, "web1"));
    std::vector<std::size_t> headings;
    std::size_t line = 1;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1, ++line)
        if (text.compare(at, 4, "top\n") == 0)
            headings.push_back(line);
    EXPECT_EQ(headings, (std::vector<std::size_t>{1, 41, 81}));
}

TEST(Script, NamesFileLineAndWordOfWhatIsWrong) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"invntory do\nend",
         "report.mc:1: 'invntory' is not understood: a report begins with inventory, "
         "formatted_inventory or puts"},
        {"require 'formatr'",
         "report.mc:1: 'require' is not understood: a report begins with inventory, "
         "formatted_inventory or puts"},
        {"inventory do\n  format \"%s\"\n  feilds { [identity] }\nend",
         "report.mc:3: 'feilds' is not understood: what may stand here is format, fields, "
         "page_length, page_heading and page_body"},
        {"inventory do\n  format \"%s\"\n  fields { [hostname] }\nend",
         "report.mc:3: 'hostname' is not understood here"},
        {"inventory do\n fields { [identity] }\nend", "report.mc:1: this inventory has no format"},
        {"inventory do\n format \"\"\nend", "report.mc:1: this inventory has no fields"},
        {"\nformatted_inventory do\nend", "report.mc:2: this formatted_inventory has no page_body"},
        {"inventory do\n format identity\nend", "report.mc:2: 'identity' is not understood here"},
        {"inventory do\n format 5\nend", "report.mc:2: a text is wanted here"},
        {"inventory do\n page_length 0\nend", "report.mc:2: page_length wants a number of lines"},
        {"inventory do\n format \"%s\"\n", "report.mc:3: unexpected end of file"},
        {"inventory", "report.mc:1: unexpected end of line"},
        {"inventory do\n fields { [identity }\nend", "report.mc:2: unexpected '}'"},
        {"formatted_inventory do\n page_body <<BODY\ntext\n@<<\nfacts.nope\nBODY\nend",
         "report.mc:5: the method 'nope' is not understood"},
        {"formatted_inventory do\n page_body <<BODY\ntext\n",
         "report.mc:2: the heredoc BODY is never closed"},
        {"inventory do end end", "report.mc:1: this inventory has no format"},
        {"puts identity", "report.mc:1: 'identity' is not understood here"},
    };
    for (const auto& [text, expected] : cases)
        EXPECT_EQ(printed(text, {}), expected) << text;
}

TEST(Script, SaysWhichFormatDoesNotFitANode) {
    EXPECT_EQ(printed("inventory do\n format \"%d\"\n fields { [identity] }\nend", {"web1"}),
              "2: the value \"web1\" is not a number\n");
}

}  // namespace
}  // namespace mco::reports
