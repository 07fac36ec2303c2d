"""No silent node: whoever was expected and gives no answer that counts is named, with the right reason, by the real programs."""
import datetime
import json
from pathlib import Path

import pytest

from conftest import need
from nodes import Client, Node, connection, plain_environment
from pki import Authority
from processes import wait_until

FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
CALLER = "alice.mcollective"
GOOD, STOPPED, DENIED, AHEAD, EXPIRED = (f"{name}.lab.test" for name in ("good", "stopped", "denied", "ahead", "expired"))
REASONS = {STOPPED: "not_there", AHEAD: "clock_skew", EXPIRED: "not_provable"}
TEXTS = {STOPPED: "no answer; last seen ",
         AHEAD: "its clock is 1 hour ahead of ours",
         EXPIRED: "something replied in its name, but nobody could prove who: "}
SHORT = datetime.timedelta(seconds=25)


def clock_ahead(seconds):
    """For a daemon on a machine whose clock is wrong; sanitised builds want to be the first library otherwise."""
    return {"LD_PRELOAD": str(FAKETIME), "FAKETIME": f"+{seconds}", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "ASAN_OPTIONS": plain_environment()["ASAN_OPTIONS"] + ":verify_asan_link_order=0"}


class Estate:
    def __init__(self, broker, folder, binaries):
        self.authority = Authority(folder / "ca", kind="p256")
        self.authority.issue(CALLER, kind="p256")
        self.broker, self.folder, self.binaries = broker, folder, binaries
        self.nodes = {}

    def settings(self, certificate):
        lines = self.authority.settings(certificate) + connection(self.broker)
        return lambda identity, rest: f"identity = {identity}\n{lines}{rest}"

    def start(self, name, extra="", **validity):
        self.authority.issue(name, kind="p256", **validity)
        self.nodes[name] = Node(self.broker, self.folder / name, name, {"os": "Debian"}, ["base"],
                                self.binaries / "mcollectived", extra=extra, security=self.settings(name))

    def client(self, name):
        return Client(self.broker, self.folder / name, self.binaries / "mco", security=self.settings(CALLER))

    def stop(self):
        for node in self.nodes.values():
            node.stop()


@pytest.fixture(scope="module")
def estate(mco_broker, binaries, tmp_path_factory):
    need(FAKETIME.exists(), "faketime")
    estate = Estate(mco_broker, tmp_path_factory.mktemp("estate"), binaries)
    policies = estate.folder / DENIED / "policies"
    policies.mkdir(parents=True)
    (policies / "rpcutil.policy").write_text("policy default deny\n")
    estate.start(EXPIRED, end=SHORT)
    for name in (GOOD, STOPPED, AHEAD):
        estate.start(name)
    estate.start(DENIED, "rpcauthorization = 1\nrpcauthprovider = action_policy\n")
    yield estate
    estate.stop()


@pytest.fixture(scope="module")
def client(estate):
    """One that has seen all five when nothing was wrong yet, and then everything went wrong at once."""
    client = estate.client("client")
    wait_until(lambda: len(client.run("find", "--dt", "1").out.split()) == 5, 20,
               "five nodes answer: " + "".join(node.log_text()[-800:] for node in estate.nodes.values()))
    done = client.run("rpc", "rpcutil", "ping", "--json")
    assert [e["missing"] for e in json.loads(done.out) if "missing" in e] == [], done
    estate.nodes[STOPPED].stop()
    ahead = estate.nodes[AHEAD]
    ahead.stop()
    ahead.environment = clock_ahead(3600)
    ahead.start()
    wait_until(lambda: ahead.log_text().count("onnected") >= 2, 20, "the node with the wrong clock is connected")
    return client


def missing(client, *words):
    """Node to reason and text, as --json carries them, and the senders of replies."""
    done = client.run(*words, "--json")
    elements = json.loads(done.out)
    return ({e["missing"]: (e["reason"], e["message"]) for e in elements if "missing" in e},
            [e["sender"] for e in elements if "sender" in e and e["statuscode"] == 0])


def test_every_missing_node_is_named_with_the_right_reason(client):
    wait_until(lambda: {node: reason for node, (reason, _) in missing(client, "rpc", "rpcutil", "ping")[0].items()} == REASONS, 60,
               f"all reasons: {missing(client, 'rpc', 'rpcutil', 'ping')}")
    found, senders = missing(client, "rpc", "rpcutil", "ping")
    assert senders == [GOOD]
    for node, text in TEXTS.items():
        assert found[node][1].startswith(text), found


def test_people_read_it_on_standard_error(client):
    done = client.run("rpc", "rpcutil", "ping", "--np", env={"NO_COLOR": "1"})
    assert "Missing:" in done.err and "Missing:" not in done.out
    for node, text in TEXTS.items():
        assert any(line.strip().startswith(node) and text in line for line in done.err.split("\n")), (node, done)


def test_doctor_finds_a_clock_that_is_further_off_than_requests_live(client):
    done = client.run("doctor", AHEAD, "--json")
    found = {(finding["check"], finding["status"]): finding["message"] for finding in json.loads(done.out)}
    assert done.code == 1 and "too far apart" in found["node", "problem"], done
    clocks = {finding["subject"]: finding for finding in json.loads(done.out) if finding["check"] == "clock"}
    assert clocks[AHEAD]["status"] == "problem" and "ahead of" in clocks[AHEAD]["message"], clocks


def test_who_refused_is_not_missing(client):
    """Issue 12, 24: it has answered, and its answer says so."""
    done = client.run("rpc", "rpcutil", "ping", "--np", "-I", DENIED, env={"NO_COLOR": "1"})
    assert done.code == 2 and "You are not authorized" in done.out and "Missing:" not in done.err, done


def test_one_silent_node_is_told_once(client):
    """Issue 12, 24."""
    done = client.run("rpc", "rpcutil", "ping", "--np", "-t", "1", "-I", "nobody.lab.test", env={"NO_COLOR": "1"})
    assert done.err.count("nobody.lab.test") == 1, done


def test_named_nodes_are_told_apart_too(client):
    names = [AHEAD, EXPIRED, "nobody.lab.test"]
    found, senders = missing(client, "rpc", "rpcutil", "ping", "-t", "1", *(word for name in names for word in ("-I", name)))
    assert senders == []
    assert {node: reason for node, (reason, _) in found.items()} == {
        AHEAD: "clock_skew", EXPIRED: "not_provable", "nobody.lab.test": "never_seen"}


def test_an_unprovable_answer_is_told_even_to_those_who_never_saw_the_node(client, estate):
    found, _ = missing(estate.client("newcomer"), "rpc", "rpcutil", "ping")
    assert found[EXPIRED][0] == "not_provable" and STOPPED not in found, found


def test_what_is_missing_can_be_forgotten(client):
    found, _ = missing(client, "rpc", "rpcutil", "ping", "--forget-missing")
    assert STOPPED in found
    found, _ = missing(client, "rpc", "rpcutil", "ping")
    assert STOPPED not in found and EXPIRED in found, found


def test_a_node_that_matches_no_more_is_not_missing(client, estate):
    words = ("rpc", "rpcutil", "ping", "-C", "base")
    missing(client, *words)
    node = estate.nodes[GOOD]
    (node.folder / "classes.txt").write_text("other\n")
    node.stop()
    node.start()
    wait_until(lambda: GOOD in client.run("find", "-C", "other").out, 20, "the node has another class")
    found, senders = missing(client, *words)
    assert GOOD not in found and senders == [], found
