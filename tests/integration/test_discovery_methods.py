"""Discovery by lists: files, pipes and inventories, beside the original where it has them."""
import json
from pathlib import Path

import pytest

from conftest import Fleet
from nodes import Client

NAMES = ["ours1.lab.test", "ours2.lab.test", "ours3.lab.test"]


@pytest.fixture(scope="module")
def fleet(mco_broker, binaries, tmp_path_factory):
    fleet = Fleet(mco_broker, tmp_path_factory.mktemp("fleet"), binaries)
    fleet.add("ours")
    fleet.ready()
    yield fleet
    fleet.stop()


@pytest.fixture
def nodes_file(tmp_path):
    path = tmp_path / "nodes.txt"
    path.write_text("# the laboratory\n\n  ours2.lab.test\nours1.lab.test\t\nother.lab.test\n")
    return path


def names(done):
    assert done.code == 0, done
    return done.out.split()


SAME = [  # options behind --dm METHOD, and what is piped in; both clients answer alike
    ("flatfile", ["--do", "{file}"], None),
    ("flatfile", ["--do", "{file}", "-I", "/^ours/"], None),
    ("flatfile", ["--do", "{file}", "-I", "other.lab.test", "-I", "ours1.lab.test", "-I", "absent"], None),
    ("flatfile", ["--do", "{file}", "-I", "/ours/", "-I", "other.lab.test"], None),
    ("stdin", [], "b.lab.test\na.lab.test\n"),
    ("stdin", ["--do", "text"], "a.lab.test\n"),
    ("stdin", ["--do", "JSON"], '[{"sender": "a"}, {"certname": "b"}, {"sender": "c", "certname": "d"}, {"sender": "a"}]'),
    ("stdin", [], ' [{"certname": "b"}]'),
    ("stdin", ["-I", "/a/"], "ab\nba\nc\n"),
]


@pytest.mark.parametrize("method,words,piped", SAME)
def test_lists_are_read_as_by_the_original(fleet, need_original, nodes_file, method, words, piped):
    words = ["find", "--dm", method, *(word.format(file=nodes_file) for word in words)]
    ours, original = fleet.ours.run(*words, stdin=piped), fleet.original.run(*words, stdin=piped)
    assert original.code == 0, original
    assert names(ours) == original.out.split()


@pytest.mark.parametrize("method,words,piped,reason", [
    ("flatfile", [], None, "The flatfile discovery method needs a path to a text file"),
    ("flatfile", ["--do", "/nonexistent/nodes"], None, "Cannot read the file /nonexistent/nodes specified as discovery source"),
    ("flatfile", ["--do", "{file}", "-C", "base"], None, "Cannot use class filters while using the 'flatfile' discovery method"),
    ("flatfile", ["--do", "{file}", "-F", "a=b"], None, "Cannot use fact filters while using the 'flatfile' discovery method"),
    ("stdin", [], " \n", "data piped on STDIN contained only whitespace - could not discover hosts from it."),
    ("stdin", ["--do", "yaml"], "a\n", "stdin discovery plugin only knows the types auto/text/json, not \"yaml\""),
    ("stdin", [], "a b\n", "Identities can only match"),
    ("nothing", [], None, "Unknown discovery method nothing"),
])
def test_what_is_wrong_is_said_as_by_the_original(fleet, need_original, nodes_file, method, words, piped, reason):
    words = ["find", "--dm", method, *(word.format(file=nodes_file) for word in words)]
    for client in (fleet.ours, fleet.original):
        done = client.run(*words, stdin=piped)
        assert done.code == 1 and reason in done.out + done.err, done


def test_a_wrong_name_is_told_with_its_line(fleet, tmp_path):
    path = tmp_path / "nodes.txt"
    path.write_text("a\n\nb c\n")
    assert f'{path}:3: "b c" is not the name of a node' in fleet.ours.run("find", "--nodes", path).err


def test_blank_lines_do_not_make_a_list_blank(fleet):
    """The original takes any list with a blank line for one that has nothing else."""
    assert names(fleet.ours.run("find", "--dm", "stdin", stdin="\nb.lab.test\n\n# a comment\na.lab.test\n")) == [
        "b.lab.test", "a.lab.test"]
    assert names(fleet.ours.run("find", stdin='\n[{"certname": "b"}]')) == ["b"]


def test_several_patterns_mean_any_of_them(fleet, nodes_file):
    done = fleet.ours.run("find", "--nodes", nodes_file, "-I", "/ours1/", "-I", "/ours2/")
    assert names(done) == ["ours1.lab.test", "ours2.lab.test"]


@pytest.mark.parametrize("form", ["--json", "--jsonl"])
def test_what_one_command_prints_is_whom_the_next_one_asks(fleet, form):
    first = fleet.ours.run("rpc", "rpcutil", "get_fact", "fact=os", "-F", "os=Debian", form)
    assert first.code == 0, first
    second = fleet.ours.run("rpc", "rpcutil", "ping", "--json", stdin=first.out)
    assert second.code == 0, second
    assert sorted(reply["sender"] for reply in json.loads(second.out)) == ["ours1.lab.test", "ours3.lab.test"]
    assert sorted(names(fleet.ours.run("find", stdin=first.out))) == ["ours1.lab.test", "ours3.lab.test"]


def test_the_original_prints_for_us_and_we_for_it(fleet, need_original):
    printed = fleet.original.run("rpc", "rpcutil", "ping", "--json", "-F", "country=uk")
    assert sorted(names(fleet.ours.run("find", stdin=printed.out))) == NAMES[:2]
    printed = fleet.ours.run("rpc", "rpcutil", "ping", "--json", "-F", "country=uk")
    assert sorted(names(fleet.original.run("find", stdin=printed.out))) == NAMES[:2]


INVENTORY = """
facts: {site: lab}
groups:
  - name: web
    targets:
      - uri: ssh://root@ours1.lab.test
      - name: ours2.lab.test
        facts: {tier: 2}
    facts: {tier: 1, role: web}
    classes: ['roles::web']
  - name: db
    nodes: [ours3.lab.test]
    groups:
      - name: spare
        nodes: [ours2.lab.test]
"""


@pytest.mark.parametrize("words,expected", [
    ([], ["ours1", "ours2", "ours3"]),
    (["--do", "group=web"], ["ours1", "ours2"]),
    (["--do", "group=db"], ["ours3", "ours2"]),
    (["--do", "group=web", "--do", "group=spare"], ["ours1", "ours2"]),
    (["-F", "role=web", "-F", "tier>1"], ["ours2"]),
    (["-C", "/^roles/"], ["ours1", "ours2"]),
    (["-S", "site=lab and not roles::web"], ["ours3"]),
    (["-I", "/[23]/"], ["ours2", "ours3"]),
])
def test_inventories(fleet, binaries, mco_broker, tmp_path, words, expected):
    client = Client(mco_broker, tmp_path, binaries / "mco")
    (tmp_path / "inventory.yaml").write_text(INVENTORY)
    expected = [f"{name}.lab.test" for name in expected]
    assert sorted(names(client.run("find", "--dm", "inventory", *words))) == sorted(expected)
    done = client.run("rpc", "rpcutil", "ping", "--dm", "inventory", "--json", *words)
    assert done.code == 0, done
    assert sorted(reply["sender"] for reply in json.loads(done.out)) == sorted(expected)


def test_the_inventory_of_the_guide(fleet):
    example = Path(__file__).parents[2] / "docs/examples/discovery/inventory.yaml"
    guide = (example.parents[2] / "discovery.md").read_text()
    shown = guide.split("```yaml\n")[1].split("```")[0]
    assert shown.strip() in example.read_text(), "the guide shows another inventory"
    find = ["find", "--dm", "inventory", "--do", example]
    assert names(fleet.ours.run(*find, "--do", "group=canary")) == ["web3.example.net"]
    assert names(fleet.ours.run(*find, "--do", "group=web", "-F", "os.family=Debian", "-S", "tier>1 or roles::db")) == [
        "web2.example.net"]
    assert len(names(fleet.ours.run(*find, "-F", "site=london"))) == 6


def test_what_is_wrong_in_an_inventory(fleet, tmp_path):
    path = tmp_path / "site.yaml"
    path.write_text("groups:\n  - name: web\n    node: [a]\n")
    assert f'{path}:3: a group has no "node": did you mean nodes?' in fleet.ours.run(
        "find", "--dm", "inventory", "--do", path).err
    path.write_text("groups: [{name: web}]\n")
    assert "has no group 'wbe': did you mean web?" in fleet.ours.run(
        "find", "--dm", "inventory", "--do", path, "--do", "group=wbe").err
    assert "Only nodes can answer fact()" in fleet.ours.run(
        "find", "--dm", "inventory", "--do", path, "-S", "fact('a').value=1").err


def test_methods_are_documented(fleet):
    listed = fleet.ours.run("plugin", "doc").out
    for method in ("flatfile", "stdin", "inventory", "puppetdb"):
        assert f"  {method:<25} " in listed, listed
        page = fleet.ours.run("plugin", "doc", f"discovery/{method}")
        assert page.code == 0 and "DISCOVERY METHOD CAPABILITIES:" in page.out, page
