"""Compound filters (-S): either client's token lists must be judged alike by our daemon and by Debian's original (psk)."""
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from conftest import need
from legacy_security import LegacyKeys, secured
from nodes import Client, Node, original_available
from processes import wait_until

OURS, RUBY = "ours1.lab.test", "ruby1.lab.test"
BOTH, NEITHER = sorted([OURS, RUBY]), []
FACTS = {"os": "{family: Debian, release: {major: '12'}}", "country": "uk", "cpus": "'16'", "load": "'0.75'", "motto": "'a and (b)'",
         "disks": "[sda, sdb]", "empty": "''"}
CLASSES = ["base", "apache", "roles::web"]

# Every word of an expression that has to be the path of a file of 12 bytes is written FILE, one that is none ABSENT.
AGREED = [
    # facts and classes
    ("country=uk", BOTH), ("country=de", NEITHER), ("country = uk and apache", BOTH), ("not country=de", BOTH), ("!country=uk", NEITHER),
    ("not nosuch=1", BOTH), ("cpus>4", BOTH), ("cpus>=16 and cpus<=16", BOTH), ("cpus<4 or load>0.5", BOTH), ("country=/^u/", BOTH),
    ("country=/^U/", NEITHER), ("motto='a and (b)'", BOTH), ("motto=/and .b/ and not nosuch", BOTH), ("disks=sdb", BOTH), ("os=family", BOTH),
    ("apache and not ( postgres or /^nosuch/ )", BOTH), ("/^roles::/ and base", BOTH), ("!!apache", BOTH),
    ("nosuch or apache and base", BOTH), ("(nosuch or apache) and nosuch", NEITHER), ("nosuch and apache or base", BOTH),
    # functions: texts, numbers, booleans, patterns
    ("fstat('FILE').md5=6f5902ac237024bdd0c176cb93063dc4", BOTH), ("fstat('FILE').md5=/^6f59/", BOTH), ("fstat('FILE').md5!=/^6f59/", NEITHER),
    ("fstat('FILE').size=12", BOTH), ("fstat('FILE').size>11 and fstat('FILE').size<0xd", BOTH), ("fstat('FILE').size>=1.2e1", BOTH),
    ("fstat('FILE').type=file and fstat('/').type=directory", BOTH), ("fstat('FILE').type<z", NEITHER), ("fstat('FILE').size=/1/", NEITHER),
    ("fstat('ABSENT').present=1", NEITHER), ("fstat('ABSENT').output='not present'", BOTH), ("not fstat('ABSENT').mtime_age<1", BOTH),
    ("fstat('/etc').mode=/^4/", BOTH), ("agent('rpcutil').timeout=10", BOTH), ("agent('rpcutil').license=/./", BOTH),
    ("collective('mcollective').member=true", BOTH), ("collective('nosuch').member=false", BOTH), ("collective('nosuch').member!=false", NEITHER),
    ("fact('os.family').value=Debian", BOTH), ("fact('os.nosuch').exists=true", NEITHER), ("fact('disks.1').value=sdb", BOTH),
    ("fact('os').value_encoding='application/json'", BOTH), ("fact('os.release').value=/major/", BOTH), ("fstat('FILE`').size=12", NEITHER),
    # what aborts the whole filter, in either daemon
    ("not agent('nosuch').version=1", NEITHER), ("fstat('FILE').size=many", NEITHER), ("not fstat('FILE').size=many", NEITHER),
    ("not collective('mcollective').member=perhaps", NEITHER), ("fact('disks.x').value=1", NEITHER),
]

# What our nodes understand and the original's do not (docs/differences.md).
OURS_ONLY = [
    ("os.family=Debian", [OURS]), ("os.release.major>=12 and disks.0=sda", [OURS]), ("country!=de", [OURS]),
]


class Fleet:
    """One node of either kind, and either client; `node` and `client` are the security of those, where it is not psk."""

    def __init__(self, broker, folder, binaries, node=None, client=None):
        self.folder = folder
        self.file = folder / "twelve"
        self.file.write_text("hello world\n")
        self.nodes = [Node(broker, folder / OURS, OURS, FACTS, CLASSES, binaries / "mcollectived", security=node),
                      Node(broker, folder / RUBY, RUBY, FACTS, CLASSES, security=node)]
        self.clients = {"ours": Client(broker, folder / "client", binaries / "mco", security=client),
                        "original": Client(broker, folder / "ruby-client", security=client)}

    def find(self, client, *words):
        done = self.clients[client].run("find", *(self.text(word) for word in words))
        assert not done.err, done
        return sorted(done.out.split())

    def text(self, expression):
        return expression.replace("FILE", str(self.file)).replace("ABSENT", str(self.folder / "nosuch"))

    def ready(self):
        wait_until(lambda: self.find("ours", "--dt", "1") == BOTH, 60, f"both nodes answer; logs in {self.folder}")


@pytest.fixture(scope="module")
def fleet(mco_broker, binaries, tmp_path_factory):
    need(original_available(), "the original (mcollective, mcollective-client)")
    mixed = Fleet(mco_broker, tmp_path_factory.mktemp("compound"), binaries)
    try:
        mixed.ready()
        yield mixed
    finally:
        for node in mixed.nodes:
            node.stop()


@pytest.fixture(scope="module", params=["ours", "original"])
def found(fleet, request):
    """What each agreed expression finds; some are asked at once, because each takes seconds of waiting."""
    with ThreadPoolExecutor(4) as pool:
        asked = {expression: pool.submit(fleet.find, request.param, "-S", expression, "--dt", "2") for expression, _ in AGREED}
    return asked


@pytest.mark.parametrize("expression, expected", AGREED, ids=[expression for expression, _ in AGREED])
def test_both_daemons_judge_alike(found, expression, expected):
    """The original's client sends regular expressions as Regexp objects of Marshal, ours as text."""
    assert found[expression].result() == expected


def test_an_empty_filter_finds_nobody_or_is_refused(fleet):
    """The original's client sends it; ours says that it means nothing (issue 12, 2)."""
    assert fleet.find("original", "-S", "", "--dt", "1") == NEITHER
    done = fleet.clients["ours"].run("find", "-S", "")
    assert done.code == 1 and "-S needs a filter" in done.err, done


@pytest.mark.parametrize("expression, expected", OURS_ONLY, ids=[expression for expression, _ in OURS_ONLY])
@pytest.mark.parametrize("client", ["ours", "original"])
def test_what_only_our_nodes_understand(fleet, client, expression, expected):
    assert fleet.find(client, "-S", expression, "--dt", "1") == expected


@pytest.mark.parametrize("expression", ["country==uk", "country=~/^u/", "cpus=>16", "cpus =< 16"])
def test_our_client_spells_facts_as_the_original_reads_them(fleet, expression):
    assert fleet.find("ours", "-S", expression, "--dt", "1") == BOTH


def test_a_pattern_that_is_none(fleet):
    """The original's client sends it to nodes that all drop it; ours says what is wrong."""
    assert fleet.find("original", "-S", "not country=/(/", "--dt", "1") == NEITHER
    done = fleet.clients["ours"].run("find", "-S", "not country=/(/")
    assert done.code == 1 and "/(/" in done.err, done


def test_all_expressions_have_to_hold(fleet):
    assert fleet.find("ours", "-S", "apache", "-S", "fstat('FILE').size=12", "-F", "country=uk", "--dt", "1") == BOTH
    assert fleet.find("ours", "-S", "apache", "-S", "nosuch", "--dt", "1") == NEITHER
    assert fleet.find("original", "-S", "apache", "-S", "fstat('FILE').size=12", "-C", "base", "--dt", "1") == BOTH


@pytest.mark.parametrize("client", ["ours", "original"])
def test_calls_carry_the_filter(fleet, client):
    done = fleet.clients[client].run("rpc", "rpcutil", "get_fact", "fact=country", "-S", fleet.text("fstat('FILE').size=12 and apache"), "--dt", "1",
                                     "--np", "--json")
    assert done.code == 0, done
    assert sorted(reply["sender"] for reply in json.loads(done.out)) == BOTH


@pytest.fixture(scope="module")
def yaml_fleet(mco_broker, binaries, tmp_path_factory):
    need(original_available(), "the original (mcollective, mcollective-client)")
    folder = tmp_path_factory.mktemp("yaml")
    keys = LegacyKeys(folder / "keys")
    mixed = Fleet(mco_broker, folder, binaries, secured(mco_broker, keys.node("ssl", "yaml")), secured(mco_broker, keys.client("ssl", serialiser="yaml")))
    try:
        mixed.ready()
        yield mixed
    finally:
        for node in mixed.nodes:
            node.stop()


@pytest.mark.parametrize("client", ["ours", "original"])
@pytest.mark.parametrize("expression, expected", [
    ("fstat('FILE').md5=/^6f59/ and not nosuch", BOTH), ("fstat('FILE').md5!=/^6f59/", NEITHER), ("!(country=de or country=/a b/)", BOTH),
    ("collective('mcollective').member=true", BOTH),
])
def test_filters_cross_the_wire_as_yaml(yaml_fleet, client, expression, expected):
    assert yaml_fleet.find(client, "-S", expression, "--dt", "1") == expected
