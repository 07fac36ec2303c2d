"""How many nodes a call reaches, in which steps, and who gets the replies: limits, batches, --reply-to, --no-results, pipes."""
import contextlib
import json
import os
import re
import secrets
import signal
import subprocess

import pytest

from nodes import Client, Node, plain_environment
from processes import wait_until
from stomp import Stomp

COUNT = 6
NAMES = [f"node{number}.lab.test" for number in range(1, COUNT + 1)]


@pytest.fixture(scope="module")
def fleet(mco_broker, binaries, tmp_path_factory):
    folder = tmp_path_factory.mktemp("targets")
    nodes = [Node(mco_broker, folder / name, name, {"number": str(number)}, ["base"], binaries / "mcollectived",
                  extra="rpcaudit = 1\nrpcauditprovider = logfile\n" f"plugin.rpcaudit.logfile = {folder}/{name}/audit.log\n")
             for number, name in enumerate(NAMES)]
    client = Client(mco_broker, folder / "client", binaries / "mco")
    wait_until(lambda: len(client.run("find", "--dt", "1").out.split()) == COUNT, 60, "all nodes answer")
    yield client, nodes
    for node in nodes:
        node.stop()


@pytest.fixture
def client(fleet):
    return fleet[0]


def calls(nodes):
    """How many calls each node has audited."""
    return [len((node.folder / "audit.log").read_text().splitlines()) if (node.folder / "audit.log").exists() else 0 for node in nodes]


def replies(done):
    return [element for element in json.loads(done.out) if "sender" in element]


@pytest.mark.parametrize("words, count", [(["-1"], 1), (["--limit", "2"], 2), (["--limit", "50%"], 3), (["--limit-nodes", "1%"], 1),
                                          (["--ln", "100%"], 6), (["--limit", "99"], 6)])
def test_a_limit_asks_so_many_nodes_and_no_others(fleet, words, count):
    client, nodes = fleet
    before = calls(nodes)
    done = client.run("rpc", "rpcutil", "ping", "--json", *words)
    assert done.code == 0 and len(replies(done)) == count, done
    assert sum(calls(nodes)) - sum(before) == count


@contextlib.contextmanager
def configured(client, lines):
    """The client with more lines in its configuration."""
    text = client.config.read_text()
    client.config.write_text(text + lines)
    try:
        yield client
    finally:
        client.config.write_text(text)


def test_a_seed_repeats_a_random_choice(client):
    words = ("rpc", "rpcutil", "ping", "--json", "--limit", "3", "--limit-seed", "42")
    with configured(client, "rpclimitmethod = random\n"):
        picked = [sorted(reply["sender"] for reply in replies(client.run(*words))) for _ in range(3)]
    assert picked[0] == picked[1] == picked[2] and len(picked[0]) == 3


@pytest.mark.parametrize("size, groups", [("2", 3), ("4", 2), ("50%", 2), ("99", 1)])
def test_batches_have_their_size_and_pauses(client, size, groups):
    done = client.run("rpc", "rpcutil", "ping", "--np", "--batch", size, "--batch-sleep", "0.4", env={"NO_COLOR": "1"})
    assert done.code == 0 and f"Finished processing {COUNT} / {COUNT} hosts" in done.out, done
    assert float(re.search(r"hosts in ([\d.]+) ms", done.out)[1]) >= (groups - 1) * 400


def test_every_batch_carries_the_same_id(fleet):
    client, nodes = fleet
    client.run("rpc", "rpcutil", "ping", "--batch", "1", "--batch-sleep", "0")
    last = {(node.folder / "audit.log").read_text().splitlines()[-1] for node in nodes}
    assert len({re.search(r"reqid=(\w+)", line)[1] for line in last}) == 1, last


def test_an_interrupt_ends_all_batches_and_names_who_was_not_asked(fleet):
    client, nodes = fleet
    before = calls(nodes)
    words = [str(client.program), "rpc", "rpcutil", "ping", "--json", "--batch", "2", "--batch-sleep", "600", "-c", str(client.config)]
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=plain_environment(), text=True)
    wait_until(lambda: sum(calls(nodes)) - sum(before) == 2, 30, "the first batch was asked")
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    elements = json.loads(out)
    waiting = [element for element in elements if element.get("reason") == "not_asked"]
    assert len(waiting) == 4 and len(elements) == COUNT, elements  # the first two may have replied in time or not
    assert sum(calls(nodes)) - sum(before) == 2


def test_batches_and_results_that_nobody_wants_exclude_each_other(client):
    done = client.run("rpc", "rpcutil", "ping", "--batch", "2", "--no-results")
    assert done.code == 1 and "Cannot bypass result processing for batched requests" in done.err


def test_replies_go_where_they_are_wanted(client, mco_broker):
    queue = f"/queue/mcollective.reply.elsewhere_{secrets.token_hex(4)}.1"
    reader = Stomp(mco_broker.port)
    reader.subscribe(queue)
    done = client.run("rpc", "rpcutil", "ping", "--reply-to", queue)
    assert done.code == 0 and re.fullmatch(rf"Request sent with id: [0-9a-f]{{32}} replies to {re.escape(queue)}\n", done.out), done
    senders = {reader.receive(10)[1].get("mc_sender") for _ in NAMES}
    reader.close()
    assert senders == set(NAMES)


def test_nobody_replies_when_no_results_are_wanted(fleet):
    client, nodes = fleet
    before = calls(nodes)
    done = client.run("rpc", "rpcutil", "ping", "--no-results")
    assert done.code == 0 and re.fullmatch(r"Request sent with id: [0-9a-f]{32}\n", done.out) and done.err == "", done
    wait_until(lambda: all(after == count + 1 for after, count in zip(calls(nodes), before)), 20, "every node has acted")


def test_other_commands_do_not_send_replies_elsewhere(client):
    done = client.run("facts", "os", "--reply-to", "/queue/x")
    assert done.code == 1 and "--reply-to works with 'mco rpc' only" in done.err


def test_what_one_command_prints_is_whom_the_next_one_asks(client):
    for form in ("--json", "--jsonl"):
        found = client.run("find", "-F", "number>=4", form)
        done = client.run("rpc", "rpcutil", "get_fact", "fact=number", "--json", stdin=found.out)
        assert sorted(reply["data"]["value"] for reply in replies(done)) == ["4", "5"], (found, done)


def test_missing_nodes_do_not_travel_through_pipes(client):
    asked = client.run("rpc", "rpcutil", "ping", "--json", "-I", NAMES[0], "-I", "nobody.lab.test", "-t", "1")
    assert "nobody.lab.test" in asked.out
    done = client.run("find", stdin=asked.out)
    assert done.out.split() == [NAMES[0]]


def test_an_open_pipe_that_nobody_writes_to_is_explained(client):
    reading, writing = os.pipe()
    process = subprocess.Popen([str(client.program), "find", "-c", str(client.config)], stdin=reading, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=plain_environment(), text=True)
    os.close(reading)
    assert process.stderr.readline().startswith("Waiting for names of nodes on standard input")
    os.write(writing, NAMES[1].encode())
    os.close(writing)
    assert process.communicate(timeout=30)[0].split() == [NAMES[1]]


def test_named_files_go_before_configured_options(client):
    listed = client.config.parent / "listed.txt"
    listed.write_text(f"{NAMES[2]}\n")
    with configured(client, "default_discovery_method = flatfile\ndefault_discovery_options = /nowhere\n"):
        done = client.run("find", "--nodes", listed)
    assert done.out.split() == [NAMES[2]], done
