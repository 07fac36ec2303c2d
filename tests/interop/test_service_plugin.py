"""The service agent among the original's: its Ruby client drives our agent, our client its service plug-in.

What needs no more than Debian's packages always runs. The plug-in itself is in no package: with MCO_SERVICE_PLUGIN naming a folder of its
files (agent, application, data, util and validator of mcollective-service-agent 3.2) the rest runs, too. Services are files of the test:
both kinds of nodes have the provider `service`, whose command is a script.
"""
import json
import os
import re
from pathlib import Path

import pytest

from brokers import McoBroker
from conftest import need
from nodes import Client, Node, original_available
from processes import wait_until
from puppet_plugin import declarations_libdir

VARIABLE = "MCO_SERVICE_PLUGIN"
NAMES = ("db1.lab.test", "web10.lab.test")
PAINTED = {"CLICOLOR_FORCE": "1"}  # the original paints into pipes, too
CHANGING = [
    (r"hosts in \d+\.\d\d ms", "hosts in T ms"),
    (r"(Start Time|Discovery Time|Agent Time|Total Time): .*(?:ms|\+0000)", r"\1: T"),
    (r", use -v for full error backtrace details", ""),
    (r"\r[^\n]*(?=\d+ / \d+)", "\r"),
]
COMMAND = """#!/bin/sh
case $2 in
start|restart) touch "$PLACE/$1" ;;
stop) rm -f "$PLACE/$1" ;;
status) ;;
*) exit 64 ;;
esac
case $1$2 in
brokenstart|stuckstop) exit 1 ;;
*status) test -e "$PLACE/$1" ;;
esac
"""


def replaced(text):
    """Without what depends on time: lines of a summary with the same count stand in the order of arrival."""
    for pattern, replacement in CHANGING:
        text = re.sub(pattern, replacement, text)
    return sorted(text.split("\n"))


class Site:
    """Two nodes, ours or the original's, and both clients."""

    def __init__(self, folder, binaries, libdir, is_ours=True):
        self.folder, self.services = folder, {}
        self.broker = McoBroker(binaries / "mco-broker", folder)
        self.nodes = [Node(self.broker, folder / name, name, {}, [], binaries / "mcollectived" if is_ours else None, extra=self.settings(name, libdir))
                      for name in NAMES]
        self.ours = Client(self.broker, folder / "client", binaries / "mco")
        self.original = Client(self.broker, folder / "ruby-client", extra=f"libdir = {libdir}\n")
        wait_until(lambda: set(self.ours.run("find", "--dt", "1").out.split()) == set(NAMES), 60, f"the nodes answer; logs in {folder}")

    def settings(self, name, libdir):
        """A service command of the node's own; a file is a service that runs."""
        place = self.services[name] = self.folder / f"services-{name}"
        place.mkdir(parents=True)
        command = self.folder / f"command-{name}"
        command.write_text(COMMAND.replace("$PLACE", str(place)))
        command.chmod(0o755)
        return f"libdir = {libdir}\nplugin.service.provider = service\nplugin.service.service.servicecmd = {command}\n"

    def run_only(self, *running):
        """On every node these services run, and on the first one `web`, too."""
        for name, place in self.services.items():
            for service in place.iterdir():
                service.unlink()
            for service in (*running, "web") if name == NAMES[0] else running:
                (place / service).touch()

    def stop(self):
        for node in self.nodes:
            node.stop()
        self.broker.stop()


def everybody():
    """Nodes that are named need not be looked for."""
    return [word for name in NAMES for word in ("-I", name)]


# ---- Debian's client with our declarations


@pytest.fixture(scope="module")
def declared(binaries, tmp_path_factory):
    need(original_available(), "the original (mcollective, mcollective-client)")
    folder = tmp_path_factory.mktemp("declared")
    made = Site(folder, binaries, declarations_libdir(folder / "libdir", "service"))
    yield made
    made.stop()


def replies(client, action, service):
    done = client.run("rpc", "service", action, f"service={service}", "-j", *everybody())
    return {reply["sender"]: (reply["statuscode"], reply["data"]["status"]) for reply in json.loads(done.out)}


def test_the_original_client_starts_and_stops(declared):
    declared.run_only()
    assert replies(declared.original, "status", "web") == {NAMES[0]: (0, "running"), NAMES[1]: (0, "stopped")}
    assert replies(declared.original, "start", "web") == {name: (0, "running") for name in NAMES}
    assert all((place / "web").exists() for place in declared.services.values())
    assert replies(declared.original, "stop", "web") == {name: (0, "stopped") for name in NAMES}
    assert not any((place / "web").exists() for place in declared.services.values())
    assert replies(declared.original, "start", "broken") == {name: (0, "stopped") for name in NAMES}


@pytest.mark.parametrize("words", [["status", "service=web"], ["start", "service=broken"], ["status", "service=web", "-v"]], ids=str)
def test_screens_and_summaries_are_the_same(declared, words):
    screens = []
    for client in (declared.ours, declared.original):
        declared.run_only()
        screens.append(replaced(client.run("rpc", "service", *words, "--sort", "--np", *everybody(), env=PAINTED).out))
    assert screens[0] == screens[1]
    assert any("Summary of Service Status:" in line for line in screens[0])


@pytest.mark.parametrize("service", ["-h", "a;b", "a/b", "ä", 91 * "x"])
def test_both_clients_refuse_the_same_names_with_the_same_words(declared, service):
    ours, original = [client.run("rpc", "service", "start", f"service={service}", env=PAINTED) for client in (declared.ours, declared.original)]
    assert ours.code == original.code == 1
    assert replaced(ours.err) == replaced(original.err)


def test_the_original_clients_filters_ask_our_data_plug_in(declared):
    declared.run_only()
    found = [client.run("find", "-S", "service('web').status=running").out.split() for client in (declared.ours, declared.original)]
    assert found == [[NAMES[0]], [NAMES[0]]]


# ---- The plug-in itself


def plugin_libdir(folder):
    """A libdir in `folder` with the plug-in's files."""
    for kind in ("agent", "application", "data", "util", "validator"):
        target = folder / "mcollective" / kind
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(Path(os.environ[VARIABLE]) / kind)
    return folder


@pytest.fixture(scope="module", params=["ours", "ruby"])
def site(request, binaries, tmp_path_factory):
    need(original_available(), "the original (mcollective, mcollective-client)")
    if not os.environ.get(VARIABLE):
        pytest.skip(f"{VARIABLE} does not name a folder with the original's service plug-in")
    folder = tmp_path_factory.mktemp(request.param)
    made = Site(folder, binaries, plugin_libdir(folder / "libdir"), request.param == "ours")
    yield made
    made.stop()


@pytest.mark.parametrize("words", [
    ["web", "status"], ["status", "web"], ["web", "status", "-v"], ["web", "start"], ["web", "restart", "-v"], ["broken", "start"],
    ["stuck", "stop"], ["web", "stop"], ["web", "stop", "-v"], ["status", "start"]], ids=" ".join)
def test_the_command_shows_what_the_originals_shows(site, words):
    screens = []
    for client in (site.ours, site.original):
        site.run_only("stuck")
        done = client.run("service", *words, "--sort", "--np", *everybody(), env=PAINTED)
        screens.append((done.code, replaced(done.out), replaced(done.err)))
    assert screens[0] == screens[1]


@pytest.mark.parametrize("words", [[], ["web"], ["web", "explode"], ["a;b", "start"]], ids=" ".join)
def test_the_command_refuses_what_the_originals_refuses(site, words):
    ours, original = [client.run("service", *words, *everybody(), env=PAINTED) for client in (site.ours, site.original)]
    assert ours.code == original.code == 1
    if "a;b" not in words:  # there the plug-in's validator has words of its own
        assert replaced(ours.err) == replaced(original.err)


def test_the_command_asks_as_the_originals_asks(site):
    for answer in ("n\n", "yess\n"):
        ours, original = [client.run("service", "web", "stop", stdin=answer, env=PAINTED) for client in (site.ours, site.original)]
        assert (ours.code, ours.out) == (original.code, original.out) == (1, "Do you really want to operate on services unfiltered? (y/n): ")
