"""The forms of output (docs/output.md) of real calls: --json, --jsonl, --table and --group-by-result."""
import json
import subprocess

import pytest

from conftest import FACTS
from nodes import Client, Node, plain_environment
from processes import wait_until
from terminal import run_in_terminal

# Text, lists and maps in one fact (nodes make text of everything else); the original's client gives up on such a mixture.
STRUCTURED = {1: {"nics": "[eth0, 1, null]", "flag": "false"}, 2: {"nics": "{eth0: {mtu: 1500}}", "flag": "7"}, 3: {"nics": "7", "flag": "1.5"}}
NODES = [f"node{number}.lab.test" for number in FACTS]
MISSING = ["-I", "node1.lab.test", "-I", "nobody.lab.test", "-t", "1"]


@pytest.fixture(scope="module")
def mco(mco_broker, binaries, tmp_path_factory):
    folder = tmp_path_factory.mktemp("output")
    nodes = [Node(mco_broker, folder / f"node{n}", f"node{n}.lab.test", FACTS[n][0] | STRUCTURED[n], FACTS[n][1], binaries / "mcollectived")
             for n in FACTS]
    client = Client(mco_broker, folder / "client", binaries / "mco")
    wait_until(lambda: len(client.run("find", "--dt", "1").out.split()) == len(nodes), 60, "three nodes answer")
    yield client
    for node in nodes:
        node.stop()


def objects(done):
    """The decoded lines of --jsonl."""
    return [json.loads(line) for line in done.out.splitlines()]


def test_json_is_a_list_of_replies_and_nothing_else(mco):
    done = mco.run("rpc", "rpcutil", "get_fact", "fact=os", "--json", "--sort")
    assert done.code == 0 and done.err == "", done
    assert [list(reply) for reply in json.loads(done.out)] == [["agent", "action", "sender", "statuscode", "statusmsg", "data"]] * 3
    assert [reply["sender"] for reply in json.loads(done.out)] == NODES


@pytest.mark.parametrize("words", [["rpc", "rpcutil", "ping"], ["puppet", "status", "-I", "nobody.lab.test", "-t", "1"]], ids=" ".join)
def test_colours_are_for_terminals(mco, words):
    """Standard error is a pipe both times."""
    done = mco.run(*words)
    assert "\x1b[" not in done.out.replace("\x1b[K", "") + done.err, done
    shown = run_in_terminal([mco.program, *words, "-c", mco.config], plain_environment())
    assert "\x1b[1m" in shown.out or "\x1b[32m" in shown.out or "\x1b[31m" in shown.out, shown
    assert "\x1b[" not in shown.err, shown
    assert "\x1b[31m" in mco.run("facts", env={"CLICOLOR_FORCE": "1"}).err


def test_json_ends_with_the_missing_nodes(mco):
    reply, missing = json.loads(mco.run("rpc", "rpcutil", "ping", "--json", *MISSING).out)
    assert reply["sender"] == "node1.lab.test"
    assert list(missing) == ["agent", "action", "missing", "reason", "message"]
    assert (missing["agent"], missing["action"], missing["missing"]) == ("rpcutil", "ping", "nobody.lab.test")
    assert missing["reason"] and missing["message"]


def test_lines_end_with_missing_nodes_and_a_summary(mco):
    done = mco.run("rpc", "rpcutil", "get_fact", "fact=os", "--jsonl", *MISSING)
    reply, missing, last = objects(done)
    assert reply == {"agent": "rpcutil", "action": "get_fact", "sender": "node1.lab.test", "statuscode": 0, "statusmsg": "OK",
                     "data": {"fact": "os", "value": "Debian"}}
    assert missing["missing"] == "nobody.lab.test"
    summary = last["summary"]
    assert (summary["discovered"], summary["replies"], summary["passed"], summary["failed"], summary["missing"]) == (2, 1, 1, 0, 1)
    assert summary["interrupted"] is False and 1 <= summary["agent_time"] < 60


def test_lines_come_while_others_are_awaited(mco):
    words = [mco.program, "rpc", "rpcutil", "ping", "--jsonl", "-I", "node1.lab.test", "-I", "nobody.lab.test", "-t", "300", "-c", mco.config]
    with subprocess.Popen(words, env=plain_environment(), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as running:
        try:
            first = json.loads(running.stdout.readline())
            assert first["sender"] == "node1.lab.test"
            assert running.poll() is None, "the call still waits for the other node"
        finally:
            running.terminate()


def test_lines_of_nobody_are_a_summary(mco):
    done = mco.run("rpc", "rpcutil", "ping", "-F", "os=Plan9", "--jsonl")
    assert done.code == 1
    assert [list(line) for line in objects(done)] == [["agent", "action", "summary"]]


def test_a_table_has_a_row_for_every_node(mco):
    done = mco.run("rpc", "rpcutil", "get_fact", "fact=os", "--table", "--sort", env={"NO_COLOR": "1"})
    assert done.code == 0, done
    lines = done.out.splitlines()
    assert [line.split() for line in lines[1:5]] == [["Node", "Fact", "Value"]] + [
        [f"node{n}.lab.test", "os", FACTS[n][0]["os"]] for n in FACTS]
    assert "\r" not in done.out, "no bar is drawn into a pipe"
    assert "Finished processing" in done.out


def test_a_table_says_what_failed(mco):
    done = mco.run("rpc", "rpcutil", "get_config_item", "item=nosuchitem", "--table", "--sort")
    assert done.code == 2, done
    assert done.out.splitlines()[2].startswith("node1.lab.test  ") and "Request Aborted: " in done.out.splitlines()[2]


def test_equal_answers_are_folded(mco):
    done = mco.run("rpc", "rpcutil", "get_fact", "fact=country", "--group-by-result", env={"NO_COLOR": "1"})
    text = done.out
    assert text.index("2 nodes\n    node[1-2].lab.test\n") < text.index("    Fact: country\n   Value: uk\n") < text.index(
        "1 node\n    node3.lab.test\n") < text.index("   Value: mt\n"), done


def test_facts_for_programs(mco):
    assert json.loads(mco.run("facts", "os", "--json").out) == [
        {"fact": "os", "value": "Debian", "count": 2, "nodes": ["node1.lab.test", "node3.lab.test"]},
        {"fact": "os", "value": "RedHat", "count": 1, "nodes": ["node2.lab.test"]}]
    lines = objects(mco.run("facts", "os", "--jsonl"))
    assert [line.get("value") for line in lines] == ["Debian", "RedHat", None]
    assert lines[-1]["summary"]["replies"] == 3
    assert json.loads(mco.run("facts", "nosuchfact", "--json").out) == []
    assert "2 nodes" in mco.run("facts", "os", "--group-by-result", env={"NO_COLOR": "1"}).out


def test_ping_for_programs(mco):
    answers = json.loads(mco.run("ping", "--json").out)
    assert sorted(answer["sender"] for answer in answers) == NODES
    assert all(0 < answer["milliseconds"] < 60_000 for answer in answers)
    lines = objects(mco.run("ping", "--jsonl"))
    assert sorted(line["sender"] for line in lines[:-1]) == NODES
    times = [line["milliseconds"] for line in lines[:-1]]
    summary = lines[-1]["summary"]
    assert summary["replies"] == 3
    assert (summary["milliseconds"]["min"], summary["milliseconds"]["max"]) == (min(times), max(times))
    nobody = mco.run("ping", "-F", "os=Plan9", "-t", "1", "--json")
    assert (nobody.code, nobody.out) == (4, "[]\n")
    assert "Time (ms)" in mco.run("ping", "--table").out


def test_find_for_programs(mco):
    assert sorted(node["sender"] for node in json.loads(mco.run("find", "--json").out)) == NODES
    assert sorted(node["sender"] for node in objects(mco.run("find", "--jsonl"))) == NODES
    assert mco.run("find", "--group-by-result").out == "node[1-3].lab.test\n"
    nobody = mco.run("find", "-F", "os=Plan9", "--json")
    assert (nobody.code, nobody.out) == (1, "[]\n")


def test_reports_for_programs_are_the_replies_they_are_made_of(mco):
    for words, action in [("status", "status"), ("count", "status"), ("summary", "last_run_summary")]:
        replies = json.loads(mco.run("puppet", words, "--json").out)
        assert sorted(reply["sender"] for reply in replies) == NODES
        assert {reply["action"] for reply in replies} == {action}
        lines = objects(mco.run("puppet", words, "--jsonl"))
        assert sorted(line.get("sender", "") for line in lines) == [""] + NODES
    assert "Daemon Running" in mco.run("puppet", "status", "--table").out


def test_facts_of_all_types_are_reported(mco):
    done = mco.run("facts", "nics", "--dt", "1")
    assert done.code == 0, done
    rows = [line.strip() for line in done.out.splitlines() if "found" in line]
    assert [row.split("  ")[0] for row in rows] == ["7", '["eth0", "1", ""]', '{"eth0"=>{"mtu"=>"1500"}}'], done
    values = {json.dumps(value["value"]) for value in json.loads(mco.run("facts", "nics", "--json").out)}
    assert values == {'["eth0", "1", ""]', '{"eth0": {"mtu": "1500"}}', '"7"'}
    flags = [line.split()[0] for line in mco.run("facts", "flag", "--dt", "1").out.splitlines() if "found" in line]
    assert flags == ["1.5", "7", "false"]
    done = mco.run("rpc", "rpcutil", "get_fact", "fact=nics", "--sort", "--np", "--dt", "1")
    assert "Summary of Value" in done.out and '{"eth0"=>{"mtu"=>"1500"}} = 1' in done.out, done
