"""RabbitMQ with the guide's configuration: mutual TLS, one user per certificate, and rights for exchanges and routing keys."""
import pytest

from brokers import RabbitMq, SecuredRabbitMq
from conftest import need
from pki import Authority
from processes import wait_until
from secured import CALLERS, FOREIGN, NODES, REVOKED, RUBY_NODE, SecuredFleet, issue_all
from stomp import Stomp

ALICE, BOB = CALLERS
NODE, OTHER = NODES[0], NODES[1]
LATE = "late.mcollective"
BROADCAST, DIRECTED, REPLY = "/exchange/mcollective_broadcast", "/exchange/mcollective_directed", "/exchange/mcollective_reply"


@pytest.fixture(scope="module")
def fleet(binaries, tmp_path_factory):
    need(RabbitMq.available(), "rabbitmq-server")
    folder = tmp_path_factory.mktemp("rabbitmq-rights")
    authority = Authority(folder / "pki")
    revoked = issue_all(authority)
    broker = SecuredRabbitMq(folder, authority, [*NODES, RUBY_NODE, *CALLERS, REVOKED, FOREIGN, LATE])
    fleet = SecuredFleet(broker, authority, folder, binaries, identity=ALICE, extra="plugin.rabbitmq.use_reply_exchange = 1\n")
    fleet.revoked = revoked
    yield fleet
    fleet.stop()
    broker.stop()


def test_the_daily_work_is_allowed(fleet):
    fleet.ready()
    fleet.check_daily_work()
    assert "access_refused" not in fleet.broker.process.output()


def test_the_original_has_the_same_rights(fleet, need_original):
    fleet.check_the_original()


@pytest.mark.parametrize("who, command, destination", [
    (NODE, "SEND", f"{BROADCAST}/rpcutil"),
    (NODE, "SEND", f"{DIRECTED}/{OTHER}"),
    (NODE, "SUBSCRIBE", f"{DIRECTED}/{OTHER}"),
    (NODE, "SUBSCRIBE", f"{DIRECTED}/#"),
    (NODE, "SUBSCRIBE", f"{DIRECTED}/*.lab.test"),
    (NODE, "SUBSCRIBE", f"{REPLY}/{ALICE}_1_1"),
    (NODE, "SUBSCRIBE", "/queue/elsewhere"),
    (NODE, "SEND", "/queue/elsewhere"),
    (ALICE, "SUBSCRIBE", f"{DIRECTED}/{NODE}"),
    (ALICE, "SUBSCRIBE", f"{BROADCAST}/rpcutil"),
    (ALICE, "SUBSCRIBE", f"{REPLY}/{BOB}_1_1"),
    (ALICE, "SUBSCRIBE", f"{REPLY}/#"),
    (ALICE, "SEND", f"{REPLY}/{BOB}_1_1"),
])
def test_what_is_not_allowed_is_refused_and_logged(fleet, who, command, destination):
    peer = fleet.peer(who)
    refusal = peer.attempt(command, destination)
    peer.close()
    assert refusal is not None and f"user '{who}'" in refusal and "refused" in refusal, refusal
    wait_until(lambda: refusal.split("access to")[-1].splitlines()[0] in fleet.broker.process.output(), 5, "the log tells of it")


@pytest.mark.parametrize("who, command, destination", [
    (NODE, "SUBSCRIBE", f"{DIRECTED}/{NODE}"),
    (NODE, "SUBSCRIBE", f"{BROADCAST}/rpcutil"),
    (NODE, "SEND", f"{REPLY}/{ALICE}_1_1"),
    (ALICE, "SEND", f"{DIRECTED}/{NODE}"),
    (ALICE, "SUBSCRIBE", f"{REPLY}/{ALICE}_12_3"),
])
def test_what_each_needs_is_allowed(fleet, who, command, destination):
    peer = fleet.peer(who)
    assert peer.attempt(command, destination) is None
    peer.close()


def test_others_do_not_get_in(fleet, tmp_path):
    stranger = Authority(tmp_path / "foreign")
    stranger.issue(FOREIGN)
    (stranger.folder / "ca.pem").write_bytes((fleet.authority.folder / "ca.pem").read_bytes())
    fleet.authority.issue("unknown.lab.test")
    assert fleet.refused(FOREIGN, stranger)
    assert fleet.refused(REVOKED)
    assert fleet.refused(None)
    assert fleet.refused("unknown.lab.test"), "there is no user of this name"
    assert not fleet.refused(ALICE)


@pytest.mark.parametrize("passcode", ["", "guess"])
def test_a_login_does_not_make_a_node_a_caller(fleet, passcode):
    with pytest.raises(AssertionError, match="Bad CONNECT"):
        Stomp(fleet.broker.port, ALICE, passcode, context=fleet.authority.context(NODE))


def test_revoking_needs_no_restart(fleet):
    """A new list keeps the certificate out, and removing the user ends the connections it has."""
    authority, broker = fleet.authority, fleet.broker
    late = authority.issue(LATE)
    peer = fleet.peer(LATE)
    authority.revoke(fleet.revoked, late)
    broker.publish_crl()
    wait_until(lambda: fleet.refused(LATE), 30, "the new list counts")
    assert peer.attempt("SEND", f"{BROADCAST}/rpcutil") is None, "connections stay"
    assert broker.control("delete_user", LATE).code == 0
    command, _, body = peer.receive(10)
    assert command == "ERROR" and f"user '{LATE}' is deleted" in body.decode()
    peer.close()
