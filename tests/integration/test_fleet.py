"""One process holds a thousand complete daemons; all of them answer, and none is ever lost."""
import json

import pytest

from fleets import EmulatedFleet, allow_descriptors
from nodes import Client
from processes import wait_until

pytestmark = pytest.mark.threads
NODES = 1000


@pytest.fixture(scope="module")
def fleet(mco_broker, binaries, tmp_path_factory):
    if not allow_descriptors(3 * NODES):
        pytest.skip("not enough open files are allowed here")
    folder = tmp_path_factory.mktemp("fleet")
    fleet = EmulatedFleet(mco_broker, folder, binaries / "mco-fleet", "node", NODES)
    fleet.client = Client(mco_broker, folder / "client", binaries / "mco")
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


def test_nobody_is_lost_with_the_usual_discovery(fleet):
    for run in range(5):
        done = fleet.client.run("rpc", "rpcutil", "get_fact", "fact=os.family", "--json")
        assert done.code == 0, done.err
        replies = json.loads(done.out)
        assert {reply["sender"] for reply in replies} == set(fleet.names()), f"run {run}: {len(replies)} of {NODES}"
        assert {reply["data"]["value"] for reply in replies} == {"Debian"}
