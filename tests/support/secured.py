"""Three nodes and callers with certificates behind a broker with mutual TLS, and what has to work there."""
import json

from brokers import tls_connection
from nodes import PSK, Client, Node
from processes import wait_until
from stomp import Stomp

NODES = ("node1.lab.test", "node2.lab.test", "node3.lab.test")
CALLERS = ("alice.mcollective", "bob.mcollective")
RUBY_NODE = "ruby.lab.test"
REVOKED = "revoked.mcollective"
FOREIGN = "foreign.mcollective"


def issue_all(authority):
    """Certificates for everybody here; returns the revoked one."""
    for name in (*NODES, RUBY_NODE, *CALLERS):
        authority.issue(name)
    revoked = authority.issue(REVOKED)
    authority.revoke(revoked)
    return revoked


class SecuredFleet:
    """Our daemons and a client: x509 inside, mutual TLS outside. `extra` goes into every configuration file."""

    def __init__(self, broker, authority, folder, binaries, identity="client.lab.test", extra=""):
        self.broker, self.authority, self.folder, self.binaries = broker, authority, folder, binaries
        self.identity, self.extra = identity, extra
        self.nodes = [Node(broker, folder / name, name, {"os": "Debian", "name": name}, ["base"], binaries / "mcollectived",
                           security=self._settings(name)) for name in NODES]
        self.client = Client(broker, folder / "client", binaries / "mco", identity=identity, security=self._settings(CALLERS[0]))

    def _settings(self, certificate):
        lines = self.authority.settings(certificate) + tls_connection(self.broker, self.authority, certificate) + self.extra
        return lambda identity, rest: f"identity = {identity}\n{lines}{rest}"

    def ready(self):
        wait_until(lambda: sorted(self.client.run("find", "--dt", "1").out.split()) == sorted(NODES), 60,
                   "all nodes answer: " + "".join(node.log_text()[-1500:] for node in self.nodes))

    def stop(self):
        for node in self.nodes:
            node.stop()

    def peer(self, name=None, authority=None):
        """A STOMP client with this certificate, logged in."""
        return Stomp(self.broker.port, login=None, context=(authority or self.authority).context(name))

    def refused(self, name=None, authority=None):
        """True when nobody gets in with this certificate."""
        try:
            self.peer(name, authority).close()
        except (AssertionError, OSError):  # an ERROR frame, or TLS itself says no
            return True
        return False

    def check_daily_work(self):
        """ping, find, a fact of all by broadcast, and a fact of one and of two by directed requests."""
        ping = self.client.run("ping")
        assert ping.code == 0 and all(name in ping.out for name in NODES), ping
        assert sorted(self.client.run("find").out.split()) == sorted(NODES)
        for wanted in (NODES, NODES[:1], NODES[1:]):
            words = [word for name in wanted for word in ("-I", name)] if wanted != NODES else []
            done = self.client.run("rpc", "rpcutil", "get_fact", "fact=name", "-j", *words)
            assert done.code == 0, done
            replies = {reply["sender"]: reply["data"]["value"] for reply in json.loads(done.out)}
            assert replies == {name: name for name in wanted}, done

    def check_the_original(self):
        """The Ruby daemon and both clients, with a shared key inside the same connections."""
        def settings(certificate):
            lines = tls_connection(self.broker, self.authority, certificate) + self.extra
            return lambda identity, rest: (f"identity = {identity}\ncollectives = mcollective\nmain_collective = mcollective\n"
                                           f"securityprovider = psk\nplugin.psk = {PSK}\n{lines}{rest}")

        node = Node(self.broker, self.folder / RUBY_NODE, RUBY_NODE, {"os": "Debian"}, ["base"], security=settings(RUBY_NODE))
        clients = [Client(self.broker, self.folder / f"psk-client-{kind}", program, identity=self.identity, security=settings(CALLERS[0]))
                   for kind, program in (("ruby", None), ("ours", self.binaries / "mco"))]
        try:
            for client in clients:
                wait_until(lambda: client.run("find", "--dt", "1").out.split() == [RUBY_NODE], 30,
                           f"the original answers: {node.log_text()[-3000:]}")
                done = client.run("rpc", "rpcutil", "get_fact", "fact=os", "-I", RUBY_NODE)
                assert done.code == 0 and "Debian" in done.out, done
        finally:
            node.stop()
