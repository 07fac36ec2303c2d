"""The legacy providers ssl and aes_security, with either serialiser, against Debian's original in both directions and over
either broker: one node and one client of each kind. With aes_security the nodes know nobody at first and learn both callers."""
import json

import pytest

from legacy_security import PROVIDERS, LegacyKeys, secured
from nodes import Client, Node
from processes import wait_until

FACTS = {"os": "Debian", "country": "uk"}
OURS, RUBY = "ours1.lab.test", "ruby1.lab.test"
BOTH = [OURS, RUBY]
CALLERS = {"ours": "john", "original": "jane"}


class Site:
    """`clients` by kind; every node has a folder `callers` of its own."""

    def __init__(self, broker, folder, binaries, provider, serialiser):
        self.folder = folder
        self.keys = LegacyKeys(folder / "keys", callers=())
        self.keys.add("john", known=provider == "ssl")
        self.keys.add("jane", certificate=provider != "ssl", known=provider == "ssl")
        self.learnt = [folder / f"callers-{name}" for name in BOTH] if provider == "aes_security" else None
        self.nodes = [self._node(broker, identity, program, provider, serialiser)
                      for identity, program in ((OURS, binaries / "mcollectived"), (RUBY, None))]
        extra = "plugin.aes.send_pubkey = 1\n" if provider == "aes_security" else ""
        self.clients = {kind: Client(broker, folder / kind, program, extra,
                                     security=secured(broker, self.keys.client(provider, CALLERS[kind], serialiser)))
                        for kind, program in (("ours", binaries / "mco"), ("original", None))}

    def _node(self, broker, identity, program, provider, serialiser):
        if self.learnt is None:
            lines = self.keys.node(provider, serialiser)
        else:
            callers = self.folder / f"callers-{identity}"
            callers.mkdir()
            lines = self.keys.node(provider, serialiser, callers) + self.keys.learning()
        return Node(broker, self.folder / identity, identity, FACTS, ["base", "roles::web"], program,
                    security=secured(broker, lines))

    def ready(self):
        def all_answer():
            return sorted(self.clients["ours"].run("find", "--dt", "2").out.split()) == BOTH
        wait_until(all_answer, 60, f"both nodes answer; logs in {self.folder}")

    def stop(self):
        for node in self.nodes:
            node.stop()


@pytest.fixture(scope="module", params=["mco_broker", "rabbitmq"])
def broker(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module", params=[(provider, serialiser) for provider in PROVIDERS for serialiser in ("marshal", "yaml")],
                ids="-".join)
def site(request, broker, binaries, tmp_path_factory):
    from conftest import need
    from nodes import original_available
    need(original_available(), "the original (mcollective, mcollective-client)")
    made = Site(broker, tmp_path_factory.mktemp("legacy"), binaries, *request.param)
    try:
        made.ready()
        yield made
    finally:
        made.stop()


@pytest.fixture(params=["ours", "original"])
def mco(site, request):
    return site.clients[request.param]


def replies(client, *words):
    """One decoded reply per node, by sender."""
    done = client.run("rpc", *words, "--json")
    assert done.code == 0, done
    return {reply["sender"]: reply for reply in json.loads(done.out)}


def test_ping(mco):
    done = mco.run("ping")
    assert done.code == 0, done
    assert sorted(line.split()[0] for line in done.out.splitlines() if "time=" in line) == BOTH


def test_rpcutil_ping(mco):
    answers = replies(mco, "rpcutil", "ping")
    assert sorted(answers) == BOTH
    assert all(isinstance(answer["data"]["pong"], int) for answer in answers.values())


def test_get_fact_of_the_nodes_that_a_filter_chooses(mco):
    answers = replies(mco, "rpcutil", "get_fact", "fact=os", "-F", "country=/^u/", "-C", "roles::web")
    assert {sender: answer["data"]["value"] for sender, answer in answers.items()} == {name: "Debian" for name in BOTH}


def test_inventory_of_each_kind(mco):
    answers = replies(mco, "rpcutil", "inventory")
    ours, ruby = answers[OURS]["data"], answers[RUBY]["data"]
    assert sorted(ours) == sorted(ruby)
    assert ours["facts"] == ruby["facts"] == FACTS
    assert ours["classes"] == ruby["classes"]


def test_inventory_of_one_node_by_name(mco):
    for name in BOTH:
        done = mco.run("inventory", name)
        assert done.code == 0, done
        assert f"Inventory for {name}:" in done.out and "      os => Debian" in done.out.splitlines()


def test_nodes_of_both_kinds_learn_with_aes_only(site):
    for client in site.clients.values():
        assert client.run("find", "--dt", "2").code == 0
    for folder in site.learnt or [site.keys.callers]:
        assert sorted(path.name for path in folder.iterdir()) == ["jane.pem", "john.pem"]
    if site.learnt is None:
        assert "A new caller is known" not in site.nodes[0].log_text()
        return
    for caller in CALLERS.values():
        line = f"A new caller is known from now on: its key is {site.learnt[0]}/{caller}.pem"
        wait_until(lambda said=line: said in site.nodes[0].log_text(), 10, "the daemon tells whom it learnt")


def test_the_daemon_says_that_it_is_for_migration(site):
    assert "is there for migration only" in site.nodes[0].log_text()
