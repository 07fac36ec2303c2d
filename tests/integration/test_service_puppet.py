"""The service agent where systemd does not run: real Puppet and init scripts, in a copy of this system that is thrown away."""
import json
import os

import pytest

from booted import NodeInside, ScriptedSystem
from conftest import need
from nodes import Client
from processes import wait_until
from throwaway import can_copy

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
    """One node. The provider is named: a machine with systemd has it for the default one, also in its copy."""

    def __init__(self, broker, folder, binaries):
        self.calls, self.runs = folder / "web.calls", folder / "web.runs"
        self.system = ScriptedSystem({"web": SCRIPT.format(place=folder), "broken": BROKEN}, seen=[folder, binaries.absolute()])
        try:
            settings = "plugin.service.puppet.provider = debian\nplugin.service.puppet.hasrestart = true\n"
            self.node = NodeInside(self.system, broker, folder / NAME, NAME, {}, [], binaries.absolute() / "mcollectived", extra=settings)
            self.client = Client(broker, folder / "client", binaries / "mco")
            wait_until(lambda: NAME in self.client.run("find", "--dt", "1").out.split(), 40, f"the node answers; log in {folder}")
        except BaseException:
            self.system.stop()
            raise

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
    need(can_copy(), "root, who may have namespaces of his own,")
    made = Site(mco_broker, tmp_path_factory.mktemp("init"), binaries)
    yield made
    made.node.stop()
    made.system.stop()


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
    """Only who starts it learns that: for Puppet's provider it is one that does not run."""
    assert site.ask("status", "nosuch") == (0, "OK", "stopped")
    code, message, status = site.ask("start", "nosuch")
    assert (code, status) == (1, "stopped") and "Could not find init script for 'nosuch'" in message


def test_a_start_that_fails_is_explained_by_puppet(site):
    code, message, status = site.ask("start", "broken")
    assert (code, status) == (1, "stopped")
    assert message.startswith("Could not start 'broken': ") and "no licence" in message


def test_filters_ask_for_services(site):
    site.runs.touch()
    assert site.client.run("find", "-S", "service('web').status=running").out.split() == [NAME]
