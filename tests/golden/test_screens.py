"""Our screens against files made by Debian's original on the same fleet of three nodes, times and ids aside.

MCO_UPDATE_GOLDEN=1 makes the files anew by running the original; review the difference before committing it.
"""
import os
import re
from pathlib import Path

import pytest

from conftest import FACTS, need
from nodes import Client, Node, original_available
from processes import wait_until

SCREENS = Path(__file__).parent / "screens"
CASES = {
    "ping": ["ping"],
    "find": ["find"],
    "find_verbose": ["find", "-v", "--dt", "2"],
    "find_nothing": ["find", "-F", "os=Plan9"],
    "identity": ["rpc", "rpcutil", "get_fact", "fact=os", "-I", "node2.lab.test"],
    "rpc_get_fact": ["rpc", "rpcutil", "get_fact", "fact=country", "--sort", "--dt", "2"],
    "rpc_no_progress": ["rpc", "rpcutil", "get_facts", "facts=os,country", "--np", "--sort", "--dt", "2"],
    "rpc_verbose": ["rpc", "rpcutil", "collective_info", "-v", "--sort", "--dt", "2"],
    "rpc_json": ["rpc", "rpcutil", "get_fact", "fact=cpus", "-j", "--sort"],
    "rpc_failures": ["rpc", "rpcutil", "get_config_item", "item=nosuchitem", "--sort", "--dt", "2"],
    "rpc_json_failures": ["rpc", "rpcutil", "get_config_item", "item=nosuchitem", "-j", "--sort"],
    "rpc_json_structures": ["rpc", "rpcutil", "get_facts", "facts=os,country", "-j", "--sort"],
    "rpc_verbose_failures": ["rpc", "rpcutil", "get_config_item", "item=nosuchitem", "-v", "--sort", "--dt", "2"],
    "rpc_verbose_structures": ["rpc", "rpcutil", "get_facts", "facts=os,country,cpus", "-v", "--sort", "--dt", "2"],
    "rpc_display_ok": ["rpc", "rpcutil", "get_config_item", "item=nosuchitem", "--display", "ok", "--np", "--sort", "--dt", "2"],
    "rpc_display_failed": ["rpc", "rpcutil", "ping", "--display", "failed", "--sort", "--dt", "2"],
    "rpc_nobody": ["rpc", "rpcutil", "ping", "-F", "os=Plan9", "--dt", "1"],
    "rpc_nobody_json": ["rpc", "rpcutil", "ping", "-F", "os=Plan9", "-j"],
    "rpc_structures": ["rpc", "rpcutil", "agent_inventory", "-I", "node1.lab.test"],
    "facts": ["facts", "os"],
    "facts_verbose": ["facts", "country", "-v", "--dt", "2"],
    "facts_unknown": ["facts", "nosuchfact"],
    "facts_usage": ["facts"],
    "inventory": ["inventory", "node1.lab.test"],
    "bad_option": ["rpc", "rpcutil", "ping", "--nosuchoption"],
    "bad_action": ["rpc", "rpcutil", "nosuchaction"],
    "bad_input": ["rpc", "rpcutil", "get_fact"],
    "bad_fact": ["find", "-F", "os"],
}
# Only these screens list the nodes in order of arrival; their lines are compared as a set.
ARRIVAL = {"ping", "find", "find_verbose", "facts", "facts_verbose"}
TELLS_WHOSE_NODES = {"rpc_structures"}
CHANGING = [
    (r"time=\d+\.\d\d ms", "time=T ms"),
    (r"max: [\d.]+ min: [\d.]+ avg: [\d.]+", "max: T min: T avg: T"),
    (r"hosts in \d+\.\d\d ms", "hosts in T ms"),
    (r"(Start Time|Discovery Time|Agent Time|Total Time): .*", r"\1: T"),
    (r"(Total Processor|System) Time: .*", r"\1 Time: T"),
    (r"in \d+\.\d+ seconds", "in T seconds"),
    (r"(Process ID|Total Messages|Messages Passed Filters|Messages Filtered|Expired Messages|Replies Sent): \d+", r"\1: N"),
    (r"Version: [\d.]+", "Version: V"),
    (r"Config File: .*", "Config File: F"),
]


def normalised(name, done):
    text = f"exit {done.code}\n--- stdout\n{done.out}\n--- stderr\n{done.err}"
    for pattern, replacement in CHANGING:
        text = re.sub(pattern, replacement, text)
    return "\n".join(sorted(text.split("\n"))) if name in ARRIVAL else text


def screen(name):
    """The golden file, carriage returns and all."""
    return (SCREENS / f"{name}.txt").read_bytes().decode()


def start_nodes(broker, folder, program):
    extra = "plugin.puppet.activate_agent = 0\n" if program else ""
    return [Node(broker, folder / f"node{n}", f"node{n}.lab.test", *FACTS[n], program, extra=extra) for n in FACTS]


@pytest.fixture(scope="module", params=["our nodes", "the original's nodes"])
def fleet(request, mco_broker, binaries, tmp_path_factory):
    """(broker, folder) of a fleet of three; the screens must not tell who runs it."""
    need(original_available(), "the original (mcollective, mcollective-client)")
    folder = tmp_path_factory.mktemp("golden")
    nodes = start_nodes(mco_broker, folder, binaries / "mcollectived" if request.param == "our nodes" else None)
    probe = Client(mco_broker, folder / "probe", binaries / "mco")
    wait_until(lambda: len(probe.run("find", "--dt", "1").out.split()) == 3, 60, "three nodes answer")
    yield mco_broker, folder, request.param
    for node in nodes:
        node.stop()


@pytest.mark.parametrize("name", CASES)
def test_screen_equals_the_originals(fleet, binaries, name):
    broker, folder, kind = fleet
    golden = SCREENS / f"{name}.txt"
    if os.environ.get("MCO_UPDATE_GOLDEN") and kind == "the original's nodes":
        original = Client(broker, folder / "original")
        golden.parent.mkdir(exist_ok=True)
        golden.write_bytes(normalised(name, original.run(*CASES[name])).encode())
    if kind == "our nodes" and name in TELLS_WHOSE_NODES:
        pytest.skip("shows the texts of the nodes' own DDL files")
    ours = Client(broker, folder / "ours", binaries / "mco")
    assert normalised(name, ours.run(*CASES[name])) == screen(name)


@pytest.mark.parametrize("name", ["rpc_get_fact", "facts", "inventory", "rpc_failures", "ping"])
def test_the_original_client_shows_the_same_of_either_fleet(fleet, name):
    broker, folder, _ = fleet
    original = Client(broker, folder / "original")
    assert normalised(name, original.run(*CASES[name])) == screen(name)
