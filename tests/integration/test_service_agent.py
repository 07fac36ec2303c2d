"""The service agent on a real systemd: a daemon of ours in a booted copy of this system, and services of the test."""
import json

import pytest

from booted import BootedSystem, NodeInside
from conftest import need
from nodes import Client
from processes import wait_until
from throwaway import can_boot

NAME = "web1.lab.test"
LINES = 12


def simple(program, more=""):
    return f"[Service]\nExecStart={program}\n{more}"


UNITS = {
    "sleeper.service": simple("/bin/sleep infinity"),
    "worker@.service": simple("/bin/sleep infinity"),
    "dying.service": simple("/bin/false"),
    # \x1b is an escape of systemd's own, and becomes one of the terminal's
    "failing.service": "[Service]\nType=oneshot\n" + "".join(f'ExecStart=/bin/echo "line {number} \\x1b[31mred"\n' for number in range(LINES))
                       + "ExecStart=/bin/false\n",
    "forbidden.service": None,
}


class Site:
    def __init__(self, broker, folder, binaries):
        self.system = BootedSystem(UNITS, seen=[folder, binaries.absolute()])
        try:
            self.node = NodeInside(self.system, broker, folder / NAME, NAME, {}, [], binaries.absolute() / "mcollectived")
            self.client = Client(broker, folder / "client", binaries / "mco")
            wait_until(self.answers, 40, f"the node answers; log in {folder}")
        except BaseException:
            self.system.stop()
            raise

    def answers(self):
        return NAME in self.client.run("find", "--dt", "1").out.split()

    def ask(self, action, service):
        """Status code, message and status of the service."""
        done = self.client.run("rpc", "service", action, f"service={service}", "-I", NAME, "-j")
        assert done.out, done
        reply = json.loads(done.out)[0]
        return reply["statuscode"], reply["statusmsg"], reply["data"]["status"]

    def mco(self, *words, **more):
        return self.client.run("service", "--np", *words, **more)

    def systemctl(self, *words):
        return self.system.run("systemctl", *words).out.strip()

    def show(self, unit, name):
        return self.systemctl("show", "--value", f"--property={name}", unit)

    def stop(self):
        self.node.stop()
        self.system.stop()


@pytest.fixture(scope="module")
def site(mco_broker, binaries, tmp_path_factory):
    need(can_boot(), "systemd, with the rights to boot it in namespaces,")
    made = Site(mco_broker, tmp_path_factory.mktemp("services"), binaries)
    yield made
    made.stop()


@pytest.fixture
def sleeper(site):
    """A service that runs."""
    site.systemctl("start", "sleeper")
    assert site.systemctl("is-active", "sleeper") == "active"
    return "sleeper"


def test_services_are_started_and_stopped(site):
    site.systemctl("stop", "sleeper")
    assert site.ask("status", "sleeper") == (0, "OK", "stopped")
    assert site.ask("start", "sleeper") == (0, "OK", "running")
    assert site.systemctl("is-active", "sleeper") == "active"
    assert site.ask("status", "sleeper.service") == (0, "OK", "running")
    assert site.ask("start", "sleeper") == (1, "Could not start 'sleeper': Service is already running", "running")
    assert site.ask("stop", "sleeper") == (0, "OK", "stopped")
    assert site.systemctl("is-active", "sleeper") == "inactive"
    assert site.ask("stop", "sleeper") == (1, "Could not stop 'sleeper': Service is already stopped", "stopped")


def test_a_restart_makes_another_process(site, sleeper):
    before = site.show(sleeper, "MainPID")
    assert site.ask("restart", sleeper) == (0, "OK", "running")
    assert site.show(sleeper, "MainPID") not in (before, "0")
    site.systemctl("stop", sleeper)
    assert site.ask("restart", sleeper) == (0, "OK", "running"), "whether it runs or not"


def test_a_definition_that_has_changed_is_read_before_a_restart(site):
    site.ask("start", "worker@b")
    site.system.write("/etc/systemd/system/worker@.service", "[Unit]\nDescription=rewritten\n" + UNITS["worker@.service"])
    assert site.show("worker@b", "NeedDaemonReload") == "yes"
    assert site.ask("restart", "worker@b") == (0, "OK", "running")
    assert site.show("worker@b", "Description") == "rewritten"


def test_instances_of_templates(site):
    assert site.ask("start", "worker@a") == (0, "OK", "running")
    assert site.systemctl("is-active", "worker@a", "worker@c").split() == ["active", "inactive"]
    assert site.ask("status", "worker@c") == (0, "OK", "stopped")
    assert site.ask("status", "worker@") == (0, "no such service", "stopped")


def test_a_masked_service_is_not_started_and_stays_masked(site):
    assert site.ask("start", "forbidden") == (1, "Could not start 'forbidden': Service is masked", "stopped")
    assert site.ask("restart", "forbidden")[:2] == (1, "Could not restart 'forbidden': Service is masked")
    assert site.show("forbidden", "LoadState") == "masked"
    assert site.ask("status", "forbidden") == (0, "OK", "stopped")


def test_a_service_that_nobody_knows(site):
    assert site.ask("status", "nosuch") == (0, "no such service", "stopped")
    assert site.ask("start", "nosuch") == (1, "Could not start 'nosuch': no such service", "stopped")
    assert site.ask("stop", "nosuch") == (1, "Could not stop 'nosuch': no such service", "stopped")
    assert f"   {NAME}: stopped (no such service)\n" in site.mco("nosuch", "status", "-I", NAME).out


def test_a_start_that_fails_is_explained_by_the_journal(site):
    code, message, status = site.ask("start", "failing")
    assert (code, status) == (1, "stopped")
    first, *journal = message.split("\n")
    assert first == "Could not start 'failing': Job for failing.service failed because the control process exited with error code."
    assert len(journal) == 10
    assert journal[-1] == "Failed to start failing.service."
    assert f"line {LINES - 1} \x1b[31mred" in journal, "as data it is what the service wrote"
    screen = site.mco("failing", "start", "-I", NAME)
    assert screen.code == 2
    assert "\x1b[31mred" not in screen.out and f"line {LINES - 1} " in screen.out
    assert site.systemctl("is-failed", "failing") == "failed"
    assert site.ask("status", "failing") == (0, "OK", "stopped")


def test_a_service_that_dies_at_once_is_shown_as_stopped(site):
    assert site.ask("start", "dying") == (0, "OK", "stopped")
    screen = site.mco("dying", "start", "-I", NAME)
    assert screen.code == 0, screen
    assert f"   {NAME}: stopped\n\n" in screen.out


def test_the_command_prints_what_did_not_come_out_as_it_should(site, sleeper):
    running = site.mco("status", sleeper, "-I", NAME)
    assert running.code == 0 and running.out.startswith(f"   {NAME}: running\n\n"), running
    assert "   running = 1\n" in running.out
    stopped = site.mco(sleeper, "stop", "-I", NAME)
    assert stopped.code == 0 and NAME not in stopped.out and "   stopped = 1\n" in stopped.out, stopped
    again = site.mco(sleeper, "stop", "-I", NAME)
    assert again.code == 2 and f"   {NAME}: Could not stop 'sleeper': Service is already stopped\n" in again.out


def test_whoever_means_every_node_is_asked(site, sleeper):
    question = "Do you really want to operate on services unfiltered? (y/n): "
    refused = site.mco(sleeper, "stop", stdin="n\n")
    assert (refused.code, refused.out, refused.err) == (1, question, "")
    assert site.systemctl("is-active", sleeper) == "active"
    agreed = site.mco(sleeper, "stop", stdin="yes\n")
    assert agreed.code == 0 and agreed.out.startswith(question), agreed
    assert site.systemctl("is-active", sleeper) == "inactive"
    assert site.mco(sleeper, "start", "-y").code == 0


def test_filters_ask_for_services(site, sleeper):
    site.systemctl("stop", "dying")
    expression = f"service('{sleeper}').status=running and service('dying').status=stopped and not service('worker@c').status=running"
    assert site.client.run("find", "-S", expression).out.split() == [NAME]


def test_names_that_are_none_are_refused(site):
    for name in ("-h", "a;b", "../x", "nginx "):
        done = site.client.run("rpc", "service", "stop", f"service={name}", "-I", NAME)
        assert done.code == 1 and "Cannot validate input service" in done.err, done
