"""The service agent by Puppet's own provider, as it works where systemd does not run: init scripts of the test, and real Puppet."""
import json
import os

import pytest

from conftest import need
from nodes import Client, Node
from processes import wait_until

NAME = "old1.lab.test"
SCRIPT = """#!/bin/sh
echo "$1" >>{place}/web.calls
case $1 in
start|restart) touch {place}/web.runs ;;
stop) rm -f {place}/web.runs ;;
status) test -e {place}/web.runs ;;
esac
"""
BROKEN = """#!/bin/sh
[ "$1" = status ] && exit 3
echo "no licence" >&2
exit 1
"""


class Site:
    """One node whose services are the scripts in a folder. The provider is named, so that a test machine's own systemd is left alone."""

    def __init__(self, broker, folder, binaries):
        self.place = folder / "init.d"
        self.place.mkdir()
        self.script("web", SCRIPT.format(place=folder))
        self.script("broken", BROKEN)
        self.calls, self.runs = folder / "web.calls", folder / "web.runs"
        settings = f"plugin.service.puppet.provider = init\nplugin.service.puppet.path = {self.place}\nplugin.service.puppet.hasrestart = true\n"
        self.node = Node(broker, folder / NAME, NAME, {}, [], binaries / "mcollectived", extra=settings)
        self.client = Client(broker, folder / "client", binaries / "mco")
        wait_until(lambda: NAME in self.client.run("find", "--dt", "1").out.split(), 40, f"the node answers; log in {folder}")

    def script(self, name, text):
        (self.place / name).write_text(text)
        (self.place / name).chmod(0o755)

    def ask(self, action, service):
        """Status code, message and status of the service; what the script was called for is forgotten before."""
        self.calls.write_text("")
        done = self.client.run("rpc", "service", action, f"service={service}", "-I", NAME, "-j")
        assert done.out, done
        reply = json.loads(done.out)[0]
        return reply["statuscode"], reply["statusmsg"], reply["data"]["status"]

    def changes(self):
        return [call for call in self.calls.read_text().split() if call != "status"]


@pytest.fixture(scope="module")
def site(mco_broker, binaries, tmp_path_factory):
    need(os.path.exists("/usr/bin/puppet"), "puppet-agent")
    made = Site(mco_broker, tmp_path_factory.mktemp("init"), binaries)
    yield made
    made.node.stop()


def test_services_are_started_and_stopped(site):
    assert site.ask("status", "web") == (0, "OK", "stopped")
    assert site.ask("start", "web") == (0, "OK", "running")
    assert site.changes() == ["start"] and site.runs.exists()
    assert site.ask("status", "web") == (0, "OK", "running")
    assert site.ask("start", "web") == (1, "Could not start 'web': Service is already running", "running")
    assert site.ask("stop", "web") == (0, "OK", "stopped")
    assert site.changes() == ["stop"] and not site.runs.exists()
    assert site.ask("stop", "web") == (1, "Could not stop 'web': Service is already stopped", "stopped")


def test_a_restart_restarts_what_runs_and_starts_what_does_not(site):
    site.runs.touch()
    assert site.ask("restart", "web") == (0, "OK", "running")
    assert site.changes() == ["restart"]
    site.runs.unlink()
    assert site.ask("restart", "web") == (0, "OK", "running")
    assert site.changes() == ["start"]


def test_a_service_that_nobody_knows(site):
    assert site.ask("status", "nosuch") == (0, "no such service", "stopped")
    assert site.ask("start", "nosuch") == (1, "Could not start 'nosuch': no such service", "stopped")


def test_a_start_that_fails_is_explained_by_puppet(site):
    code, message, status = site.ask("start", "broken")
    assert (code, status) == (1, "stopped")
    assert message.startswith("Could not start 'broken': ") and "no licence" in message


def test_filters_ask_for_services(site):
    site.runs.touch()
    assert site.client.run("find", "-S", "service('web').status=running").out.split() == [NAME]
