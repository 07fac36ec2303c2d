"""The puppet agent with real Puppet: masterless runs, each node with directories of its own."""
import json
import os

import pytest

from conftest import need
from nodes import Client, Node
from processes import wait_until

pytestmark = pytest.mark.threads
NODES = ("web1.lab.test", "web2.lab.test", "db1.lab.test")


class Site:
    """Three nodes whose puppet command applies a manifest that writes one file."""

    def __init__(self, broker, folder, binaries):
        self.folder = folder
        self.nodes = {}
        for name in NODES:
            home = folder / name
            self.nodes[name] = Node(broker, home, name, {"role": name[:-len("1.lab.test")]}, ["base"],
                                    binaries / "mcollectived", extra=self.settings(home))
        self.client = Client(broker, folder / "client", binaries / "mco")

    @staticmethod
    def settings(home):
        home.mkdir()
        directories = " ".join(f"--{kind}dir {home}/{kind}" for kind in ("conf", "var", "run", "log", "public", "code"))
        (home / "conf").mkdir()
        (home / "site.pp").write_text(f"file {{ '{home}/motd': ensure => file, content => 'kept by Puppet' }}\n")
        return ("plugin.puppet.splay = 0\n"
                f"plugin.puppet.command = puppet apply {directories} {home}/site.pp\n")

    def data(self, action, *words):
        """Reply data by sender, of those that succeeded; messages of the others."""
        done = self.client.run("rpc", "puppet", action, "-j", *words)
        return {reply["sender"]: reply["data"] if reply["statuscode"] == 0 else reply["statusmsg"]
                for reply in json.loads(done.out)}

    def last_run(self, name):
        return self.data("last_run_summary", "-I", name)[name]["lastrun"]

    def motd(self, name):
        return self.folder / name / "motd"


@pytest.fixture(scope="module")
def site(mco_broker, binaries, tmp_path_factory):
    need(os.path.exists("/usr/bin/puppet"), "puppet-agent")
    made = Site(mco_broker, tmp_path_factory.mktemp("puppet"), binaries)
    wait_until(lambda: len(made.client.run("find", "--dt", "1").out.split()) == len(NODES), 40, "the nodes answer")
    yield made
    for node in made.nodes.values():
        node.stop()


def test_a_filter_chooses_who_runs_and_puppet_really_changes_something(site):
    done = site.client.run("puppet", "runonce", "-F", "role=web")
    assert done.code == 0, done
    for name in NODES[:2]:
        wait_until(lambda n=name: site.last_run(n) > 0, 90, f"{name} has finished a run")
        assert site.motd(name).read_text() == "kept by Puppet"
    assert not site.motd(NODES[2]).exists()
    assert site.last_run(NODES[2]) == 0


def test_status_says_stopped_and_when(site):
    done = site.client.run("puppet", "status", "--sort")
    assert done.code == 0, done
    assert "web1.lab.test: Currently stopped; last completed run" in done.out
    assert "Summary of Enabled" in done.out and "enabled = 3" in done.out


def test_noop_changes_nothing(site):
    name = NODES[2]
    started = site.data("runonce", "noop=true", "-I", name)[name]
    assert started["summary"].startswith("Started a Puppet run using the 'puppet apply")
    assert "--noop" in started["summary"]
    wait_until(lambda: site.last_run(name) > 0, 90, "the run has finished")
    assert not site.motd(name).exists()


def test_disable_run_enable(site):
    name = NODES[0]
    done = site.client.run("puppet", "disable", "kernel upgrade", "-I", name)
    assert done.code == 0, done
    again = site.client.run("puppet", "disable", "-I", name)
    assert again.code == 2 and "Could not disable Puppet: Already disabled" in again.out
    refused = site.client.run("puppet", "runonce", "-I", name)
    assert refused.code == 2 and "Puppet is disabled: 'kernel upgrade'" in refused.out
    status = site.data("status", "-I", name)[name]
    assert status["status"] == "disabled" and status["disable_message"] == "kernel upgrade" and not status["enabled"]
    assert site.client.run("puppet", "enable", "-I", name).code == 0
    refused = site.client.run("puppet", "enable", "-I", name)
    assert refused.code == 2 and "Could not enable Puppet: Already enabled" in refused.out


def test_count_and_summary(site):
    count = site.client.run("puppet", "count")
    assert count.code == 0, count
    assert "Total Puppet nodes: 3" in count.out and "Nodes currently enabled: 3" in count.out
    summary = site.client.run("puppet", "summary")
    assert summary.code == 0, summary
    assert "Summary statistics for 3 nodes:" in summary.out


@pytest.mark.parametrize("words, said", [
    (["tags=a;b"], "tags"), (["environment=../etc"], "environment"), (["splaylimit=soon"], "splaylimit"),
    (["noop=perhaps"], "noop")], ids=str)
def test_bad_inputs_are_refused_before_anything_is_sent(site, words, said):
    done = site.client.run("rpc", "puppet", "runonce", *words)
    assert done.code == 1 and said in done.err, done


def test_server_is_refused_unless_allowed(site):
    name = NODES[0]
    done = site.client.run("puppet", "runonce", "--server", "puppet.example.net", "-I", name)
    assert done.code == 2 and "Passing 'server' option is not allowed in module configuration" in done.out
