"""The package agent on a real Debian system that is thrown away: packages come and go, locks are held, apt is never ended in the middle."""
import hashlib
import json
import os
import subprocess

import pytest

import repository
from conftest import need
from nodes import Client, common, plain_environment
from processes import wait_until
from throwaway import Copy, can_copy

NODE = "web1.lab.test"
HOME = "/srv/node"
LOCK_TIMEOUT = 4  # seconds
HOLD = """
import fcntl, sys
held = [open(name, "a") for name in sys.argv[1:]]
for file in held:
    fcntl.lockf(file, fcntl.LOCK_EX)
print("held", flush=True)
open("/srv/release").read()
"""
CONTROL = """Package: {name}
Version: {version}
Architecture: all
Maintainer: nobody <nobody@lab.test>
Description: a package of these tests
"""
# Its configuration differs from version to version; the other one is configured once the test says so.
PACKAGES = [("demo", "1.0-1"), ("demo", "2:1.5-2"), ("slow", "1.0")]
BUILD = """
rm -rf /srv/build; mkdir -p /srv/build/DEBIAN /srv/build/etc /srv/repo; cd /srv/build
printf '%s' "$CONTROL" >DEBIAN/control
if [ $NAME = demo ]; then
    echo "written for $VERSION" >etc/demo.conf; echo /etc/demo.conf >DEBIAN/conffiles
else
    printf '#!/bin/sh\\nread line </srv/go\\n' >DEBIAN/postinst; chmod 755 DEBIAN/postinst
fi
dpkg-deb --root-owner-group --build . /srv/repo/$FILE >/dev/null
"""


class Site:
    """A node in a copy of this system whose packages come from a repository of the test's own, and a client outside."""

    def __init__(self, copy, broker, folder, binaries):
        self.copy, self.folder, self.binaries = copy, folder, binaries
        self.copy.sh("rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/* /var/lib/apt/lists/*; mkfifo /srv/go /srv/release")
        self.copy.write("/etc/apt/sources.list", repository.source("/srv/repo"))
        for name, version in PACKAGES:
            self.copy.sh(f"NAME={name} VERSION={version} FILE={name}_{version.replace(':', '_')}.deb "
                         f"CONTROL='{CONTROL.format(name=name, version=version)}'\n{BUILD}")
        listed = self.copy.run(*repository.listing("/srv/repo"))
        assert listed.code == 0, listed
        self.copy.sh("apt-get -q update")
        self.copy.write(f"{HOME}/facts.yaml", "---\nrole: web\n")
        settings = (f"logger_type = file\nlogfile = {HOME}/log\nloglevel = info\ndaemonize = 0\nfactsource = yaml\nplugin.yaml = {HOME}/facts.yaml\n"
                    f"plugin.daemon.accepted = {HOME}/accepted\nplugin.puppet.activate_agent = 0\nplugin.package.lock_timeout = {LOCK_TIMEOUT}\n")
        self.copy.write(f"{HOME}/server.cfg", common(broker, NODE, settings), mode="600")
        self.client = Client(broker, folder / "client", binaries / "mco")
        self.daemon, self.held = None, 0
        self.start()

    def start(self):
        self.daemon = self.copy.start(self.binaries / "mcollectived", "--no-daemonize", "--config", f"{HOME}/server.cfg",
                                      log=self.folder / "daemon.log", env=plain_environment())
        wait_until(lambda: self.client.run("find", "--dt", "1").out == f"{NODE}\n", 40, "the node answers")

    def call(self, action, *words):
        """Status, message and data of the node's reply."""
        done = self.client.run("rpc", "package", action, *words, "-I", NODE, "--json")
        assert done.out, done
        reply = json.loads(done.out)[0]
        return reply["statuscode"], reply["statusmsg"], reply["data"]

    def screen(self, *words, stdin=None):
        """What `mco package` shows, up to what takes a different time each time."""
        done = self.client.run("package", *words, "--np", stdin=stdin)
        return done.code, done.out.split("\nFinished")[0]

    def dpkg(self, package):
        done = self.copy.run("dpkg-query", "--show", "--showformat=${db:Status-Status} ${Version}", package)
        return done.out if done.code == 0 else None

    def hold(self, *locks):
        """A process that has these locks until it is released; its name is python3."""
        self.held += 1
        process = self.copy.start("python3", "-c", HOLD, *locks, log=self.folder / f"lock{self.held}.log")
        wait_until(lambda: "held" in process.output(), 20, "the locks are held")
        return process

    def release(self, process):
        self.copy.sh("echo >/srv/release")
        process.wait(20)
        process.stop()

    def stop(self):
        self.daemon.stop()


@pytest.fixture(scope="module")
def site(mco_broker, binaries, tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    need(can_copy(), "what it takes to copy this system (root, overlays)")
    need(os.path.exists("/usr/bin/dpkg-deb"), "dpkg")
    with Copy() as copy:
        copy.sh("mkdir -p /srv/repo")
        loaded = copy.run("sh", "-ec", "cd /srv/repo; apt-get -q download hello")
        need(loaded.code == 0, "hello, from Debian's mirror (it cannot be reached, or apt-get update was never run),")
        made = Site(copy, mco_broker, folder, binaries)
        yield made
        made.stop()


@pytest.fixture(autouse=True)
def nothing_installed(site):
    site.copy.sh("for name in hello demo slow; do if dpkg-query --show $name >/dev/null 2>&1; then dpkg --purge $name; fi; done")


def test_hello_comes_and_goes(site):
    assert site.call("apt_update")[0] == 0
    status, message, data = site.call("install", "package=hello")
    assert (status, message) == (0, "OK"), data
    assert site.dpkg("hello") == f"installed {data['ensure']}"
    assert "Setting up hello" in data["output"] and "%" not in data["output"]
    assert (data["name"], data["provider"], data["epoch"]) == ("hello", "apt", "0")
    assert f"{data['version']}-{data['release']}" == data["ensure"]
    assert site.screen("status", "hello", "-I", NODE)[1].startswith(f"   {NODE}: hello-{data['ensure']}.{data['arch']}\n\n")
    assert site.call("install", "package=hello")[:2] == (1, "Package is already installed")
    assert site.call("update", "package=hello")[0] == 0
    status, _, data = site.call("uninstall", "package=hello")
    assert (status, data["ensure"]) == (0, "purged"), "hello has no configuration files"
    assert site.call("uninstall", "package=hello")[:2] == (1, "Package is not present on the system")
    status, message, data = site.call("install", "package=nosuch")
    assert (status, data["ensure"], data["status"]) == (1, "purged", "missing")
    assert message == "Could not install nosuch: E: Unable to locate package nosuch"


def test_versions_go_up_and_down_and_configuration_stays(site):
    code, _ = site.screen("install", "demo", "--version", "1.0-1", "-I", NODE)
    assert code == 0 and site.dpkg("demo") == "installed 1.0-1"
    assert site.screen("checkupdates", "-I", NODE)[1].startswith(f"   {NODE}: demo 2:1.5-2\n\n")
    status, _, data = site.call("search", "package=de?o")
    assert (status, sorted(item["version"] for item in data["available_packages"])) == (0, ["1.0-1", "2:1.5-2"])
    site.copy.sh("echo 'changed by hand' >/etc/demo.conf")
    status, _, data = site.call("update", "package=demo")
    assert (status, data["ensure"], data["epoch"], data["version"], data["release"]) == (0, "2:1.5-2", "2", "1.5", "2")
    assert site.copy.sh("cat /etc/demo.conf") == "changed by hand\n"
    status, _, data = site.call("install", "package=demo", "version=1.0-1")
    assert (status, data["ensure"]) == (0, "1.0-1"), "an older version is what was asked for"
    assert site.client.run("find", "-S", "package('demo').status=1.0-1").out == f"{NODE}\n"
    assert site.client.run("find", "-S", "package('demo').installed=false").out == ""


def test_what_was_removed_is_purged_when_its_lock_is_free(site):
    assert site.call("install", "package=demo")[0] == 0
    status, _, data = site.call("uninstall", "package=demo")
    assert (status, data["ensure"], data["status"]) == (0, "absent", "config-files")
    assert site.screen("status", "demo", "-I", NODE)[1].startswith(f"   {NODE}: absent\n")
    locks = ("/var/lib/dpkg/lock-frontend", "/var/lib/dpkg/lock")
    holder = site.hold(*locks)
    status, message, data = site.call("purge", "package=demo")
    assert (status, data["ensure"]) == (1, "absent")
    assert message.startswith(f"Could not purge demo: {locks[0]} is held by python3 (pid ") and "also after" in message
    site.release(holder)
    status, _, data = site.call("purge", "package=demo")
    assert (status, data["ensure"], site.dpkg("demo")) == (0, "purged", None)
    assert site.copy.run("test", "-e", "/etc/demo.conf").code != 0


@pytest.mark.parametrize("lock, words", [("/var/lib/dpkg/lock-frontend", ("install", "package=hello")), ("/var/lib/apt/lists/lock", ("refresh",))],
                         ids=["install", "refresh"])
def test_locks_of_others_are_waited_for(site, lock, words):
    holder = site.hold(lock)
    with subprocess.Popen([str(word) for word in (site.client.program, "rpc", "package", *words, "-I", NODE, "--json", "-c", site.client.config)],
                          stdout=subprocess.PIPE, env=plain_environment(), text=True) as caller:
        with pytest.raises(subprocess.TimeoutExpired):
            caller.wait(3)
        site.release(holder)
        reply = json.loads(caller.communicate(timeout=40)[0])[0]
    assert reply["statuscode"] == 0, reply


def test_a_lock_that_is_not_free_in_time_is_told_with_its_holder(site):
    lock = "/var/lib/apt/lists/lock"
    holder = site.hold(lock)
    status, message, _ = site.call("refresh")
    site.release(holder)
    assert status == 1 and message.startswith(f"{lock} is held by python3 (pid "), message


def test_apt_goes_on_when_the_daemon_ends(site):
    with subprocess.Popen([str(word) for word in (site.client.program, "rpc", "package", "install", "package=slow", "-I", NODE, "-c", site.client.config)],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=plain_environment()) as caller:
        wait_until(lambda: site.dpkg("slow") == "half-configured 1.0", 30, "slow is being configured")
        site.daemon.stop()
        caller.terminate()
    assert site.dpkg("slow") == "half-configured 1.0"
    site.start()
    status, message, data = site.call("install", "package=hello")
    assert status == 1 and " is held by apt-get (pid " in message, message
    assert data["ensure"] == "purged"
    site.copy.sh("echo >/srv/go")
    wait_until(lambda: site.dpkg("slow") == "installed 1.0", 30, "apt comes to its end")


def test_count_and_sum_are_those_of_the_original(site):
    listed = site.copy.run("env", "LC_ALL=C", "dpkg", "--list").out.splitlines()
    installed = [line for line in listed if line.startswith("ii")]
    assert site.call("count")[2]["output"] == str(len(installed))
    assert site.call("md5")[2]["output"] == hashlib.md5("\n".join(installed).encode()).hexdigest()


def test_who_names_no_nodes_is_asked(site):
    question = "No filter says which nodes are meant: install demo on all of them? (y/n): "
    for answer in ("n\n", "\n", ""):
        assert site.screen("install", "demo", stdin=answer) == (1, question), repr(answer)
    assert site.screen("install", "demo") == (1, question), "there is no input at all"
    assert site.dpkg("demo") is None
    code, shown = site.screen("install", "demo", stdin="Yes\n")
    assert code == 0 and shown.startswith(question)
    assert site.dpkg("demo") == "installed 2:1.5-2"
