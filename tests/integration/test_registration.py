"""What nodes register (registration = agentlist, meta or inventory), where and when, read by a client of the test's own at a real broker."""
import hashlib
import json
import subprocess
import time

import pytest

from nodes import PSK, Node, common, plain_environment
from processes import run
from stomp import Stomp

NODE = "node1.lab.test"
FACTS, CLASSES = {"os": "Debian", "net": "{eth0: up}"}, ["base", "web"]
COLLECTIVES = "collectives = mcollective, uk\n"
EMPTY = {"fact": [], "cf_class": [], "identity": [], "compound": []}


def ruby(script, data):
    """The output of a Ruby script that reads `data`: messages are decoded by the language that defines their encoding."""
    return subprocess.run(["ruby", "-rjson", "-rdigest", "-e", script], input=data, stdout=subprocess.PIPE, check=True, timeout=30).stdout


def decoded(message):
    """Envelope and body of a psk request, symbols as `:name`, once its digest was checked."""
    script = """
    def plain(value)
      case value
      when Symbol then ":#{value}"
      when Hash then value.to_h { |key, inner| [plain(key), plain(inner)] }
      when Array then value.map { |inner| plain(inner) }
      else value
      end
    end
    envelope = Marshal.load($stdin.binmode.read)
    body = envelope.delete(:body)
    print JSON.generate([plain(envelope), plain(Marshal.load(body)), Digest::MD5.hexdigest(body + ARGV.fetch(0, "")), body.unpack1("H*")])
    """
    envelope, body, _, raw = json.loads(ruby(script, message))
    assert envelope[":hash"] == hashlib.md5(bytes.fromhex(raw) + PSK.encode()).hexdigest()
    return envelope, body


@pytest.fixture
def registered(mco_broker, binaries, tmp_path):
    """Starts a node and gives back the registrations that arrive in `collective` within the time."""
    nodes, listeners = [], []

    def start(collective, settings, count=1, seconds=30):
        listener = Stomp(mco_broker.port)
        listeners.append(listener)
        listener.subscribe(f"/topic/{collective}.registration.agent")
        nodes.append(Node(mco_broker, tmp_path / NODE, NODE, FACTS, CLASSES, binaries / "mcollectived", extra=COLLECTIVES + settings))
        received = []
        deadline = time.monotonic() + seconds
        while len(received) < count and time.monotonic() < deadline:
            frame = listener.receive(max(deadline - time.monotonic(), 0))
            if frame and frame[0] == "MESSAGE":
                received.append((time.monotonic(), *decoded(frame[2])))
        return received, nodes[-1]

    yield start
    for node in nodes:
        node.stop()
    for listener in listeners:
        listener.close()


def test_inventory_holds_what_meta_does_and_versions(registered):
    received, _ = registered("mcollective", "registration = inventory\nregisterinterval = 300\n")
    [(_, envelope, body)] = received
    assert (envelope[":agent"], envelope[":senderid"], envelope[":collective"]) == ("registration", NODE, "mcollective")
    assert envelope[":filter"] == dict(EMPTY, agent=["registration"])
    assert (body[":identity"], body[":collectives"], body[":classes"]) == (NODE, ["mcollective", "uk"], CLASSES)
    assert body[":facts"] == {"os": "Debian", "net": {"eth0": "up"}}
    assert {"discovery", "rpcutil"} <= set(body[":agentlist"])
    versions = {agent[":agent"]: agent[":version"] for agent in body[":agents"]}
    assert sorted(versions) == sorted(body[":agentlist"]) and versions["rpcutil"] == "1.0"
    assert {"agent_data", "collective_data", "fact_data", "fstat_data"} <= set(body[":data_plugins"])
    assert body[":version"].count(".") == 2


def test_meta_holds_what_filters_see(registered):
    received, _ = registered("mcollective", "registration = meta\nregisterinterval = 300\n")
    assert sorted(received[0][2]) == [":agentlist", ":classes", ":collectives", ":facts", ":identity"]


def test_registrations_go_to_their_collective_at_their_interval(registered):
    received, _ = registered("uk", "registration_collective = uk\nregisterinterval = 1\n", count=3)
    assert [envelope[":collective"] for _, envelope, _ in received] == ["uk"] * 3
    assert all("rpcutil" in body for _, _, body in received)
    first, second, third = (at for at, _, _ in received)
    assert second - first > 0.5 and third - second > 0.5
    assert len({envelope[":requestid"] for _, envelope, _ in received}) == 3


def test_splay_spreads_the_first_one(registered):
    """With an interval of a day the first registration of a splayed node is a matter of luck, one in 17280 for these five seconds."""
    received, node = registered("mcollective", "registration_splay = 1\nregisterinterval = 86400\n", seconds=5)
    assert "mcollectived" in node.log_text() and received == []


@pytest.mark.parametrize("settings, complaint, registers", [
    ("registration = gossip\nregisterinterval = 1\n", "registration 'gossip' is not known", False),
    ("registration_collective = elsewhere\nregisterinterval = 1\n", "registration_collective 'elsewhere' is not one of the collectives", True),
])
def test_what_cannot_be_done_is_said(registered, settings, complaint, registers):
    received, node = registered("mcollective", settings, seconds=5)
    assert complaint in node.log_text()
    assert bool(received) == registers


@pytest.mark.parametrize("interval", [0, 60])
def test_a_check_of_the_configuration_finds_what_cannot_be_registered(binaries, tmp_path, mco_broker, interval):
    """Issue 12, item 28: the original does not start with it, whether reports are sent or not."""
    config = tmp_path / "server.cfg"
    config.write_text(common(mco_broker, NODE, f"registration = gossip\nregisterinterval = {interval}\n"))
    done = run([binaries / "mcollectived", "--check-config", "--config", config], env=plain_environment())
    assert done.code == 1 and "registration 'gossip' is not known; there are agentlist, meta and inventory" in done.err, done
