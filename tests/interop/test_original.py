"""Ours and Debian's original (psk) in one fleet: either client must get answers from either daemon, over either broker."""
import json

import pytest

from conftest import Fleet

EVERYBODY = 6


@pytest.fixture(scope="module", params=["mco_broker", "rabbitmq"])
def fleet(request, binaries, tmp_path_factory):
    from conftest import need
    from nodes import original_available
    need(original_available(), "the original (mcollective, mcollective-client)")
    broker = request.getfixturevalue(request.param)
    mixed = Fleet(broker, tmp_path_factory.mktemp("mixed"), binaries)
    mixed.add("ruby")
    mixed.add("ours")
    mixed.ready()
    yield mixed
    mixed.stop()


@pytest.fixture(params=["ours", "original"])
def mco(fleet, request):
    return getattr(fleet, request.param)


def found(client, *words):
    return sorted(client.run("find", *words).out.split())


def replies(client, *words):
    """One decoded reply per node, by sender."""
    done = client.run("rpc", *words, "--json")
    assert done.code == 0, done
    return {reply["sender"]: reply for reply in json.loads(done.out)}


def test_ping_hears_every_node(fleet, mco):
    done = mco.run("ping")
    assert done.code == 0, done
    assert sorted(line.split()[0] for line in done.out.splitlines() if "time=" in line) == fleet.names()
    assert f"{EVERYBODY} replies max:" in done.out


@pytest.mark.parametrize("words, numbers", [
    ((), (1, 2, 3)),
    (("-F", "country=uk"), (1, 2)),
    (("-F", "os=/^Deb/"), (1, 3)),
    (("-F", "cpus>=8"), (2, 3)),
    (("-F", "os!=Debian"), (2,)),
    (("-F", "nosuchfact=1"), ()),
    (("-C", "apache"), (1,)),
    (("-C", "/^roles::/"), (1, 3)),
    (("-A", "rpcutil"), (1, 2, 3)),
    (("-A", "/rpc/"), (1, 2, 3)),
    (("-A", "nosuchagent"), ()),
    (("-W", "country=uk apache"), (1,)),
    (("-I", "/[23].lab.test$/"), (2, 3)),
    (("-F", "country=uk", "-C", "postgres"), (2,)),
], ids=str)
def test_filters_select_the_same_nodes_of_both_kinds(fleet, mco, words, numbers):
    assert found(mco, *words) == sorted(f"{kind}{n}.lab.test" for kind in ("ours", "ruby") for n in numbers)


def test_plain_identity_is_taken_at_its_word(mco):
    assert found(mco, "-I", "ours1.lab.test") == ["ours1.lab.test"]


def test_rpcutil_ping_is_answered_by_the_mixed_fleet(fleet, mco):
    answers = replies(mco, "rpcutil", "ping")
    assert sorted(answers) == fleet.names()
    assert all(isinstance(answer["data"]["pong"], int) for answer in answers.values())


def test_get_fact(fleet, mco):
    answers = replies(mco, "rpcutil", "get_fact", "fact=os")
    assert {sender: answer["data"]["value"] for sender, answer in answers.items()} == {
        f"{kind}{n}.lab.test": os for kind in ("ours", "ruby") for n, os in ((1, "Debian"), (2, "RedHat"), (3, "Debian"))}


def test_inventory_has_the_same_shape_from_both(fleet, mco):
    answers = replies(mco, "rpcutil", "inventory")
    ours, ruby = answers["ours1.lab.test"]["data"], answers["ruby1.lab.test"]["data"]
    assert sorted(ours) == sorted(ruby)
    assert ours["facts"] == ruby["facts"]
    assert ours["classes"] == ruby["classes"]
    assert ours["collectives"] == ruby["collectives"]
    assert set(ruby["agents"]) <= set(ours["agents"])


def test_daemon_stats_has_the_same_shape_from_both(fleet, mco):
    answers = replies(mco, "rpcutil", "daemon_stats")
    ours, ruby = answers["ours2.lab.test"]["data"], answers["ruby2.lab.test"]["data"]
    assert sorted(ours) == sorted(ruby)
    assert {key: type(value) for key, value in ours.items()} == {key: type(value) for key, value in ruby.items()}
    assert ours["validated"] > 0 and ours["replies"] > 0


@pytest.mark.parametrize("kind", ["ours", "ruby"])
def test_inventory_of_one_node(mco, kind):
    done = mco.run("inventory", f"{kind}1.lab.test")
    assert done.code == 0, done
    for line in (f"Inventory for {kind}1.lab.test:", "      os => Debian", "      country => uk"):
        assert line in done.out.splitlines()
    assert "roles::web" in done.out


def test_facts_report_counts_both_kinds(mco):
    done = mco.run("facts", "country")
    assert done.code == 0, done
    assert "        mt                                       found 2 times" in done.out
    assert "        uk                                       found 4 times" in done.out


def test_bad_input_is_refused_by_nodes_of_both_kinds_alike(fleet, mco):
    """The client refuses before sending; what the nodes themselves say is seen in the integration tests."""
    done = mco.run("rpc", "rpcutil", "get_fact", "fact=/etc/passwd")
    assert done.code == 1
    assert "Cannot validate input fact" in done.err
