"""The broker is killed and restarted: everybody comes back by himself, and not all at once."""
import re

from brokers import McoBroker
from nodes import Client, Node
from processes import wait_until

NODES = 50


def connected_at(node):
    """Seconds of the day at which the node's log says that it connected, last one first."""
    stamps = re.findall(r"T(\d\d):(\d\d):(\d\d\.\d+)[^\n]*[Cc]onnected to", node.log_text())
    return [int(h) * 3600 + int(m) * 60 + float(s) for h, m, s in reversed(stamps)]


def test_fifty_daemons_return_after_the_broker_was_killed(binaries, tmp_path):
    broker = McoBroker(binaries / "mco-broker", tmp_path)
    nodes = [Node(broker, tmp_path / f"node{n}", f"node{n}.lab.test", {}, [], binaries / "mcollectived",
                  extra="plugin.activemq.initial_reconnect_delay = 0.5\n") for n in range(NODES)]
    client = Client(broker, tmp_path / "client", binaries / "mco")
    everybody = {node.identity for node in nodes}

    def all_answer():
        return set(client.run("find", "--dt", "2").out.split()) == everybody

    try:
        wait_until(all_answer, 60, "50 nodes answer")
        first = {node.identity: len(connected_at(node)) for node in nodes}
        pids = [node.process.pid for node in nodes]
        broker.kill()
        broker.start()
        wait_until(all_answer, 60, "50 nodes answer again")
        assert [node.process.pid for node in nodes] == pids and all(node.process.running() for node in nodes)
        wait_until(lambda: all(len(connected_at(node)) > first[node.identity] for node in nodes), 10, "each logged it")
        times = sorted(connected_at(node)[0] for node in nodes)
        assert times[-5] - times[4] > 0.2, f"the reconnects came within {times[-5] - times[4]:.3f} s"
    finally:
        for node in nodes:
            node.stop()
        broker.stop()
