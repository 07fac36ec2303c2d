"""One process holds a thousand complete daemons; all of them answer, and none is ever lost."""
import json

import pytest

from brokers import McoBroker
from fleets import EmulatedFleet, allow_descriptors, counters, status_options
from marshal_text import Sym, dump
from messages import psk_request
from nodes import PSK, Client
from processes import wait_until
from stomp import Stomp

pytestmark = pytest.mark.threads
NODES = 1000
STORY = "once upon a time " * 1200  # a fact of 20 KB


@pytest.fixture(scope="module")
def broker(binaries, tmp_path_factory):
    folder = tmp_path_factory.mktemp("broker")
    broker = McoBroker(binaries / "mco-broker", folder, extra=status_options(folder))
    yield broker
    broker.stop()


@pytest.fixture(scope="module")
def fleet(broker, binaries, tmp_path_factory):
    if not allow_descriptors(3 * NODES):
        pytest.skip("not enough open files are allowed here")
    folder = tmp_path_factory.mktemp("fleet")
    fleet = EmulatedFleet(broker, folder, binaries / "mco-fleet", "node", NODES, facts=f"story: {STORY}\n")
    fleet.client = Client(broker, folder / "client", binaries / "mco")
    wait_until(lambda: len(fleet.client.run("find", "--dt", "5").out.split()) == NODES or not fleet.process.running(), 120,
               f"{NODES} nodes answer")
    assert fleet.process.running(), fleet.process.output()
    yield fleet
    fleet.stop()


def test_a_thousand_daemons_in_one_process_answer_ping(fleet):
    done = fleet.client.run("ping")
    assert {line.split()[0] for line in done.out.splitlines() if "time=" in line} == set(fleet.names())


def test_a_thousand_daemons_answer_an_action(fleet):
    done = fleet.client.run("rpc", "rpcutil", "get_fact", "fact=fleet", "--dt", "5", "--np")
    assert done.code == 0, done.err
    assert f"node = {NODES}" in done.out


def ask_everybody(fleet):
    """The number of nodes that answer with the usual discovery. Each is told of, with its answer or with the reason that there is none."""
    done = fleet.client.run("rpc", "rpcutil", "get_fact", "fact=os.family", "--json")
    assert done.code == 0, done.err
    elements = json.loads(done.out)
    replies = [element for element in elements if "sender" in element]
    assert {element.get("sender") or element["missing"] for element in elements} == set(fleet.names())
    assert all(element["reason"] for element in elements if "missing" in element)
    assert {reply["data"]["value"] for reply in replies} == {"Debian"}
    return len(replies)


def test_nobody_is_lost_with_the_usual_discovery(fleet):
    """Every node is told of each time, and all answer when the machine lets them answer discovery in time: how often is for tests/bench/discovery.py."""
    wait_until(lambda: ask_everybody(fleet) == NODES, 120, f"{NODES} nodes answer in one run")


def test_a_caller_that_reads_late_gets_every_answer(fleet, broker):
    caller, queue = Stomp(broker.port), "/queue/mcollective.reply.late.lab.test_1.1"
    caller.subscribe(queue)
    call = {Sym("agent"): "rpcutil", Sym("action"): "get_fact", Sym("caller"): "uid=0", Sym("data"): {Sym("fact"): "story"}}
    before = wait_until(lambda: counters(broker), 10, "the broker counts")["messages_received"]
    caller.publish("/topic/mcollective.rpcutil.agent", psk_request(PSK, payload=dump(call), agent="rpcutil"), reply_to=queue)
    wait_until(lambda: counters(broker)["messages_received"] > before + NODES, 60, "all have answered")
    senders = set()
    while len(senders) < NODES:
        frame = caller.receive(20)
        assert frame, f"{len(senders)} answers of {NODES}; {broker.process.output()[-1000:]}"
        assert len(frame[2]) > len(STORY)
        senders.add(frame[1]["mc_sender"])
    caller.close()
    assert senders == set(fleet.names())
