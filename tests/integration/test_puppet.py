"""The puppet agent with real Puppet: masterless runs, each node with directories of its own."""
import errno
import json
import os
import signal

import pytest

import puppet_home
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
        directories = " ".join(puppet_home.directories(home))
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


class Fifo:
    """Holds a run up until it is opened: the run reads from it."""

    def __init__(self, path):
        self.path = path
        os.mkfifo(path)

    def open(self):
        """Lets the reader, if there is one, go on; true if there was."""
        try:
            os.close(os.open(self.path, os.O_WRONLY | os.O_NONBLOCK))
            return True
        except OSError as error:
            assert error.errno == errno.ENXIO, error
            return False


def apply(site, name, manifest, *words):
    """Starts a run of that manifest; gives the reply of runonce."""
    (site.folder / name / "site.pp").write_text(manifest)
    started = site.data("runonce", "-I", name, *words)[name]
    assert isinstance(started, dict), started
    return started


def answers(site, name):
    return name in site.client.run("find", "--dt", "1").out.split()


def run_result(site, name, run, *words):
    return site.data("run_result", f"run={run}", "-I", name, *words)[name]


def finished(site, name, run):
    return wait_until(lambda: (found := run_result(site, name, run))["state"] == "finished" and found, 90, "the run ended")


def held_up(site, name, fifo):
    """Starts a run that says something and then waits for the fifo; gives the reply once it waits there."""
    started = apply(site, name, "notify { 'I begin': }\n"
                                f"-> exec {{ '/bin/cat {fifo.path}': logoutput => true }}\n"
                                "-> notify { 'I end': }\n")
    lines, following = [], 0

    def begun():
        nonlocal following
        found = run_result(site, name, started["run"], f"since={following}")
        assert found["state"] == "running" and found["outcome"] == "" and found["ended_at"] == 0, found
        following = found["next"]
        lines.extend(found["output"])
        return any("I begin" in line for line in lines)

    wait_until(begun, 90, "lines of the run while it goes on")
    return started, lines, following


def test_result_of_a_run_that_changed_something(site):
    name = NODES[1]
    started = apply(site, name, f"file {{ '{site.motd(name)}': content => 'new' }}\n")
    found = finished(site, name, started["run"])
    assert found["outcome"] == "changed" and found["changed_resources"] == 1, found
    assert found["failed_resources"] == 0 and found["out_of_sync_resources"] == 1 and not found["noop"]
    assert found["errors"] == [] and found["environment"] == "production" and found["duration"] > 0
    assert started["initiated_at"] <= found["started_at"] <= found["ended_at"]
    assert found["output"] == [], "nobody asked for it"
    again = finished(site, name, apply(site, name, f"file {{ '{site.motd(name)}': content => 'new' }}\n")["run"])
    assert again["outcome"] == "unchanged" and again["changed_resources"] == 0
    assert run_result(site, name, started["run"]) == found, "what it was stays"


def test_result_of_a_run_with_a_failing_resource_names_it(site):
    name = NODES[1]
    found = finished(site, name, apply(site, name, "exec { '/bin/false': }\n")["run"])
    assert found["outcome"] == "failed" and found["failed_resources"] == 1, found
    assert "Exec[/bin/false]" in found["errors"][0] and "returned 1 instead of one of [0]" in found["errors"][0]


def test_result_of_a_noop_run_tells_what_would_change(site):
    name = NODES[1]
    found = finished(site, name, apply(site, name, f"file {{ '{site.motd(name)}': content => 'newer' }}\n", "noop=true")["run"])
    assert found["outcome"] == "unchanged" and found["noop"], found
    assert found["out_of_sync_resources"] == 1 and found["changed_resources"] == 0
    assert site.motd(name).read_text() == "new"


def test_result_of_a_manifest_that_does_not_compile(site):
    name = NODES[1]
    found = finished(site, name, apply(site, name, "fail('nobody can compile this')\n")["run"])
    assert found["outcome"] == "no report" and found["started_at"] == 0, found
    assert "nobody can compile this" in found["errors"][-1]


def test_lines_come_while_the_run_goes_on_and_the_daemon_may_be_restarted(site, tmp_path):
    name = NODES[1]
    fifo = Fifo(tmp_path / "fifo")
    started, lines, following = held_up(site, name, fifo)
    assert not any("I end" in line for line in lines)
    refused = site.client.run("puppet", "runonce", "-I", name)
    assert refused.code == 2 and "Puppet is currently applying a catalog, cannot run now" in refused.out
    site.nodes[name].stop()
    site.nodes[name].start()
    wait_until(lambda: answers(site, name), 40, "the node is back")
    assert run_result(site, name, started["run"])["state"] == "running"
    wait_until(fifo.open, 20, "the run waits")
    assert finished(site, name, started["run"])["outcome"] == "changed"
    rest = run_result(site, name, started["run"], f"since={following}")["output"]
    assert any("I end" in line for line in rest) and any("Applied catalog" in line for line in rest)
    assert run_result(site, name, started["run"], "since=0")["output"] == lines + rest


def test_result_of_a_run_that_was_killed(site, tmp_path):
    name = NODES[1]
    fifo = Fifo(tmp_path / "fifo")
    started, _, _ = held_up(site, name, fifo)
    notes = site.folder / name / "runs"
    assert notes.stat().st_mode & 0o777 == 0o700
    assert (notes / f"{started['run']}.log").stat().st_mode & 0o777 == 0o600
    os.kill(json.loads((notes / f"{started['run']}.json").read_text())["pid"], signal.SIGKILL)
    fifo.open()
    assert finished(site, name, started["run"])["outcome"] == "no report"
    wait_until(lambda: site.data("status", "-I", name)[name]["status"] == "stopped", 20, "it is gone")
    later = finished(site, name, apply(site, name, "notify { 'later': }\n")["run"])
    assert later["outcome"] == "changed"
    assert run_result(site, name, started["run"])["outcome"] == "no report"


def test_result_of_an_unknown_run(site):
    said = site.data("run_result", "run=nobody-started-this", "-I", NODES[0])[NODES[0]]
    assert said == "This node knows no run 'nobody-started-this'"


def test_result_of_a_run_that_puppet_refuses(site, mco_broker, binaries):
    """The agent is disabled after the node started the run, before Puppet looks."""
    name = "late1.lab.test"
    home = site.folder / name
    settings = site.settings(home).replace("puppet apply", f"{home}/puppet agent").replace(f" {home}/site.pp", "")
    (home / "puppet").write_text(
        "#!/bin/sh\n"
        f"[ $1 = agent ] && mkdir -p {home}/var/state && echo '{{\"disabled_message\":\"moving\"}}' >{home}/var/state/agent_disabled.lock\n"
        "exec /usr/bin/puppet \"$@\"\n")
    (home / "puppet").chmod(0o755)
    node = Node(mco_broker, home, name, {}, [], binaries / "mcollectived", extra=settings)
    try:
        wait_until(lambda: answers(site, name), 40, "the node answers")
        started = site.data("runonce", "-I", name)[name]
        found = finished(site, name, started["run"])
        assert found["outcome"] == "skipped" and "administratively disabled (Reason: 'moving')" in found["errors"][0], found
    finally:
        node.stop()
