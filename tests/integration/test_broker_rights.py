"""mco-broker with mutual TLS: the certificate's name says who is a node and who a caller, and what each may do."""
import json

import pytest

from brokers import EXAMPLES, SecuredMcoBroker, example, tls_connection
from nodes import Client, Node, plain_environment
from pki import Authority
from processes import run, wait_until
from secured import CALLERS, FOREIGN, NODES, REVOKED, SecuredFleet, issue_all

ALICE, BOB = CALLERS
NODE, OTHER = NODES[0], NODES[1]
DIRECTED = "/queue/mcollective.nodes"


@pytest.fixture(scope="module")
def fleet(binaries, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rights")
    authority = Authority(folder / "pki")
    revoked = issue_all(authority)
    broker = SecuredMcoBroker(binaries / "mco-broker", folder, authority, extra=["--refresh", "0.5"])
    fleet = SecuredFleet(broker, authority, folder, binaries)
    fleet.revoked = revoked
    yield fleet
    fleet.stop()
    broker.stop()


def test_the_daily_work_is_allowed(fleet):
    fleet.ready()
    fleet.check_daily_work()
    assert "may not" not in fleet.broker.process.output()


def test_whoever_has_x509_needs_no_other_files_for_tls(fleet, binaries, tmp_path):
    fleet.ready()

    def secured(name):
        bare = [line for line in tls_connection(fleet.broker, fleet.authority, name).splitlines(True) if ".ssl." not in line]
        return lambda identity, rest: f"identity = {identity}\n{fleet.authority.settings(name)}{''.join(bare)}{rest}"

    client = Client(fleet.broker, tmp_path / "client", binaries / "mco", security=secured(ALICE))
    assert sorted(client.run("find").out.split()) == sorted(NODES)
    fleet.nodes[0].stop()
    node = Node(fleet.broker, tmp_path / "node", NODE, {"os": "Debian"}, ["base"], binaries / "mcollectived", security=secured(NODE))
    try:
        wait_until(lambda: client.run("find", "-I", NODE).out.split() == [NODE], 30, f"it is there: {node.log_text()[-2000:]}")
    finally:
        node.stop()
        fleet.nodes[0].start()
    shown = run([binaries / "mcollectived", "--print-config", "--config", node.config], env=plain_environment())
    assert f"(as plugin.x509.private_key) plugin.activemq.pool.1.ssl.key = {fleet.authority.folder}/{NODE}.key\n" in shown.out, shown
    found = client.run("doctor", "--json")
    assert any(finding["check"] == "login" and finding["status"] == "ok" for finding in json.loads(found.out)), found


def test_the_original_has_the_same_rights(fleet, need_original):
    fleet.check_the_original()


@pytest.mark.parametrize("file", ["mco-broker/broker.cfg", "mco-broker/users", "activemq/users.properties"])
def test_the_guide_shows_what_the_brokers_read(file):
    guide = (EXAMPLES.parents[1] / "brokers.md").read_text().splitlines()
    settings = [line for line in (EXAMPLES / file).read_text().splitlines() if line and not line.startswith("#")]
    assert settings and [line for line in settings if line not in guide] == []


@pytest.mark.parametrize("who, command, destination, headers, why", [
    (NODE, "SEND", "/topic/mcollective.rpcutil.agent", {}, "only the role client sends requests"),
    (NODE, "SEND", "/topic/mcollective.agents", {}, "only the role client sends requests"),
    (NODE, "SEND", DIRECTED, {}, "only the role client sends requests"),
    (NODE, "SUBSCRIBE", DIRECTED, {}, "selector mc_identity"),
    (NODE, "SUBSCRIBE", DIRECTED, {"selector": f"mc_identity = '{OTHER}'"}, f"an identity of {NODE}"),
    (NODE, "SUBSCRIBE", "/queue/mcollective.reply.client.lab.test_1.1", {}, "only the role client reads replies"),
    (NODE, "SUBSCRIBE", "/queue/elsewhere", {}, "allow line"),
    (ALICE, "SUBSCRIBE", DIRECTED, {"selector": f"mc_identity = '{NODE}'"}, "only the role node reads requests"),
    (ALICE, "SUBSCRIBE", "/topic/mcollective.rpcutil.agent", {}, "only the role node reads requests"),
    (ALICE, "SEND", "/queue/mcollective.reply.client.lab.test_1.1", {}, "only the role node answers requests"),
])
def test_what_is_not_allowed_is_refused_with_the_missing_right(fleet, who, command, destination, headers, why):
    peer = fleet.peer(who)
    refusal = peer.attempt(command, destination, **headers)
    assert refusal is not None and why in refusal and f"cert={who} may not" in refusal, refusal
    wait_until(lambda: f"cert={who} may not {'publish to' if command == 'SEND' else 'subscribe to'} {destination}: "
               in fleet.broker.process.output(), 5, "the log tells of it")
    peer.close()


def test_a_caller_cannot_read_what_another_one_waits_for(fleet):
    queue = "/queue/mcollective.reply.client.lab.test_4711.1"
    alice, bob = fleet.peer(ALICE), fleet.peer(BOB)
    assert alice.attempt("SUBSCRIBE", queue) is None
    assert f"cert={BOB} may not subscribe to {queue}" in bob.attempt("SUBSCRIBE", queue)
    alice.close()
    bob.close()


def test_others_do_not_get_in(fleet, tmp_path):
    stranger = Authority(tmp_path / "foreign")
    stranger.issue(FOREIGN)
    (stranger.folder / "ca.pem").write_bytes((fleet.authority.folder / "ca.pem").read_bytes())
    assert fleet.refused(FOREIGN, stranger)
    assert fleet.refused(REVOKED)
    assert fleet.refused(None)
    assert not fleet.refused(ALICE)


def test_reply_queues_can_be_bound_to_the_callers_certificate(binaries, tmp_path):
    """With the lines of the guide for `identity = NAME` in the clients' configuration."""
    authority = Authority(tmp_path / "pki")
    issue_all(authority)
    users = tmp_path / "users"
    users.touch(0o600)
    users.write_text(example("mco-broker/users", {}))
    broker = SecuredMcoBroker(binaries / "mco-broker", tmp_path, authority, extra=["--users", users])
    fleet = SecuredFleet(broker, authority, tmp_path, binaries, identity=ALICE)
    try:
        fleet.ready()
        fleet.check_daily_work()
        bob = fleet.peer(BOB)
        refusal = bob.attempt("SUBSCRIBE", f"/queue/mcollective.reply.{ALICE}_1.1")
        assert f"under an identity of {BOB}" in refusal, refusal
        bob.close()
    finally:
        fleet.stop()
        broker.stop()


def test_a_certificate_that_is_revoked_later_loses_its_connections_without_a_restart(fleet):
    authority = fleet.authority
    late = authority.issue("late.mcollective")
    peer = fleet.peer("late.mcollective")
    authority.revoke(fleet.revoked, late)
    command, headers, _ = peer.receive(10)
    assert command == "ERROR" and "certificate revoked" in headers["message"]
    peer.close()
    assert fleet.refused("late.mcollective")
    assert "late.mcollective was disconnected: the certificate is not accepted any more" in fleet.broker.process.output()
    fleet.ready()
