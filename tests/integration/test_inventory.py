"""`mco inventory` in full: one node, collectives, the map, report scripts and templates; against the original where it can do the same."""
import csv
import html.parser
import io
import json
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from conftest import need
from nodes import Client, Node, original_available
from processes import wait_until

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = DOCS / "examples/reports"
COLLECTIVES = "collectives = mcollective,eu,uk\n"
# What changes between two looks at a node.
COUNTERS = re.compile(r"(Total Messages|Messages Passed Filters|Messages Filtered|Replies Sent): \d+|"
                      r"(Total Processor Time|System Time): [\d.e-]+ seconds")
NASTY = 'a "quoted" | <b>bold</b> & \'more\', with a comma'


class Site:
    """Three collectives of different sizes; one node of the original where it is installed."""

    def __init__(self, broker, folder, binaries):
        self.broker, self.folder = broker, folder
        self.ours = Client(broker, folder / "client", binaries / "mco", extra=COLLECTIVES)
        self.original = Client(broker, folder / "ruby-client", extra=COLLECTIVES)
        daemon = binaries / "mcollectived"
        facts = {"os": "{family: Debian, release: {major: 12}}", "cpus": "'4'", "load": "0.5", "virtual": "false",
                 "description": json.dumps(NASTY)}
        self.nodes = {
            "web1": Node(broker, folder / "web1", "web1.lab.test", facts, ["roles::web", "apache", "base"], daemon,
                         extra=COLLECTIVES),
            "db1": Node(broker, folder / "db1", "db1.lab.test", {"os": "{family: RedHat}", "cpus": "'16'", "load": "12.25"},
                        ["base"], daemon, extra="collectives = mcollective,eu\n"),
        }
        if original_available():
            self.nodes["old1"] = Node(broker, folder / "old1", "old1.lab.test", {"os": "{family: Debian}", "cpus": "'2'"},
                                      ["base", "postgres"])
        wait_until(lambda: set(self.names()) == set(self.ours.run("find", "--dt", "1").out.split()), 60,
                   f"all nodes answer; logs in {folder}")

    def names(self):
        return sorted(node.identity for node in self.nodes.values())

    def stop(self):
        for node in self.nodes.values():
            node.stop()


@pytest.fixture(scope="module")
def site(mco_broker, binaries, tmp_path_factory):
    running = Site(mco_broker, tmp_path_factory.mktemp("inventory"), binaries)
    yield running
    running.stop()


@pytest.fixture
def both(site):
    need(original_available(), "the original (mcollective, mcollective-client)")
    return site


def without_counters(text):
    return COUNTERS.sub(lambda match: f"{match[1] or match[2]}: N", text)


def report(site, tmp_path, text, *words, name="report.mc", option="--script"):
    file = tmp_path / name
    file.write_text(text)
    return site.ours.run("inventory", option, file, *words)


# One node.

@pytest.mark.parametrize("node", ["web1", "db1", "old1"])
def test_one_node_looks_as_the_original_shows_it(both, node):
    ours = both.ours.run("inventory", f"{node}.lab.test")
    original = both.original.run("inventory", f"{node}.lab.test")
    assert ours.code == original.code == 0, (ours, original)
    assert without_counters(ours.out) == without_counters(original.out)
    assert f"Inventory for {node}.lab.test:" in ours.out


def test_one_node_as_json(site):
    done = site.ours.run("inventory", "web1.lab.test", "--json")
    assert done.code == 0 and done.err == "", done
    node = json.loads(done.out)
    assert list(node) == ["identity", "version", "main_collective", "collectives", "agents", "data_plugins", "classes",
                          "facts", "statistics"]
    assert node["identity"] == "web1.lab.test"
    assert node["collectives"] == ["eu", "mcollective", "uk"]
    assert node["classes"] == ["apache", "base", "roles::web"]
    assert node["facts"]["os"] == {"family": "Debian", "release": {"major": "12"}}
    assert node["facts"]["description"] == NASTY
    assert {"agent", "fact"} <= set(node["data_plugins"])
    assert node["statistics"]["pid"] == site.nodes["web1"].process.pid


def test_filters_do_not_count_when_a_node_is_named(site):
    done = site.ours.run("inventory", "db1.lab.test", "-F", "cpus=4711")
    assert done.code == 0 and "Inventory for db1.lab.test:" in done.out, done


@pytest.mark.parametrize("form", [(), ("--json",)], ids=str)
def test_a_silent_node_is_named(site, form):
    done = site.ours.run("inventory", "nosuch.lab.test", "-t", "1", *form)
    assert done.code == 1, done
    assert done.out == ""
    assert "Did not receive any results from node nosuch.lab.test" in done.err


def test_something_must_be_asked_for(site):
    done = site.ours.run("inventory")
    assert done.code == 1 and done.out == "", done
    assert "application failed to run" in done.err and "--list-collectives" in done.err


# Collectives.

@pytest.mark.parametrize("option", ["--list-collectives", "--lc"])
def test_collectives_are_listed_as_by_the_original(both, option):
    ours, original = both.ours.run("inventory", option), both.original.run("inventory", option)
    assert ours.code == original.code == 0
    assert ours.out == original.out
    assert "   mcollective                    3\n" in ours.out


def test_collectives_as_json(site):
    done = site.ours.run("inventory", "--lc", "--json")
    assert done.code == 0, done
    assert json.loads(done.out) == {
        "collectives": [{"name": "eu", "nodes": ["db1.lab.test", "web1.lab.test"]},
                        {"name": "mcollective", "nodes": site.names()},
                        {"name": "uk", "nodes": ["web1.lab.test"]}],
        "total_nodes": len(site.names())}


def test_nobody_has_no_collective(site):
    done = site.ours.run("inventory", "--lc", "-F", "os=Plan9")
    assert done.code == 0, done
    assert done.out == ("   Collective                     Nodes\n"
                        "   ==========                     =====\n\n"
                        "                     Total nodes: 0\n\n")
    assert done.err == "\nNo request sent, we did not discover any nodes."


# The map.

@pytest.mark.parametrize("option", ["--collective-graph", "--cg", "--map"])
def test_the_map_has_the_edges_of_the_original(both, tmp_path, option):
    ours = both.ours.run("inventory", option, tmp_path / "ours.dot")
    original = both.original.run("inventory", option, tmp_path / "original.dot")
    assert ours.code == original.code == 0, (ours, original)
    assert ours.out == original.out.replace("original.dot", "ours.dot")
    assert "3 nodes" in ours.out

    def blocks(name):
        """The members of a collective come in the order of their replies."""
        return [sorted(block.splitlines()) for block in (tmp_path / name).read_text().split("   }\n")]
    assert blocks("ours.dot") == blocks("original.dot")


def test_graphviz_draws_the_map(site, tmp_path):
    need(shutil.which("dot"), "graphviz")
    assert site.ours.run("inventory", "--map", tmp_path / "map.dot").code == 0
    drawn = subprocess.run(["dot", "-Tsvg", tmp_path / "map.dot"], capture_output=True, text=True, check=False)
    assert drawn.returncode == 0 and drawn.stderr == "", drawn
    assert set(re.findall(r"<text[^>]*>([^<]*)</text>", drawn.stdout)) == {*site.names(), "mcollective", "eu", "uk"}
    assert drawn.stdout.count('class="edge"') == 2 + 3 + 1


def test_graphviz_understands_the_names_that_need_escaping(binaries, mco_broker, tmp_path):
    need(shutil.which("dot"), "graphviz")
    odd = 'we"ird\\'
    extra = f"collectives = mcollective,{odd}\n"
    node = Node(mco_broker, tmp_path / "odd", "odd.lab.test", {}, [], binaries / "mcollectived", extra=extra)
    try:
        client = Client(mco_broker, tmp_path / "client", binaries / "mco")
        wait_until(lambda: "odd.lab.test" in client.run("find").out, 30, "the node answers")
        done = client.run("inventory", "--map", "-", "-I", "odd.lab.test")
        assert done.code == 0, done
        drawn = subprocess.run(["dot", "-Tplain"], input=done.out, capture_output=True, text=True, check=False)
    finally:
        node.stop()
    assert drawn.returncode == 0 and drawn.stderr == "", drawn
    edges = [line.split(" ", 3)[1:3] for line in drawn.stdout.splitlines() if line.startswith("edge")]
    assert sorted(edges) == [['"odd.lab.test"', '"we\\"ird\\\\"'], ['"odd.lab.test"', "mcollective"]] or \
        sorted(edge[1] for edge in edges) == sorted(['"we\\"ird\\\\"', "mcollective"]), drawn.stdout


def test_a_map_on_the_screen_is_nothing_else(site):
    done = site.ours.run("inventory", "--cg", "-")
    assert done.code == 0, done
    assert done.out.startswith("graph {\n") and done.out.endswith("}\n")


# What goes first, and what fails.

def test_precedence_is_that_of_the_original(site, tmp_path):
    script = tmp_path / "report.mc"
    script.write_text('puts "the script"\n')
    template = tmp_path / "report.txt"
    template.write_text("the template")
    dot = tmp_path / "map.dot"
    everything = ["--map", dot, "--lc", "web1.lab.test"]
    assert site.ours.run("inventory", "--script", script, *everything).out == "the script\n"
    assert site.ours.run("inventory", "--report", template, *everything).out == "the template"
    assert not dot.exists()
    assert "Retrieving" in site.ours.run("inventory", *everything).out
    assert dot.exists()
    assert "Total nodes" in site.ours.run("inventory", "--lc", "web1.lab.test").out


@pytest.mark.parametrize("words, said", [
    (["--script", "/nosuch/report.mc"], "/nosuch/report.mc"),
    (["--report", "/nosuch/report.txt"], "/nosuch/report.txt"),
    (["--map", "/nosuch/map.dot"], "/nosuch/map.dot"),
    (["--map", "/"], "Is a directory"),
    (["--script", "{file}", "--report", "{file}"], "one of --script and --report"),
    (["--lc", "--output", "{file}"], "--output"),
    (["--script", "{file}", "--json"], "--json"),
    (["--report", "{file}", "--json"], "--json"),
    (["--map", "{file}", "--json"], "--json"),
    (["--report", "{file}", "--output", "/nosuch/report.txt"], "/nosuch/report.txt"),
], ids=str)
def test_failures_are_told_before_anybody_is_asked(site, tmp_path, words, said):
    file = tmp_path / "file"
    file.write_text("")
    before = file.stat().st_mtime_ns
    done = site.ours.run("inventory", *[str(word).format(file=file) for word in words])
    assert done.code == 1 and done.out == "", done
    assert "application failed to run" in done.err and said in done.err
    assert file.stat().st_mtime_ns == before


# Report scripts.

SCRIPTS = [
    # as the original documents it
    'inventory do\n    format "%s:\\t\\t%s\\t\\t%s"\n\n'
    '    fields { [ identity, facts["serialnumber"], facts["productname"] ] }\nend\n',
    'inventory do\n  format "%-20s %-8s %s"\n  fields { [identity, facts["cpus"], classes.size] }\nend\n',
    'inventory do\n  format "%s %05.1f %3d%%|%-8.3s|"\n'
    '  fields { [identity, facts["cpus"].to_f, facts["cpus"].to_i, facts["os"]["family"]] }\nend\n',
    'inventory do\n  format "%s %s %s"\n  fields { [identity, classes.sort.join(", "), agents.sort.join(" ")] }\nend\n',
    'inventory do\n  format "%s\\n%s\\n"\n  fields { [identity.upcase + "!", "#{classes.size} of #{facts[\'cpus\']}"] }\nend\n',
    'inventory do\n  format "%s %s"\n  fields do\n    [\n      identity,\n'
    '      classes.include?("apache") ? "web" : facts["nosuch"] || "other",\n    ]\n  end\nend\n',
    'inventory do\n  format "%s %s %s"\n  fields { [identity, facts["os"], classes] }\nend\n',
    'inventory { format "%s"; fields { identity } }\n',
]


@pytest.mark.parametrize("text", SCRIPTS, ids=range(len(SCRIPTS)))
def test_scripts_print_what_the_original_prints(both, tmp_path, text):
    ours = report(both, tmp_path, text)
    original = both.original.run("inventory", "--script", tmp_path / "report.mc")
    assert ours.code == original.code == 0, (ours, original)
    assert ours.out.count("lab.test".upper() if "upcase" in text else "lab.test") == 3
    # nodes come in the order of their replies
    assert sorted(ours.out.splitlines(keepends=True)) == sorted(original.out.splitlines(keepends=True))


def test_scripts_go_by_filters_and_can_be_sorted(site, tmp_path):
    text = 'inventory do\n format "%s"\n fields { [identity] }\nend\n'
    assert report(site, tmp_path, text, "--sort").out.split() == site.names()
    assert report(site, tmp_path, text, "-C", "roles::web").out == "web1.lab.test\n"
    nobody = report(site, tmp_path, text, "-C", "nosuch")
    assert nobody.code == 0 and nobody.out == "", nobody
    assert "did not discover any nodes" in nobody.err


def test_the_examples_of_scripts_work(site):
    done = site.ours.run("inventory", "--script", EXAMPLES / "hosts.mc", "-I", "web1.lab.test")
    assert done.code == 0, done
    assert done.out == "web1.lab.test        Debian      3 classes: apache, base, roles::web\n"
    done = site.ours.run("inventory", "--script", EXAMPLES / "hardware.mc", "-I", "/^(web|db)/", "--sort")
    assert done.code == 0, done
    assert re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}", "TIME", done.out) == (
        "\n            Node Report TIME\n"
        "\n"
        "Hostname:         CPUs:  Load:  Description:\n"
        "-------------------------------------------------------------------------\n"
        "\n"
        "db1.lab.test         16  12.25\n"
        "                               base\n"
        "\n"
        "web1.lab.test         4   0.50 a \"quoted\" | <b>bold</b> & 'more', wit\n"
        "                               roles::web, apache, base\n")


@pytest.mark.parametrize("text, said", [
    ("inventory do\n format \"%s\"\n fields { [idenity] }\nend\n", "report.mc:3: 'idenity' is not understood here (did you mean identity?)"),
    ("inventory do\n format \"%s\"\n fields { [`touch {proof}`] }\nend\n", "report.mc:3: unexpected '`'"),
    ("system 'touch {proof}'\n", "report.mc:1: 'system' is not understood"),
    ("inventory do\n format \"#{system('touch {proof}')}\"\n fields { [] }\nend\n", "report.mc:2: 'system' is not understood here"),
    ("inventory do\n fields { [identity] }\nend\n", "report.mc:1: this inventory has no format"),
    ("formatted_inventory do\n page_body <<E\n@<<<\nnosuch\nE\nend\n", "report.mc:4: 'nosuch' is not understood here"),
], ids=range(6))
def test_scripts_that_are_not_understood_name_the_word(site, tmp_path, text, said):
    proof = tmp_path / "proof"
    done = report(site, tmp_path, text.replace("{proof}", str(proof)))
    assert done.code == 1 and done.out == "", done
    assert said in done.err
    assert not proof.exists()


def test_a_script_that_does_not_fit_a_node_says_which(site, tmp_path):
    done = report(site, tmp_path, 'puts "Head"\ninventory do\n format "%d"\n fields { [facts["description"]] }\nend\n',
                  "-I", "web1.lab.test")
    assert done.code == 1, done
    assert done.out == "Head\n"
    assert "report.mc:3: " in done.err and "(of node web1.lab.test)" in done.err


def test_what_a_node_says_is_not_evaluated(site, tmp_path):
    """The facts of the node hold quotes and signs of all the languages involved."""
    done = report(site, tmp_path, 'inventory do\n format "%s"\n fields { ["#{facts[\'description\']}"] }\nend\n', "-I", "web1.lab.test")
    assert done.out == NASTY + "\n"


# Templates.

def test_the_examples_are_those_of_the_document():
    text = (DOCS / "reports.md").read_text()
    for file in EXAMPLES.iterdir():
        assert file.read_text() in text, f"docs/reports.md does not show {file.name}"


def test_csv(site):
    done = site.ours.run("inventory", "--report", EXAMPLES / "nodes.csv.mustache", "-I", "/^(web|db)/")
    assert done.code == 0 and done.err == "", done
    assert list(csv.reader(io.StringIO(done.out))) == [
        ["node", "collectives", "os", "cpus", "classes"],
        ["db1.lab.test", "eu, mcollective", "RedHat", "16", "base"],
        ["web1.lab.test", "eu, mcollective, uk", "Debian", "4", "apache, base, roles::web"]]


def test_csv_survives_quotation_marks(site, tmp_path):
    done = report(site, tmp_path, '{{#nodes}}\n"{{facts.description}}",x\n{{/nodes}}\n', "-I", "web1.lab.test",
                  name="r.csv.mustache", option="--report")
    assert list(csv.reader(io.StringIO(done.out))) == [[NASTY, "x"]]


def test_json_by_a_template(site, tmp_path):
    done = report(site, tmp_path, '{"d": "{{#nodes}}{{facts.description}}{{/nodes}}"}', "-I", "web1.lab.test",
                  name="r.json.mustache", option="--report")
    assert json.loads(done.out) == {"d": NASTY}


def test_markdown(site):
    done = site.ours.run("inventory", "--report", EXAMPLES / "nodes.md.mustache", "-I", "web1.lab.test", "-I", "nosuch.lab.test", "-t", "1")
    assert done.code == 0, done
    lines = done.out.splitlines()
    assert re.fullmatch(r"# Nodes of mcollective, \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", lines[0])
    assert lines[2:] == [
        "| node | classes | virtual | description |",
        "|---|---:|---|---|",
        "| web1.lab.test | apache, base, roles::web | false | "
        "a \"quoted\" \\| \\<b\\>bold\\</b\\> & 'more', with a comma |",
        "",
        "1 nodes answered, these did not: nosuch.lab.test."]


def test_html(site):
    done = site.ours.run("inventory", "--report", EXAMPLES / "fleet.html.mustache", "-I", "/^(web|db)/")
    assert done.code == 0, done
    assert "<b>" not in done.out and "did not answer" not in done.out

    class Cells(html.parser.HTMLParser):
        texts = []

        def handle_data(self, data):
            if data.strip():
                self.texts.append(data.strip())
    parser = Cells()
    parser.feed(done.out)
    assert parser.texts[:6] == ["Fleet report", "2 nodes", "apache: 1", "base: 2", "roles::web: 1", "db1.lab.test"]
    assert parser.texts[parser.texts.index("description") + 1] == NASTY
    assert parser.texts[parser.texts.index("os.release.major") + 1] == "12"


def test_templates_name_file_and_line_of_what_is_wrong(site, tmp_path):
    done = report(site, tmp_path, "\n{{#nodes}}\n", name="r.txt", option="--report")
    assert done.code == 1 and done.out == "", done
    assert 'r.txt:2: Unclosed section "nodes"' in done.err
    (tmp_path / "secret.mustache").write_text("secret")
    (tmp_path / "below").mkdir()
    done = report(site, tmp_path, "\n\n{{>../secret}}", name="below/r.txt", option="--report")
    assert done.code == 1 and "secret" not in done.out and "below/r.txt:3: " in done.err, done


def test_nobody_makes_an_empty_report(site):
    done = site.ours.run("inventory", "--report", EXAMPLES / "nodes.csv.mustache", "-C", "nosuch")
    assert done.code == 0, done
    assert done.out == '"node","collectives","os","cpus","classes"\n'
    assert "did not discover any nodes" in done.err


# Output.

def test_a_report_replaces_a_file_in_one_step(site, tmp_path):
    output = tmp_path / "nodes.csv"
    output.write_text("old")
    output.chmod(0o640)
    with open(output) as reader:
        done = site.ours.run("inventory", "--report", EXAMPLES / "nodes.csv.mustache", "--output", output)
        assert reader.read() == "old"
    assert done.code == 0 and done.out == "", done
    assert output.read_text().startswith('"node"')
    assert stat.S_IMODE(output.stat().st_mode) == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["nodes.csv"]


def test_a_report_that_fails_leaves_the_file_alone(site, tmp_path):
    output = tmp_path / "out"
    output.write_text("old")
    done = report(site, tmp_path, 'inventory do\n format "%d"\n fields { [identity] }\nend\n', "--output", output)
    assert done.code == 1 and done.out == "", done
    assert output.read_text() == "old"


def test_script_output_to_a_file_and_to_a_device(site, tmp_path):
    text = 'inventory do\n format "%s"\n fields { [identity] }\nend\n'
    assert report(site, tmp_path, text, "--sort", "--output", tmp_path / "new").out == ""
    assert (tmp_path / "new").read_text().split() == site.names()
    assert report(site, tmp_path, text, "--output", "/dev/stdout").out.count("lab.test") == len(site.names())
    assert Path("/dev/stdout").is_symlink()
