"""ActiveMQ with the guide's configuration: mutual TLS and rights from certificates, and passwords beside the original."""
import pytest

from brokers import ActiveMq, SecuredActiveMq
from conftest import FACTS, need
from nodes import Client, Node, common
from pki import Authority
from processes import wait_until
from secured import CALLERS, FOREIGN, NODES, REVOKED, SecuredFleet, issue_all
from stomp import Stomp

ALICE, BOB = CALLERS
NODE, OTHER = NODES[0], NODES[1]
DIRECTED = "/queue/mcollective.nodes"


@pytest.fixture(scope="module")
def fleet(binaries, tmp_path_factory):
    need(ActiveMq.available(), "activemq")
    folder = tmp_path_factory.mktemp("activemq")
    authority = Authority(folder / "pki")
    issue_all(authority)
    broker = SecuredActiveMq(folder, authority)
    fleet = SecuredFleet(broker, authority, folder, binaries)
    yield fleet
    fleet.stop()
    broker.stop()


def test_the_daily_work_is_allowed(fleet):
    fleet.ready()
    fleet.check_daily_work()
    assert "not authorized" not in fleet.broker.process.output()


@pytest.mark.parametrize("who, command, destination", [
    (NODE, "SEND", "/topic/mcollective.rpcutil.agent"),
    (NODE, "SEND", "/topic/mcollective.discovery.agent"),
    (NODE, "SEND", DIRECTED),
    (NODE, "SUBSCRIBE", "/queue/mcollective.reply.client.lab.test_1.1"),
    (NODE, "SUBSCRIBE", "/queue/mcollective.reply.>"),
    (NODE, "SUBSCRIBE", "/queue/>"),
    (NODE, "SUBSCRIBE", "/topic/ActiveMQ.Advisory.>"),
    (NODE, "SEND", "/queue/elsewhere"),
    (ALICE, "SUBSCRIBE", DIRECTED),
    (ALICE, "SUBSCRIBE", "/topic/mcollective.rpcutil.agent"),
    (ALICE, "SEND", "/queue/mcollective.reply.client.lab.test_1.1"),
    (ALICE, "SUBSCRIBE", "/topic/>"),
])
def test_what_is_not_allowed_is_refused_and_logged(fleet, who, command, destination):
    peer = fleet.peer(who)
    refusal = peer.attempt(command, destination)
    peer.close()
    name = destination.replace("/queue/", "queue://").replace("/topic/", "topic://")
    expected = f"User CN={who} is not authorized to {'write to' if command == 'SEND' else 'read from'}: {name}"
    assert refusal is not None and expected in refusal, refusal
    assert expected in fleet.broker.process.output()


def test_others_do_not_get_in(fleet, tmp_path):
    stranger = Authority(tmp_path / "foreign")
    stranger.issue(FOREIGN)
    (stranger.folder / "ca.pem").write_bytes((fleet.authority.folder / "ca.pem").read_bytes())
    assert fleet.refused(FOREIGN, stranger)
    assert fleet.refused(REVOKED)
    assert fleet.refused(None)
    assert not fleet.refused(ALICE)


def test_a_name_that_only_contains_a_callers_name_is_a_node(fleet):
    fleet.authority.issue("alice.mcollective.lab.test")
    peer = fleet.peer("alice.mcollective.lab.test")
    assert "not authorized to write" in peer.attempt("SEND", "/topic/mcollective.rpcutil.agent")
    peer.close()


def test_what_activemq_cannot_restrict(fleet):
    """The guide says so; should a later ActiveMQ be stricter, the guide is to be changed."""
    node, bob = fleet.peer(NODE), fleet.peer(BOB)
    assert node.attempt("SUBSCRIBE", DIRECTED, selector=f"mc_identity = '{OTHER}-not-there'") is None
    assert bob.attempt("SUBSCRIBE", "/queue/mcollective.reply.alice-host_1.>") is None
    node.close()
    bob.close()


def test_with_passwords_nodes_and_clients_of_both_kinds_work_together(binaries, tmp_path, need_original):
    need(ActiveMq.available(), "activemq")
    passwords = {"node.password": "password-of-nodes", "caller.password": "password-of-callers"}
    broker = ActiveMq(tmp_path, "activemq-passwords.xml", passwords)

    def login(user):
        return lambda identity, rest: (common(broker, identity, rest).replace("1.user = mcollective", f"1.user = {user}")
                                       .replace("1.password = marionette", f"1.password = {passwords[user + '.password']}"))

    names = {"ours.lab.test": binaries / "mcollectived", "ruby.lab.test": None}
    nodes = [Node(broker, tmp_path / name, name, *FACTS[1], program, security=login("node")) for name, program in names.items()]
    clients = [Client(broker, tmp_path / str(number), program, security=login("caller"))
               for number, program in enumerate([binaries / "mco", None])]
    try:
        wait_until(lambda: sorted(clients[0].run("find", "--dt", "1").out.split()) == sorted(names), 60, "both nodes answer")
        for client in clients:
            assert sorted(client.run("find").out.split()) == sorted(names)
            for identity in names:
                done = client.run("rpc", "rpcutil", "get_fact", "fact=os", "-I", identity)
                assert done.code == 0 and identity in done.out and "Debian" in done.out, done
        peer = Stomp(broker.port, "node", passwords["node.password"])
        assert "not authorized to write" in peer.attempt("SEND", "/topic/mcollective.rpcutil.agent")
        peer.close()
        with pytest.raises(AssertionError, match="User name .* or password is invalid"):
            Stomp(broker.port, "caller", passwords["node.password"])
    finally:
        for node in nodes:
            node.stop()
        broker.stop()
