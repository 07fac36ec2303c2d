"""`mco puppet runall` and `runonce --wait` with real Puppet: masterless runs on four nodes."""
import errno
import json
import os
import re
import signal
import time

import pytest

import puppet_home
from conftest import need
from nodes import Client, Node, plain_environment
from processes import Process, wait_until
from terminal import run_in_terminal

pytestmark = pytest.mark.threads
NODES = ("web1.lab.test", "web2.lab.test", "web3.lab.test", "web4.lab.test")
LONG = 180  # a run costs seconds of processor time, and the machine may be busy


class Site:
    """Each node has directories of its own; a run notes in `times` when its resource began and ended."""

    def __init__(self, broker, folder, binaries):
        self.broker, self.folder, self.binaries = broker, folder, binaries
        self.nodes = {name: self.make_node(broker, name) for name in NODES}
        self.client = Client(broker, folder / "client", binaries / "mco")
        self.clients = []

    def make_node(self, broker, name):
        home = self.folder / name
        (home / "conf").mkdir(parents=True)
        directories = " ".join(puppet_home.directories(home))
        settings = f"plugin.puppet.splay = 0\nplugin.puppet.command = puppet apply {directories} {home}/site.pp\n"
        return Node(broker, home, name, {"role": "web"}, ["base"], self.binaries / "mcollectived", extra=settings)

    def manifest(self, text, names=NODES):
        for name in names:
            home = self.folder / name
            (home / "times").unlink(missing_ok=True)
            (home / "site.pp").write_text(text.replace("TIMES", str(home / "times")).replace("HOME", str(home)))

    def times(self, name):
        """Begin and end of what the run did; the end is missing while it does it."""
        noted = self.folder / name / "times"
        return [float(line) for line in noted.read_text().split()] if noted.exists() else []

    def ran(self):
        return [name for name in NODES if self.times(name)]

    def last_run(self, name):
        return json.loads(self.client.run("rpc", "puppet", "status", "-j", "-I", name).out)[0]["data"]["lastrun"]

    def mco(self, *words):
        return self.client.run("puppet", *words, timeout=LONG)

    def start(self, *words):
        """A client that goes on while the test does something else."""
        argv = [self.binaries / "mco", "puppet", *words, "-c", self.client.config]
        environment = plain_environment() | {"XDG_CACHE_HOME": str(self.folder / "client" / "cache")}
        self.clients.append(Process(argv, self.folder / f"client{len(self.clients)}.log", env=environment))
        return self.clients[-1]

    def everybody_answers(self):
        wait_until(lambda: len(self.client.run("find", "--dt", "1").out.split()) == len(NODES), 60, "the nodes answer")


SLEEPS = ("exec { 'work': provider => shell,\n"
          "  command => 'date +%s.%N >> TIMES; sleep 1; date +%s.%N >> TIMES', path => '/usr/bin:/bin' }\n")
FAILS = ("exec { 'work': provider => shell, command => 'date +%s.%N >> TIMES; exit 3', path => '/usr/bin:/bin' }\n")
HELD_UP = ("notify { 'I begin': }\n"
           "-> exec { 'work': provider => shell, path => '/usr/bin:/bin', logoutput => true, timeout => 0,\n"
           "  command => 'date +%s.%N >> TIMES; cat HOME/fifo; echo released' }\n"
           "-> notify { 'I end': }\n")


@pytest.fixture(scope="module")
def site(mco_broker, binaries, tmp_path_factory):
    need(os.path.exists("/usr/bin/puppet"), "puppet-agent")
    made = Site(mco_broker, tmp_path_factory.mktemp("rollout"), binaries)
    made.everybody_answers()
    yield made
    for client in made.clients:
        if client.running():
            client.kill()
    for node in made.nodes.values():
        node.stop()


class HeldUp:
    """Runs that go on until they are let go."""

    def __init__(self, site):
        self.site = site
        site.manifest(HELD_UP)
        for name in NODES:
            os.mkfifo(self.fifo(name))

    def fifo(self, name):
        return self.site.folder / name / "fifo"

    def opens(self, name):
        """Lets the run go if it waits."""
        try:
            os.close(os.open(self.fifo(name), os.O_WRONLY | os.O_NONBLOCK))
            return True
        except OSError as error:
            assert error.errno == errno.ENXIO, error
            return False

    def let_go(self, *names):
        for name in names:
            wait_until(lambda n=name: self.opens(n), LONG, f"the run of {name} can be let go")

    def end(self):
        for name in NODES:
            self.opens(name)
            self.fifo(name).unlink()


@pytest.fixture
def held_up(site):
    made = HeldUp(site)
    yield made
    made.end()


def most_at_once(site):
    """How many did their work at the same time."""
    spans = [site.times(name) for name in NODES]
    return max(sum(begin <= moment < end for begin, end in spans) for moment, _ in spans)


def unstamped(text):
    return re.sub(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d: ", "", text, flags=re.MULTILINE)


def test_runall_keeps_to_its_concurrency(site):
    site.manifest(SLEEPS)
    done = site.mco("runall", "2")
    assert done.code == 0, done
    assert site.ran() == list(NODES), done
    assert most_at_once(site) <= 2
    text = unstamped(done.out)
    assert text.startswith("Running all nodes with a concurrency of 2\n"
                           "Discovering enabled Puppet nodes to manage\n"
                           "Found 4 enabled nodes\n"), done
    for name in NODES:
        assert f"{name} schedule status: Started a Puppet run using the 'puppet apply" in text
        assert f"{name}: changed 1 of " in text
    assert "Iteration complete. Initiated a Puppet run on 4 nodes.\n" in text


def test_runall_survives_a_disabled_node_and_a_daemon_that_dies(site, held_up):
    disabled = NODES[3]
    assert site.mco("disable", "kernel upgrade", "-I", disabled).code == 0
    client = site.start("runall", "2", "--lost-after", "4")
    wait_until(lambda: len(site.ran()) == 2, LONG, "two of them run")
    victim = site.ran()[0]
    node = site.nodes[victim]
    node.process.kill()
    wait_until(lambda: f"{victim}: lost" in client.output(), 60, "the client misses it")
    wait_until(lambda: len(site.ran()) == 3, LONG, "the third of them runs in its place")
    held_up.let_go(*site.ran())
    assert client.wait(LONG) == 2, client.output()
    client.stop()
    text = unstamped(client.output())
    assert f"Left out 1 disabled node: {disabled} ('kernel upgrade')\n" in text
    assert "Found 3 enabled nodes\n" in text
    assert text.count(": changed ") == 2, text
    assert re.search(r"lost: 1\n", text) and "Initiated a Puppet run on 3 nodes." in text, text
    assert disabled not in site.ran()
    node.start()
    site.everybody_answers()
    assert site.mco("enable", "-I", disabled).code == 0


def test_follow_shows_lines_while_the_run_goes_on(site, held_up):
    client = site.start("runonce", "--follow", "-I", NODES[0], "-I", NODES[1])
    for name in NODES[:2]:
        wait_until(lambda n=name: f"{n}: Notice: I begin" in client.output(), LONG, f"{name} tells that it begins")
    assert "I end" not in client.output() and client.running()
    held_up.let_go(*NODES[:2])
    assert client.wait(LONG) == 0, client.output()
    client.stop()
    for name in NODES[:2]:
        told = [line for line in client.output().splitlines() if line.startswith(f"{name}: ")]
        for text in ("Notice: I begin", "Notice: I end"):
            assert told.count(f"{name}: {text}") == 1, told
        released = next(i for i, line in enumerate(told) if "released" in line)
        assert told.index(f"{name}: Notice: I begin") < released < told.index(f"{name}: Notice: I end")
        assert told[-1].startswith(f"{name}: changed "), told


def test_wait_shows_a_failure_as_soon_as_it_is_there(site):
    """On a terminal, where a live line stands until then."""
    site.manifest(FAILS, NODES[:1])
    words = [site.client.program, "puppet", "runonce", "--wait", "-I", NODES[0], "-c", site.client.config]
    done = run_in_terminal(words, plain_environment() | {"NO_COLOR": "1"}, timeout=LONG)
    shown = time.time()
    assert f"\r0 of 1 done, 1 running: {NODES[0]}" in done.out and " of 1 ended" not in done.out, done
    assert done.code == 2, done
    assert f"{NODES[0]}: failed: 1 of " in done.out
    assert "Exec[work]" in done.out and "returned 3 instead of one of [0]" in done.out, done
    assert shown - site.last_run(NODES[0]) < 10, "Puppet itself has to end after that, too"


def test_canary_stops_by_itself(site):
    site.manifest(FAILS)
    done = site.mco("runonce", "--canary", "1")
    assert done.code == 2, done
    assert len(site.ran()) == 1, done
    assert "Wave 1: 1 of 4 nodes may run\n" in done.out and "Stopped: 1 of 1 node failed" in done.out, done
    assert "not run: 3" in done.out


def test_canary_ramps_up(site):
    site.manifest(SLEEPS)
    done = site.mco("runonce", "--canary", "1", "--max-failures", "50%", "--noop")
    assert done.code == 0, done
    assert "Wave 2: 3 of 4 nodes may run\n" in done.out and "Wave 3: 4 of 4 nodes may run\n" in done.out
    assert done.out.count("would change 1 of ") == 4, done
    assert site.ran() == []


def test_programs_get_the_results(site):
    site.manifest(SLEEPS)
    done = site.mco("runonce", "--wait", "--json", "-I", NODES[0], "-I", NODES[1])
    assert done.code == 0, done
    for reply in json.loads(done.out):
        assert reply["sender"] in NODES and reply["statuscode"] == 0
        assert reply["data"]["outcome"] == "changed" and reply["data"]["changed_resources"] == 1


def test_an_interrupt_starts_nothing_new_and_says_what_runs(site, held_up):
    client = site.start("runall", "1")
    wait_until(lambda: len(site.ran()) == 1, LONG, "the first of them runs")
    running = site.ran()[0]
    client.signal(signal.SIGINT)
    assert client.wait(30) == 1, client.output()
    client.stop()
    text = unstamped(client.output())
    assert f"Interrupted; still running on 1 node: {running}\n" in text, text
    assert "not run: 3" in text and "Stopped: interrupted" in text, text
    released = int(time.time())
    held_up.let_go(running)
    wait_until(lambda: site.last_run(running) >= released, LONG, "the run ends undisturbed")
    assert site.ran() == [running]


def test_runs_outlast_a_broker_that_restarts(site, held_up):
    client = site.start("runonce", "--wait", "-I", NODES[0], "-I", NODES[1])
    wait_until(lambda: len(site.ran()) == 2, LONG, "both run")
    site.broker.kill()
    held_up.let_go(NODES[0])
    wait_until(lambda: len(site.times(NODES[0])) == 1 and not held_up.opens(NODES[0]), LONG, "the first goes on")
    site.broker.start()
    held_up.let_go(NODES[1])
    assert client.wait(LONG) == 0, client.output()
    client.stop()
    assert client.output().count(": changed ") == 2, client.output()
    site.everybody_answers()
