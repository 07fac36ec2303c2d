"""`mco puppet runall` and canaries over eight real Puppet agents of a real Puppet Server, also when things go wrong."""
import os
import re
import signal
import time

import pytest

from processes import wait_until
from puppet_server import PuppetSite
from timed_lines import TimedLines

WEB = tuple(f"web{number}.lab.test" for number in range(1, 5))
DB = tuple(f"db{number}.lab.test" for number in range(1, 5))
ALL = WEB + DB
WITHOUT_CATALOG, KILLED, GONE, DISABLED = DB[0], WEB[1], WEB[2], WEB[3]


@pytest.fixture(scope="module")
def site(puppet_server, mco_broker, binaries, tmp_path_factory):
    made = PuppetSite(puppet_server, mco_broker, tmp_path_factory.mktemp("puppet"), binaries,
                      special={WITHOUT_CATALOG: {"puppet_settings": "usecacheonfailure = false\n"}})
    yield made
    made.stop()


@pytest.fixture
def before(site):
    """How many runs each node had; nobody runs."""
    for name in ALL:
        wait_until(lambda n=name: site[n].lock_pid() is None, 60, f"{name} is quiet")
    return {name: site[name].runs() for name in ALL}


def ran(site, before):
    """How many runs each node had since then, of those that had any."""
    counts = {name: site[name].runs() - before[name] for name in ALL}
    return {name: count for name, count in counts.items() if count}


def most_at_once(spans):
    """The greatest number of these pairs of begin and end that overlap."""
    changes = sorted([(begin, 1) for begin, _ in spans] + [(end, -1) for _, end in spans])
    running = most = 0
    for _, change in changes:
        running += change
        most = max(most, running)
    return most


def totals(text):
    """How many nodes ended in which way, as the last part of the output says."""
    end = text[text.rindex("Puppet runs on "):]
    return {word: int(count) for word, count in re.findall(r"^ +([a-z ]+): (\d+)$", end, re.M)}


def test_runall_runs_everybody_once_and_never_more_than_two_together(site, before):
    catalogs = {name: site.server.catalogs(name) for name in ALL}
    for name in ALL:
        site[name].holds(site[name].file("motd"))
    done = site.client.run("puppet", "runall", "2", timeout=180)
    assert done.code == 0, done
    assert ran(site, before) == dict.fromkeys(ALL, 1)
    assert {name: site.server.catalogs(name) - catalogs[name] for name in ALL} == dict.fromkeys(ALL, 1)
    spans = [site[name].last_run() for name in ALL]
    assert most_at_once(spans) == 2, spans
    assert "Running all nodes with a concurrency of 2" in done.out and "Found 8 enabled nodes" in done.out
    for name in ALL:
        assert f"{name} schedule status: Started a Puppet run using the 'puppet agent --confdir {site[name].home}/conf " in done.out
        assert (site[name].home / "motd").exists()
    assert "Iteration complete. Initiated a Puppet run on 8 nodes." in done.out
    assert totals(done.out) == {"changed": 8}


def test_runall_survives_nodes_that_are_killed_gone_disabled_or_without_a_catalog(site, before):
    for name in ALL:
        site[name].shut()
        site[name].holds(site[name].file("motd", "second time"))
    site[KILLED].holds(site[KILLED].gated())
    site[GONE].holds(site[GONE].gated())
    site[WITHOUT_CATALOG].holds("fail('no catalog for you')")
    assert site.client.run("puppet", "disable", "new disks", "-I", DISABLED).code == 0
    killed_span = []

    def kill_puppet():
        if killed_span or not site[KILLED].waiting.exists():
            return bool(killed_span)
        began = site[KILLED].lock.stat().st_mtime
        os.kill(site[KILLED].lock_pid(), signal.SIGKILL)
        killed_span.append((began, time.time()))
        return True

    def kill_daemon():
        if site.nodes[GONE].process.running() and site[GONE].waiting.exists():
            site.nodes[GONE].process.kill()
            site[GONE].open()
        return not site.nodes[GONE].process.running()

    with TimedLines(site.client, "puppet", "runall", "2", "--lost-after", "8") as output:
        wait_until(lambda: all([kill_puppet(), kill_daemon()]), 120, "both have been killed")
        code = output.end(180)
        text = output.text()
    site[GONE].wait_ended(before[GONE] + 1)
    site[KILLED].open()
    site.nodes[GONE].start()
    site.ready()
    assert site.client.run("puppet", "enable", "-I", DISABLED).code == 0
    assert code == 2, text
    assert totals(text) == {"changed": 4, "failed": 1, "no report": 1, "lost": 1}, text
    assert f"Left out 1 disabled node: {DISABLED} ('new disks')" in text
    assert "Found 7 enabled nodes" in text
    assert re.search(rf"{WITHOUT_CATALOG}: failed: no catalog was applied.*\n.*no catalog for you", text), text
    assert f"{KILLED}: ended without a report" in text
    assert ran(site, before) == {name: 1 for name in ALL if name not in (KILLED, DISABLED)}
    spans = [site[name].last_run() for name in ALL if name not in (KILLED, DISABLED)] + killed_span
    assert most_at_once(spans) == 2, spans


def test_a_node_that_applies_a_catalog_already_takes_a_place_and_is_run_afterwards(site, before):
    busy, others = WEB[0], (WEB[1], DB[1])
    site[busy].shut()
    site[busy].holds(site[busy].gated())
    for name in others:
        site[name].holds(site[name].file("motd", "while another is busy"))
    assert site.client.run("puppet", "runonce", "-I", busy).code == 0
    wait_until(site[busy].waiting.exists, 60, "the run is under way")
    with TimedLines(site.client, "puppet", "runall", "2", *(word for name in (busy, *others) for word in ("-I", name))) as output:
        for name in others:
            assert output.wait_for(f"{name}: changed 1 of"), output.text()
        assert f"busy: {busy}" in output.text()
        spans = [site[name].last_run() for name in others]
        assert most_at_once(spans) == 1, spans
        site[busy].open()
        assert output.end() == 0, output.text()
        assert totals(output.text()) == {"changed": 3}
    assert ran(site, before) == {busy: 2, **dict.fromkeys(others, 1)}


def test_an_interrupt_ends_runall_but_none_of_the_runs(site, before):
    for name in ALL:
        site[name].shut()
        site[name].holds(site[name].gated())
    with TimedLines(site.client, "puppet", "runall", "2") as output:
        wait_until(lambda: sum(site[name].waiting.exists() for name in ALL) == 2, 90, "two nodes run")
        output.interrupt()
        began = time.monotonic()
        assert output.end(20) == 1, output.text()
        assert time.monotonic() - began < 5
        text = output.text()
    running = [name for name in ALL if site[name].waiting.exists()]
    said = re.search(r"Interrupted; still running on 2 nodes: (.*)", text)
    assert said and sorted(said[1].split(", ")) == sorted(running), text
    assert totals(text)["not run"] == 6
    for name in running:
        site[name].open()
        site[name].wait_ended(before[name] + 1)
    assert ran(site, before) == dict.fromkeys(running, 1)
    assert len(running) == 2


def test_a_canary_that_fails_stops_the_rollout(site, before):
    for name in ALL:
        site[name].holds(site[name].file("missing/motd"))
    with TimedLines(site.client, "puppet", "runonce", "--force", "--canary", "2", "--max-failures", "10%") as output:
        assert output.end() == 2, output.text()
        text = output.text()
    assert len(ran(site, before)) == 2 and set(ran(site, before).values()) == {1}
    assert totals(text) == {"failed": 2, "not run": 6}
    assert "Stopped: " in text


def test_canaries_that_are_well_are_followed_by_ever_more_nodes(site, before):
    for name in WEB:
        site[name].holds(site[name].file("motd", "third time"))
    done = site.client.run("puppet", "runonce", "--force", "--canary", "1", "-F", "role=web", timeout=120)
    assert done.code == 0, done
    assert ran(site, before) == dict.fromkeys(WEB, 1)
    spans = sorted(site[name].last_run() for name in WEB)
    assert spans[0][1] <= spans[1][0], "the first ran alone"
    assert max(end for _, end in spans[1:3]) <= spans[3][0], "two more ran before the last"
    assert totals(done.out) == {"changed": 4}
