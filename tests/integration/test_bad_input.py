"""Whatever arrives from the network: no answer, one count and one log line under the gate's name, no growth."""
import json
import re
import secrets
import socket
import threading
import time

import pytest

from marshal_text import Sym, dump
from messages import EMPTY_FILTER, fact_filter, psk_request, x509_request
from nodes import PSK, Client, Node, connection
from pki import DAY, Authority
from processes import wait_until
from stomp import Stomp

pytestmark = pytest.mark.threads
DESTINATION = "/topic/mcollective.discovery.agent"
NODE, SECURE_NODE, CALLER = "node1.lab.test", "node2.lab.test", "alice.mcollective"
FACTS = {"os": "Debian", "bomb": "a" * 60 + "!"}
SKEW = 3600


class Target:
    """One of our daemons with a STOMP connection beside it that talks to it directly."""

    def __init__(self, broker, node, client):
        self.node, self.client = node, client
        self.stomp = Stomp(broker.port)
        self.reply_to = f"/queue/mcollective.reply.tester_{secrets.token_hex(4)}.1"
        self.stomp.subscribe(self.reply_to)

    def send(self, body):
        self.stomp.publish(DESTINATION, body, self.reply_to)

    def answers(self, good):
        """Sends a good request and returns everything that was answered up to and including its reply."""
        self.send(good)
        frames = []
        while not frames or b"pong" not in frames[-1]:
            frame = self.stomp.receive(20)
            assert frame, f"the good request was not answered; got {frames}\n{self.node.log_text()[-3000:]}"
            frames.append(frame[2])
        return frames

    def statistics(self):
        done = self.client.run("rpc", "rpcutil", "daemon_stats", "-j", "-I", self.node.identity)
        assert done.code == 0, done
        return json.loads(done.out)[0]["data"]


@pytest.fixture(scope="module")
def psk(mco_broker, binaries, tmp_path_factory):
    folder = tmp_path_factory.mktemp("psk")
    node = Node(mco_broker, folder / "node", NODE, FACTS, ["a" * 60], binaries / "mcollectived")
    client = Client(mco_broker, folder / "client", binaries / "mco")
    wait_until(lambda: client.run("find", "--dt", "1").out.split() == [NODE], 30, "the node answers")
    yield Target(mco_broker, node, client)
    node.stop()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    made = Authority(tmp_path_factory.mktemp("pki"))
    made.issue(SECURE_NODE)
    made.issue(CALLER)
    made.revoke(made.issue("mallory.mcollective"))
    made.issue("late.mcollective", -10 * DAY, -DAY)
    return made


@pytest.fixture(scope="module")
def x509(mco_broker, binaries, authority, tmp_path_factory):
    folder = tmp_path_factory.mktemp("x509")

    def secured(identity, settings):
        name = CALLER if identity.startswith("client") else identity
        return f"identity = {identity}\n" + authority.settings(name) + connection(mco_broker) + settings

    node = Node(mco_broker, folder / "node", SECURE_NODE, FACTS, ["base"], binaries / "mcollectived", security=secured)
    client = Client(mco_broker, folder / "client", binaries / "mco", security=secured)
    wait_until(lambda: client.run("find", "--dt", "1").out.split() == [SECURE_NODE], 30, "the node answers: " + node.log_text())
    yield Target(mco_broker, node, client)
    node.stop()


def deep(levels):
    """A Marshal array in an array, `levels` times."""
    return b"\x04\x08" + b"[\x06" * levels + b"0"


def bad_psk():
    """Name to (gate, bytes), made anew because requests grow old."""
    return {
        "empty body": ("malformed", b""),
        "random bytes": ("malformed", secrets.token_bytes(500)),
        "truncated": ("malformed", psk_request(PSK)[:-40]),
        "wrong version": ("malformed", b"\x04\x09" + psk_request(PSK)[2:]),
        "ruby object": ("malformed", b"\x04\x08o:\x0bObject\x00"),
        "nested 10,000 deep": ("malformed", deep(10_000)),
        "claimed count of 2^30": ("malformed", b"\x04\x08[\x04\x00\x00\x00\x40"),
        "claimed string of 2^30": ("malformed", b'\x04\x08"\x04\x00\x00\x00\x40abc'),
        "wrong key": ("untrusted", psk_request("another key")),
        "tampered body": ("untrusted", psk_request(PSK, body=dump("pong"))),
        "caller of two lines": ("untrusted|malformed", psk_request(PSK, callerid="uid=0\nuid=1")),
        "expired": ("expired", psk_request(PSK, msgtime=int(time.time()) - SKEW)),
        "from the future": ("future", psk_request(PSK, msgtime=int(time.time()) + SKEW)),
        "catastrophic fact pattern": ("not_for_us|malformed", psk_request(
            PSK, filter=fact_filter("bomb", "=~", "/^(a+)+$/"))),
        "catastrophic class pattern": ("not_for_us|malformed", psk_request(
            PSK, filter=dict(EMPTY_FILTER, cf_class=["/^(a|aa)+$b/"]))),
        "somebody else's collective": ("not_for_us", psk_request(PSK, collective="elsewhere")),
        "unknown agent": ("unknown_agent|not_for_us", psk_request(PSK, agent="nosuchagent", payload=dump(
            {Sym("agent"): "nosuchagent", Sym("action"): "x", Sym("data"): {}}))),
    }


BAD_PSK = list(bad_psk())


def gate_was_logged(target, before, gate):
    return re.search(rf"\b({gate})\b", target.node.log_text()[before:])


def check_dropped(target, gate, bad, good):
    before = len(target.node.log_text())
    target.send(bad)
    assert len(target.answers(good)) == 1, "something besides the good request was answered"
    wait_until(lambda: gate_was_logged(target, before, gate), 10, f"the log names the gate {gate}")


@pytest.mark.parametrize("name", BAD_PSK)
def test_psk_drops(psk, name):
    gate, bad = bad_psk()[name]
    check_dropped(psk, gate, bad, psk_request(PSK))


def test_psk_replay_is_dropped(psk):
    request = psk_request(PSK)
    assert len(psk.answers(request)) == 1
    check_dropped(psk, "replayed", request, psk_request(PSK))


def bad_x509(folder, stranger, reply_to):
    """Name to (gate, bytes)."""
    def signed(signer, where=folder, **changes):
        return x509_request(where, signer, reply_to, **changes)

    good = signed(CALLER)
    now = int(time.time() * 1000)
    return {
        "forged caller": ("untrusted", signed(CALLER, caller="cert=root.mcollective")),
        "a node's certificate": ("untrusted", signed(SECURE_NODE)),
        "revoked": ("untrusted", signed("mallory.mcollective")),
        "expired certificate": ("untrusted", signed("late.mcollective")),
        "another authority": ("untrusted", signed(CALLER, stranger)),
        "tampered payload": ("untrusted", good.replace(b'"ttl": 60', b'"ttl": 61')),
        "tampered signature": ("untrusted", good[:-1] + bytes([good[-1] ^ 1])),
        "truncated": ("malformed|untrusted", good[:-40]),
        "random bytes": ("malformed", secrets.token_bytes(600)),
        "a psk message": ("malformed", psk_request(PSK)),
        "expired": ("expired", signed(CALLER, time=now - SKEW * 1000)),
        "from the future": ("future", signed(CALLER, time=now + SKEW * 1000)),
        "not the caller's protocol": ("malformed|untrusted", signed(CALLER, protocol="mcollective:reply:1")),
    }


def test_x509_drops(x509, authority, tmp_path):
    stranger = Authority(tmp_path / "stranger")
    stranger.issue(CALLER)
    for name, (gate, bad) in bad_x509(authority.folder, stranger.folder, x509.reply_to).items():
        print(f"case: {name}")  # shown by pytest when the case fails
        check_dropped(x509, gate, bad, x509_request(authority.folder, CALLER, x509.reply_to))


def test_x509_replay_is_dropped(x509, authority):
    request = x509_request(authority.folder, CALLER, x509.reply_to)
    assert len(x509.answers(request)) == 1
    check_dropped(x509, "replayed", request, x509_request(authority.folder, CALLER, x509.reply_to))


def test_x509_answers_only_where_the_signature_says(x509, authority):
    """The reply address of the frame is not signed; a broker that rewrites it gains nothing."""
    elsewhere = f"/queue/mcollective.reply.thief_{secrets.token_hex(4)}.1"
    x509.stomp.subscribe(elsewhere)
    request = x509_request(authority.folder, CALLER, x509.reply_to)
    x509.stomp.publish(DESTINATION, request, elsewhere)
    _, headers, _ = x509.stomp.receive(20)
    assert headers["destination"] == x509.reply_to


def test_bad_messages_are_counted(psk):
    before = psk.statistics()
    psk.send(psk_request("another key"))
    psk.send(psk_request(PSK, msgtime=int(time.time()) - SKEW))
    psk.send(psk_request(PSK, filter=fact_filter("os", "==", "Plan9")))
    psk.answers(psk_request(PSK))
    after = psk.statistics()
    assert after["unvalidated"] == before["unvalidated"] + 1
    assert after["ttlexpired"] == before["ttlexpired"] + 1
    assert after["filtered"] == before["filtered"] + 1


def test_a_flood_of_bad_messages_does_not_grow_the_daemon(psk):
    bodies = [bad for _, bad in bad_psk().values()]

    def flood(rounds):
        for _ in range(rounds):
            for body in bodies:
                psk.send(body)
        psk.answers(psk_request(PSK))

    flood(50)
    before = psk.node.process.rss_kib()
    flood(300)
    grown = psk.node.process.rss_kib() - before
    assert grown < 6 * 1024, f"{grown} KiB more after {300 * len(bodies)} bad messages"


BAD_FRAMES = {
    "random bytes": secrets.token_bytes(4096),
    "header without end": b"MESSAGE\n" + b"a" * (1 << 20),
    "thousands of headers": b"MESSAGE\n" + b"".join(b"h%d:x\n" % n for n in range(20_000)),
    "oversized body": b"MESSAGE\ncontent-length:99999999999\n\n" + b"x" * 1024,
    "negative length": b"MESSAGE\ncontent-length:-5\n\nx\0",
    "truncated": b"MESSAGE\ncontent-length:500\n\nabc",
    "unknown command": b"EXPLODE\n\n\0",
}


class HostileBroker(threading.Thread):
    """Accepts connections, says CONNECTED, sends one bad frame, closes. Counts the connections."""

    def __init__(self, data):
        super().__init__(daemon=True)
        self.data, self.connections = data, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.connector, self.vhost = "activemq", "mcollective"
        self.start()

    def run(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            try:
                peer.recv(4096)
                peer.sendall(b"CONNECTED\nversion:1.0\n\n\0" + self.data)
                peer.shutdown(socket.SHUT_WR)
                while peer.recv(65536):
                    pass
            except OSError:
                pass
            peer.close()

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


@pytest.mark.parametrize("name", BAD_FRAMES)
def test_daemon_survives_a_hostile_broker(binaries, tmp_path, name):
    broker = HostileBroker(BAD_FRAMES[name])
    node = Node(broker, tmp_path / "node", NODE, {}, [], binaries / "mcollectived",
                extra="plugin.activemq.max_reconnect_delay = 0.1\n")
    try:
        wait_until(lambda: broker.connections >= 3, 30, "the daemon connects again and again")
        assert node.process.running()
    finally:
        broker.close()
        node.stop()


@pytest.mark.parametrize("name", BAD_FRAMES)
def test_broker_survives_bad_frames(mco_broker, name):
    with socket.create_connection(("127.0.0.1", mco_broker.port), 10) as peer:
        try:
            peer.sendall(BAD_FRAMES[name])
            peer.shutdown(socket.SHUT_WR)
            peer.settimeout(20)
            while peer.recv(65536):
                pass
        except OSError:
            pass  # being cut off is the right answer
    Stomp(mco_broker.port).close()
