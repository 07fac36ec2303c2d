"""Compound filters and data plug-ins on a running node: what they select, what they cost, and what happens when they take too long."""
import json
import re
import time

import pytest

from messages import EMPTY_FILTER, psk_request
from nodes import PSK, Client, Node, connection
from pki import Authority
from processes import wait_until
from stomp import Stomp

pytestmark = pytest.mark.threads
NODE, CALLER = "node1.lab.test", "alice.mcollective"
FACTS = {"os": "{family: Debian, release: {major: '12'}}", "os.family": "literal", "disks": "[sda, {size: '1'}]", "cpus": "'16'",
         "aaaa": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"}
HUGE = 1 << 40  # bytes, all of them holes: reading them takes minutes


class Site:
    """One node and a client under one security provider."""

    def __init__(self, provider, broker, binaries, folder):
        security = {} if provider == "psk" else self._certificates(broker, folder)
        self.small, self.huge = folder / "small", folder / "huge"
        self.small.write_text("hello world\n")
        with open(self.huge, "wb") as file:
            file.truncate(HUGE)
        self.node = Node(broker, folder / "node", NODE, FACTS, ["base", "roles::web"], binaries / "mcollectived", security=security.get(NODE))
        self.client = Client(broker, folder / "client", binaries / "mco", security=security.get(CALLER), identity=CALLER)

    @staticmethod
    def _certificates(broker, folder):
        authority = Authority(folder / "pki")
        for name in (NODE, CALLER):
            authority.issue(name)

        def settings(name):
            return lambda identity, rest: f"identity = {identity}\n{authority.settings(name)}{connection(broker)}{rest}"
        return {NODE: settings(NODE), CALLER: settings(CALLER)}

    def found(self, *words):
        done = self.client.run("find", "--dt", "1", *words)
        assert not done.err, done
        return done.out.split()

    def counted(self, name):
        done = self.client.run("rpc", "rpcutil", "daemon_stats", "--json", "-I", NODE)
        return json.loads(done.out)[0]["data"][name]


@pytest.fixture(scope="module", params=["psk", "x509"])
def site(request, mco_broker, binaries, tmp_path_factory):
    made = Site(request.param, mco_broker, binaries, tmp_path_factory.mktemp(request.param))
    try:
        wait_until(lambda: made.found() == [NODE], 60, "the node answers: " + made.node.log_text()[-2000:])
        yield made
    finally:
        made.node.stop()


@pytest.mark.parametrize("expression, matches", [
    ("roles::web and os.release.major>=12", True), ("not base", False), ("os.family=literal", True), ("disks.1.size=1 and disks.0=/^sd/", True),
    ("disks=sda", True), ("fact('os.release.major').value=12", True), ("fstat('SMALL').size=12 and fstat('SMALL').md5=/^6f59/", True),
    ("fstat('SMALL').size>12 or agent('rpcutil').timeout<10", False), ("nosuch or collective('mcollective').member=true", True),
])
def test_filters_select(site, expression, matches):
    assert site.found("-S", expression.replace("SMALL", str(site.small))) == ([NODE] if matches else [])


@pytest.mark.parametrize("words, matches", [
    (("-F", "os.release.major=12"), True), (("-F", "os.release.major>11"), True), (("-F", "os.family=literal"), True), (("-F", "os.family=Debian"), False),
    (("-F", "disks.0=sda"), True), (("-F", "disks=sda"), True), (("-F", "os.release=major"), True), (("-F", "disks.7=x"), False),
    (("-W", "os.release.major=/^1/ base"), True), (("-W", "os.nosuch!=x"), False),
])
def test_facts_go_by_paths(site, words, matches):
    assert site.found(*words) == ([NODE] if matches else [])


def test_facts_inside_others_are_told(site):
    done = site.client.run("rpc", "rpcutil", "get_facts", "facts=os.release.major,os.family,disks.1,nosuch.x", "--json", "-I", NODE)
    assert json.loads(done.out)[0]["data"]["values"] == {"os.release.major": "12", "os.family": "literal", "disks.1": {"size": "1"}, "nosuch.x": None}
    assert "12 " in site.client.run("facts", "os.release.major", "--dt", "1").out


def test_only_what_is_looked_at_is_read(site):
    assert site.found("-S", f"fstat('{site.huge}').size={HUGE} and fstat('{site.huge}').type=file") == [NODE]


def test_who_takes_too_long_is_dropped_and_nobody_waits(site):
    """More of them than workers may be lent; meanwhile the node answers everybody else."""
    before, expired = len(site.node.log_text()), site.counted("ttlexpired")
    question = f"fstat('{site.huge}').md5=x"
    started = time.monotonic()
    for _ in range(8):
        site.client.run("rpc", "rpcutil", "ping", "-S", question, "--nr")
    assert site.client.run("rpc", "rpcutil", "ping", "-I", NODE).code == 0
    assert site.found("-S", f"base or {question}") == [NODE], "this needs no data"
    wait_until(lambda: site.counted("ttlexpired") == expired + 8, 30, "all are dropped: " + site.node.log_text()[before:])
    assert time.monotonic() - started < 30
    said = site.node.log_text()[before:]
    assert re.search(r"dropped at expired: (The data plugin fstat took longer than 1 s|the data plug-ins of its filter did not answer within 1 s)", said)
    assert site.found("-S", question) == []
    assert site.found("-S", f"fstat('{site.small}').size=12") == [NODE], "the workers are back"


def test_calls_carry_their_filters(site):
    done = site.client.run("rpc", "rpcutil", "get_fact", "fact=cpus", "-S", f"fstat('{site.small}').present=1", "--json", "--dt", "1")
    assert [reply["data"]["value"] for reply in json.loads(done.out)] == ["16"]
    done = site.client.run("rpc", "rpcutil", "get_fact", "fact=cpus", "-S", f"fstat('{site.small}').present=0", "--json", "--dt", "1")
    assert json.loads(done.out or "[]") == []


def statement(text):
    return {"statement": text}


NOT, AND, OPEN = {"not": "not"}, {"and": "and"}, {"(": "("}
FUNCTION = {"name": "fstat", "value": "size", "params": "/", "operator": ">", "r_compare": "1"}


UNJUDGEABLE = [
    ([statement("base"), statement("base")], "is missing before 'base'"), ([NOT], "is missing after 'not'"), ([OPEN] * 60, "nested deeper than 50"),
    ([statement("base")] + [AND, statement("base")] * 300, "too many parts"), ([{"statement": 7}], "a statement that is no text"),
    ("base", "something that is no list"), ([["base"]], "an entry that is no single pair"), ([statement("aaaa=/^(a+)+$/")], "/\\^\\(a\\+\\)\\+\\$/.*(steps|limit)"),
    ([statement("cpus=/(/")], "/\\(/"), ([{"fstatement": dict(FUNCTION, operator="; true")}], "compared by"),
    ([{"fstatement": dict(FUNCTION, r_compare="x")}], "as a number"), ([{"fstatement": dict(FUNCTION, name="instance_eval")}], "data plugin 'instance_eval_data'"),
    ([statement("base"), {"or": "or"}, {"fstatement": dict(FUNCTION, name="sleep", params="99")}], "data plugin 'sleep_data'"),
    ([{"fstatement": dict(FUNCTION, params="/" * 121)}], "longer than 120"), ([{"fstatement": dict(FUNCTION, params=["/"])}], "arguments that are no text"),
]


@pytest.mark.parametrize("site", ["psk"], indirect=True)  # the lists are made by hand
@pytest.mark.parametrize("stack, reason", UNJUDGEABLE, ids=[reason for _, reason in UNJUDGEABLE])
def test_what_cannot_be_judged_is_dropped_with_its_reason(mco_broker, site, stack, reason):
    before = len(site.node.log_text())
    peer = Stomp(mco_broker.port)
    try:
        request = psk_request(PSK, filter=dict(EMPTY_FILTER, compound=[stack]))
        peer.publish("/topic/mcollective.discovery.agent", request, reply_to="/queue/mcollective.reply.tester_1.1")
        wait_until(lambda: re.search(f"dropped at (not_for_us|malformed): .*({reason})", site.node.log_text()[before:]), 20,
                   f"the log says {reason!r}: " + site.node.log_text()[before:][-1500:])
    finally:
        peer.close()
    assert site.found("-S", "base") == [NODE]
