"""Authorisation by policy files, with real programs: alice may, bob may not, and the files may change while the node runs."""
import json
import os

import pytest

from nodes import Client, Node, connection, plain_environment
from pki import Authority
from processes import run, wait_until

NODE = "node1.lab.test"
DENIED = "You are not authorized to call this agent or action."
FACTS = {"environment": "production", "cpus": "16"}


class Site:
    """One node with policies, and a client for each caller."""

    def __init__(self, broker, folder, binaries):
        self.binaries = binaries
        self.authority = Authority(folder / "ca")
        for name in (NODE, "alice.mcollective", "bob.mcollective"):
            self.authority.issue(name)
        self.authority.issue("carol.mcollective", extensions={"1.13": "operator"})
        self.broker, self.folder = broker, folder
        self.policies = folder / "node" / "policies"
        (self.policies / "uk").mkdir(parents=True)
        self.node = None
        self.clients = {name: self._client(name) for name in ("alice", "bob", "carol")}

    def _security(self, certificate):
        lines = (self.authority.settings(certificate) + connection(self.broker)
                 + "collectives = mcollective,uk\nmain_collective = mcollective\n")
        return lambda identity, rest: f"identity = {identity}\n{lines}{rest}"

    def _client(self, name):
        certificate = f"{name}.mcollective"
        return Client(self.broker, self.folder / name, self.binaries / "mco", security=self._security(certificate))

    def start(self, extra=""):
        settings = "rpcauthorization = 1\nrpcauthprovider = action_policy\n" + extra
        self.node = Node(self.broker, self.folder / "node", NODE, FACTS, ["base"], self.binaries / "mcollectived", extra=settings,
                         security=self._security(NODE))
        self.wait()

    def wait(self):
        wait_until(lambda: NODE in self.clients["alice"].run("find", "--dt", "1").out, 60, f"the node answers: {self.node.log_text()}")

    def write(self, name, text, mode=0o644):
        """As an editor does it: the new file takes the place of the old one."""
        beside = self.policies / (name + ".new")
        beside.write_text(text)
        beside.chmod(mode)
        os.replace(beside, self.policies / name)

    def clear(self):
        for path in list(self.policies.rglob("*")):
            if path.is_file():
                path.unlink()

    def call(self, caller, action="ping", *words):
        """Status and text of the node's reply."""
        done = self.clients[caller].run("rpc", "rpcutil", action, *words, "-I", NODE, "--json")
        replies = [element for element in json.loads(done.out) if "sender" in element]  # besides: who is missing, and why
        assert len(replies) == 1, done
        return replies[0]["statuscode"], replies[0]["statusmsg"]

    def last_denial(self):
        lines = [line for line in self.node.log_text().splitlines() if " may not " in line]
        return lines[-1] if lines else ""


@pytest.fixture(scope="module")
def site(mco_broker, binaries, tmp_path_factory):
    made = Site(mco_broker, tmp_path_factory.mktemp("policies"), binaries)
    made.start()
    yield made
    made.node.stop()


@pytest.fixture(autouse=True)
def no_policies(site):
    site.clear()


def test_without_a_policy_rpcutil_is_refused_but_discovery_is_not(site):
    assert site.call("alice") == (1, DENIED)
    assert NODE in site.clients["alice"].run("ping").out
    assert NODE in site.clients["bob"].run("find").out
    assert "there is no policy for rpcutil, and allow_unconfigured is off" in site.last_denial()


def test_alice_may_and_bob_may_not(site):
    site.write("rpcutil.policy", "policy default deny\nallow\tcert=alice.mcollective\tping\t*\t*\ndeny\tcert=bob.mcollective\t*\t*\t*\n")
    assert site.call("alice") == (0, "OK")
    assert site.call("bob") == (1, DENIED)
    line = site.last_denial()
    assert "cert=bob.mcollective" in line and "rpcutil#ping" in line
    assert f"{site.policies}/rpcutil.policy:3: deny  cert=bob.mcollective  *  *  *" in line
    assert site.call("alice", "inventory") == (1, DENIED)
    assert f"{site.policies}/rpcutil.policy:1: policy default deny" in site.last_denial()


def test_a_name_that_is_part_of_another_opens_nothing(site):
    site.write("rpcutil.policy", "allow\tcert=alice.mcollective2 xcert=alice.mcollective\t*\t*\t*\n")
    assert site.call("alice") == (1, DENIED)


def test_policies_may_be_edited_while_the_node_runs(site):
    site.write("rpcutil.policy", "allow\tcert=bob.mcollective\t*\t*\t*\n")
    assert site.call("bob") == (0, "OK")
    site.write("rpcutil.policy", "deny\tcert=bob.mcollective\t*\t*\t*\n")
    assert site.call("bob") == (1, DENIED)
    site.write("rpcutil.policy", "allow\tops\t*\t*\t*\n")
    assert site.call("bob") == (1, DENIED)
    site.write("groups", "ops cert=alice.mcollective cert=bob.mcollective\n")
    assert site.call("bob") == (0, "OK")


def test_a_broken_file_denies_everything_and_says_where(site):
    site.write("rpcutil.policy", "policy default allow\nallow cert=alice.mcollective\n")
    before = site.node.log_text().count("rpcutil.policy:2: separate the columns")
    assert site.call("alice") == (1, DENIED)
    assert site.call("bob") == (1, DENIED)
    errors = [line for line in site.node.log_text().splitlines() if "rpcutil.policy:2: separate the columns" in line and "ERROR" in line]
    assert len(errors) == before + 1, "once for each change of the file"
    site.write("rpcutil.policy", "policy default allow\n")
    assert site.call("alice") == (0, "OK")


def test_a_file_that_others_can_write_denies_everything(site):
    site.write("rpcutil.policy", "policy default allow\n", mode=0o666)
    assert site.call("alice") == (1, DENIED)
    assert "rpcutil.policy can be written by others" in site.last_denial()


def test_facts_classes_and_data_of_the_node_decide(site):
    for column, status in [("cpus>4 environment=/^prod/\tbase", 0), ("cpus<4\t*", 1), ("not base\t*", 1),
                           (f"trusted.certname={NODE}\t*", 0), ("trusted.certname=other\t*", 1),
                           ("collective('uk').member=true\t*", 0), ("collective('de').member=true\t*", 1),
                           ("collective('uk').member=true and nosuch().x=1", 1)]:
        site.write("rpcutil.policy", f"allow\tcert=alice.mcollective\t*\t{column}\n")
        assert site.call("alice")[0] == status, column


def test_the_extensions_of_the_callers_certificate_decide(site):
    site.write("rpcutil.policy", "allow\ttrusted:pp_role=operator\t*\t*\t*\n")
    assert site.call("carol") == (0, "OK")
    assert site.call("alice") == (1, DENIED)
    site.write("rpcutil.policy", "allow\toperators\t*\t*\t*\n")
    site.write("groups", "operators trusted:pp_role=operator\n")
    assert site.call("carol") == (0, "OK")
    assert site.call("bob") == (1, DENIED)


def test_a_collective_has_policies_of_its_own(site):
    site.write("rpcutil.policy", "allow\tcert=alice.mcollective\t*\t*\t*\n")
    site.write("uk/rpcutil.policy", "allow\tcert=bob.mcollective\t*\t*\t*\n")
    assert site.call("alice")[0] == 0 and site.call("bob")[0] == 1
    assert site.call("alice", "ping", "-T", "uk")[0] == 1 and site.call("bob", "ping", "-T", "uk")[0] == 0


def explain(site, *words):
    return site.clients["alice"].run("policy", "explain", *words, "--server-config", site.node.config, "--json")


def test_explain_asks_the_node(site):
    site.write("rpcutil.policy", "allow\tcert=alice.mcollective\t*\t*\t*\n")
    site.write("puppet.policy", "deny\tcert=bob.mcollective\tdisable\tenvironment=production\tbase\n"
                                "allow\tcert=bob.mcollective\t*\tcollective('uk').member=true\n")
    done = explain(site, "cert=bob.mcollective", "puppet", "disable", NODE)
    assert done.code == 2, done
    answer = json.loads(done.out)
    assert not answer["allowed"] and answer["line"] == 1 and answer["file"] == f"{site.policies}/puppet.policy"
    facts = answer["rules"][0]["columns"][2]
    assert facts == {"column": "facts", "text": "environment=production", "outcome": "holds",
                     "why": ["the fact environment is production"]}
    done = explain(site, "cert=bob.mcollective", "puppet", "status", NODE)
    assert done.code == 0 and json.loads(done.out)["line"] == 2, done
    site.write("rpcutil.policy", "policy default deny\n")
    done = explain(site, "cert=bob.mcollective", "puppet", "status", NODE)
    assert done.code == 1 and DENIED in done.err, done


def test_explain_without_a_node_reads_files(site, tmp_path):
    site.write("puppet.policy", "allow\tops\tstatus\tcpus>4\t*\n")
    site.write("groups", "ops trusted:pp_role=operator\n")
    assert explain(site, "cert=x", "puppet", "status", "--trusted", "pp_role=operator").code == 0
    assert explain(site, "cert=x", "puppet", "status").code == 2
    (tmp_path / "facts.yaml").write_text("cpus: 2\n")
    done = explain(site, "cert=x", "puppet", "status", "--trusted", "pp_role=operator", "--facts", tmp_path / "facts.yaml")
    assert done.code == 2 and "the fact cpus is 2" in done.out, done
    site.write("uk/puppet.policy", "policy default allow\n")
    assert explain(site, "cert=x", "puppet", "status", "--collective", "uk").code == 0


def test_explain_says_what_is_missing(site):
    for words, part in [((), "Say who calls what"), (("alice", "puppet", "status"), "no caller id"),
                        (("cert=x", "puppet", "status", "--trusted", "x"), "NAME=VALUE"),
                        (("cert=x", "puppet", "status", "--facts", "/nonexistent/f"), "/nonexistent/f")]:
        done = explain(site, *words)
        assert done.code == 1 and part in done.err, done


def test_lint(binaries, tmp_path):
    good, bad = tmp_path / "puppet.policy", tmp_path / "rpcutil.policy"
    good.write_text("policy default deny\nallow\tops\tstatus runonce\t*\t*\n")
    (tmp_path / "groups").write_text("ops cert=alice\n")
    done = run([binaries / "mco", "policy", "lint", good, tmp_path / "groups"], env=plain_environment())
    assert done.code == 0 and done.out == "", done
    bad.write_text("allow\tpos\tpnig\t*\t*\nallow x y\nallow\t*\t*\t*\t*\ndeny\t*\tping\t*\t*\n")
    done = run([binaries / "mco", "policy", "lint", good, bad], env=plain_environment())
    assert done.code == 1, done
    assert done.out.splitlines() == [
        f"{bad}:1: warning: there is no group pos",
        f"{bad}:1: warning: the agent has no action pnig",
        f"{bad}:2: error: separate the columns by tabs or by two spaces: with single spaces it cannot be told where one ends",
        f"{bad}:4: warning: never decides: line 3 fits everything"]
    done = run([binaries / "mco", "policy", "lint", bad, "--json"], env=plain_environment())
    assert [(finding["line"], finding["severity"]) for finding in json.loads(done.out)] == [
        (1, "warning"), (1, "warning"), (2, "error"), (4, "warning")]


def test_denials_are_explained_and_filters_decided_when_the_site_wants_it(mco_broker, binaries, tmp_path):
    site = Site(mco_broker, tmp_path, binaries)
    site.write("filter.policy", "policy default deny\nallow\tcert=alice.mcollective\tfact:environment data:fstat\t*\t*\n")
    site.write("rpcutil.policy", "deny\tcert=bob.mcollective\t*\t*\t*\n")
    site.start("plugin.actionpolicy.explain_denials = 1\nplugin.actionpolicy.allow_unconfigured = anything\nplugin.actionpolicy.filters = 1\n")
    try:
        assert site.call("bob") == (1, f"{DENIED} {site.policies}/rpcutil.policy:1: deny  cert=bob.mcollective  *  *  *")
        assert "plugin.actionpolicy.allow_unconfigured should be 1 or 0 and counts as 0" in site.node.log_text()
        for caller, words, found in [("alice", ["-F", "environment=production"], True), ("bob", ["-F", "environment=production"], False),
                                     ("alice", ["-F", "cpus=16"], False), ("alice", ["-S", "not cpus=3"], False),
                                     ("alice", ["-S", "fstat('/etc').present=1"], True), ("bob", ["-S", "fstat('/etc').present=1"], False),
                                     ("bob", ["-C", "base"], True)]:
            done = site.clients[caller].run("find", "--dt", "1", *words)
            assert (NODE in done.out) == found, (caller, words, done, site.node.log_text())
        assert "bob.mcollective at client.lab.test may not filter by data:fstat: " in site.node.log_text()
    finally:
        site.node.stop()


def test_policies_for_filters_need_authorisation(binaries, tmp_path, mco_broker):
    config = tmp_path / "server.cfg"
    base = "securityprovider = psk\nplugin.psk = x1y2z3\nidentity = n1\nplugin.actionpolicy.filters = 1\n" + connection(mco_broker)
    words = [binaries / "mcollectived", "--check-config", "--config", config]
    config.write_text(base)
    done = run(words, env=plain_environment())
    assert done.code == 1 and "server.cfg:4: plugin.actionpolicy.filters does nothing without rpcauthorization" in done.err, done
    config.write_text(base.replace("filters = 1", "filters = maybe"))
    done = run(words, env=plain_environment())
    assert done.code == 1 and "server.cfg:4: plugin.actionpolicy.filters must be a boolean" in done.err, done
    config.write_text(base + "rpcauthorization = 1\nrpcauthprovider = action_policy\n")
    done = run(words, env=plain_environment())
    assert done.code == 0 and f"There is no {tmp_path}/policies/filter.policy" in done.err, done


@pytest.mark.parametrize("provider", ["rpcauthprovider = action_polcy\n", ""])
def test_an_unknown_provider_stops_the_daemon(binaries, tmp_path, mco_broker, provider):
    config = tmp_path / "server.cfg"
    config.write_text("securityprovider = psk\nplugin.psk = x1y2z3\nidentity = n1\nrpcauthorization = 1\n" + provider
                      + connection(mco_broker))
    done = run([binaries / "mcollectived", "--check-config", "--config", config], env=plain_environment())
    assert done.code == 1 and "action_policy" in done.err, done


def test_psk_is_warned_of(binaries, tmp_path, mco_broker):
    config = tmp_path / "server.cfg"
    config.write_text("securityprovider = psk\nplugin.psk = x1y2z3\nidentity = n1\nrpcauthorization = 1\n"
                      "rpcauthprovider = action_policy\n" + connection(mco_broker))
    done = run([binaries / "mcollectived", "--check-config", "--config", config], env=plain_environment())
    assert done.code == 0 and "caller ids that nobody proves" in done.err, done


def test_files_that_others_may_change_are_warned_of(binaries, tmp_path, mco_broker):
    config, facts = tmp_path / "server.cfg", tmp_path / "facts.yaml"
    config.write_text(f"securityprovider = psk\nplugin.psk = x1y2z3\nidentity = n1\nfactsource = yaml\nplugin.yaml = {facts}\n" + connection(mco_broker))
    facts.write_text("os: Debian\n")
    for path in (config, facts):
        path.chmod(0o644)
    words = [binaries / "mcollectived", "--check-config", "--config", config]
    assert "can be changed by others" not in run(words, env=plain_environment()).err
    facts.chmod(0o666)
    done = run(words, env=plain_environment())
    assert done.code == 0 and f"{facts} can be changed by others" in done.err and f"{config} can be changed" not in done.err, done
