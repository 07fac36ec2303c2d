"""Nothing acts on a node that was not meant: filters together, pipes, surplus words, misspelt inputs, patterns, consent, exit codes."""
import contextlib
import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from nodes import Client, Node, plain_environment
from processes import wait_until

COUNT = 3
NAMES = [f"node{number}.lab.test" for number in range(1, COUNT + 1)]


@pytest.fixture(scope="module")
def fleet(mco_broker, binaries, tmp_path_factory):
    folder = tmp_path_factory.mktemp("right")
    nodes = [Node(mco_broker, folder / name, name, {"number": str(number)}, ["base"], binaries / "mcollectived",
                  extra=f"rpcaudit = 1\nrpcauditprovider = logfile\nplugin.rpcaudit.logfile = {folder}/{name}/audit.log\n")
             for number, name in enumerate(NAMES, 1)]
    client = Client(mco_broker, folder / "client", binaries / "mco")
    wait_until(lambda: len(client.run("find", "--dt", "1").out.split()) == COUNT, 60, "all nodes answer")
    yield client, nodes
    for node in nodes:
        node.stop()


@pytest.fixture
def client(fleet):
    return fleet[0]


@pytest.fixture
def untouched(fleet):
    """No node is called in this test."""
    def calls():
        return [(node.folder / "audit.log").read_text() if (node.folder / "audit.log").exists() else "" for node in fleet[1]]
    before = calls()
    yield
    assert calls() == before


def senders(done):
    return sorted(element["sender"] for element in json.loads(done.out) if "sender" in element)


def missing(done):
    return {element["missing"]: element["reason"] for element in json.loads(done.out) if "missing" in element}


@pytest.mark.parametrize("words", [["-F", "number=1"], ["-C", "nosuch"], ["-S", "number=1"], ["-A", "nosuchagent"], ["-W", "number=1"]])
def test_a_name_and_another_filter_must_both_hold(client, untouched, words):
    done = client.run("rpc", "rpcutil", "ping", "-I", NAMES[1], *words, "--json")
    assert done.code == 1 and senders(done) == [], done
    assert missing(done) == {NAMES[1]: "no_match"}, done


def test_those_of_the_named_who_match_are_called(client):
    done = client.run("rpc", "rpcutil", "ping", "-I", NAMES[0], "-I", NAMES[1], "-F", "number=1", "--json")
    assert done.code == 0 and senders(done) == [NAMES[0]] and missing(done) == {NAMES[1]: "no_match"}, done


def test_find_names_nobody_who_does_not_match(client):
    done = client.run("find", "-I", NAMES[1], "-F", "number=1")
    assert done.code == 1 and done.out == "" and f"{NAMES[1]}" in done.err and "does not match" in done.err, done


COMMANDS = [["rpc", "rpcutil", "ping"], ["puppet", "disable"], ["puppet", "status"], ["facts", "number"], ["find"], ["ping"], ["inventory", "--lc"]]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_an_empty_pipe_is_nobody(client, untouched, words):
    done = client.run(*words, stdin="")
    assert (done.code != 0 or "inventory" in words) and "nobody is asked" in done.err and not any(name in done.out for name in NAMES), done


@pytest.mark.parametrize("words", [["rpc", "rpcutil", "get_fact", "fact=number"], ["facts", "number", "-v"], ["find"], ["ping"], ["puppet", "status"]], ids=" ".join)
def test_piped_names_are_those_who_are_asked(client, words):
    done = client.run(*words, stdin=f"{NAMES[1]}\n")
    assert NAMES[1] in done.out and NAMES[0] not in done.out and NAMES[2] not in done.out, done


def test_what_is_no_pipe_names_nobody(client):
    for redirect in ("</dev/null", "<&-"):
        done = subprocess.run(["sh", "-c", f'exec "$0" "$@" {redirect}', str(client.program), "find", "-c", str(client.config)], stdout=subprocess.PIPE,
                              env=plain_environment(), timeout=60, text=True, check=False)
        assert sorted(done.stdout.split()) == NAMES, (redirect, done)
    assert sorted(client.run("find", "--dm", "mc", stdin="").out.split()) == NAMES


def test_a_named_node_leaves_the_pipe_to_the_loop(client):
    loop = 'while read node; do "$0" rpc rpcutil ping -I $node --json -c "$1"; done'
    done = subprocess.run(["sh", "-c", loop, str(client.program), str(client.config)], input="\n".join(NAMES) + "\n", stdout=subprocess.PIPE,
                          env=plain_environment(), timeout=120, text=True, check=False)
    assert [json.loads(line)[0]["sender"] for line in done.stdout.splitlines()] == NAMES, done


@pytest.mark.parametrize("words, hint", [(["puppet", "enable", NAMES[0]], True), (["puppet", "disable", "a message", NAMES[0]], True), (["find", "web1"], True),
                                         (["ping", "web1"], True), (["facts", "number", "web1"], True), (["rpc", "rpcutil", "ping", "web1"], True),
                                         (["puppet", "runonce", "a b"], False), (["rpc", "-a", "rpcutil", "--action", "ping", "x=y"], False)])
def test_surplus_words_are_refused(client, untouched, words, hint):
    done = client.run(*words)
    assert done.code == 1 and done.out == "" and (f"did you mean -I {words[-1]}?" in done.err) == hint and words[-1] in done.err, done


def test_a_misspelt_input_is_refused(client, untouched):
    done = client.run("rpc", "puppet", "runonce", "nopo=true")
    assert done.code == 1 and "has no input 'nopo'; did you mean 'noop'?" in done.err, done


@pytest.mark.parametrize("option, value", [("-C", "/web(/"), ("-F", "number=/(/"), ("-I", "/web(/"), ("-A", "/(/"), ("-W", "number=/(/"), ("-S", "/web(/"), ("-I", ""),
                                           ("-I", "node*")])
def test_what_no_node_could_match_is_refused(client, untouched, option, value):
    done = client.run("rpc", "rpcutil", "ping", option, value)
    assert done.code == 1 and done.out == "" and "failed to run" in done.err, done


def test_more_nodes_than_allowed_are_not_called(client, untouched):
    done = client.run("rpc", "rpcutil", "ping", "--max-nodes", "2")
    assert done.code == 1 and "3 nodes would be asked, more than the 2 that are allowed; nothing was sent" in done.err, done
    assert client.run("puppet", "runonce", "--wait", "--max-nodes", "2").code == 1


@pytest.mark.parametrize("words", [["rpc", "rpcutil", "ping"], ["puppet", "disable"], ["facts", "number"], ["ping"], ["find"]])
def test_targets_are_listed_and_not_called(client, untouched, words):
    done = client.run(*words, "--list-targets", "-F", "number>1")
    assert done.code == 0 and sorted(done.out.split()) == NAMES[1:], done


def test_a_missing_node_can_count_as_failure(client):
    named = [word for name in (*NAMES, "ghost.lab.test") for word in ("-I", name)]
    assert client.run("rpc", "rpcutil", "ping", *named, "-t", "1").code == 0
    assert client.run("rpc", "rpcutil", "ping", *named, "-t", "1", "--fail-on-missing").code == 2
    assert client.run("rpc", "rpcutil", "ping", "--fail-on-missing").code == 0


def test_results_that_cannot_be_written_are_a_failure(client):
    with open("/dev/full", "w") as full:
        done = subprocess.run([str(client.program), "find", "-c", str(client.config)], stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE,
                              env=plain_environment(), timeout=60, text=True, check=False)
    assert done.returncode == 2 and "No space left on device" in done.stderr, done


def has_socket(pid):
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):  # descriptors come and go
            if "socket" in os.readlink(link):
                return True
    return False


def begun(client, *words):
    return subprocess.Popen([str(client.program), *words, "-c", str(client.config)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, env=plain_environment(), text=True)


@pytest.mark.parametrize("words", [["ping", "-t", "60"], ["find", "--dt", "60"]], ids=" ".join)
def test_an_interrupt_is_told_by_the_exit_code(client, words):
    process = begun(client, *words)
    wait_until(lambda: has_socket(process.pid), 30, "it is connected")
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=30)
    assert process.returncode == 1, told


def test_an_interrupt_tells_who_had_not_answered(fleet):
    client, nodes = fleet
    audit = nodes[0].folder / "audit.log"
    before = audit.read_text() if audit.exists() else ""
    process = begun(client, "rpc", "rpcutil", "ping", "-I", NAMES[0], "-I", "ghost.lab.test", "-t", "60")
    wait_until(lambda: audit.exists() and audit.read_text() != before, 30, "the first node was asked")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 1 and "ghost.lab.test" in out + err, (out, err)
