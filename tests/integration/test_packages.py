"""Debian packages: what is in them, and what installing, upgrading over Debian's 2.12.5, removing and purging does to a machine.

The tests with the mark `machines` boot two; docs/tests.md says what they cost.
"""
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import need
from nodes import PSK
from processes import run, wait_until

ROOT = Path(__file__).parents[2]
DEBIAN = ROOT / "packaging/debian"
VERSION = re.search(r"^project\(mcollective VERSION ([\d.]+) ", (ROOT / "CMakeLists.txt").read_text(), re.M)[1]
DAEMON, BROKER = "mcollective.service", "mco-broker.service"
PACKAGES = ["mcollective", "mcollective-broker", "mcollective-client", "mcollective-common", "puppet-module-mcollective"]
APT = ["apt-get", "-qqy", "--no-install-recommends"]

BROKER_CFG = "listen = 127.0.0.1:61613\n"
CONNECTION = f"""main_collective = mcollective
collectives = mcollective
libdir = /usr/share/mcollective/plugins
securityprovider = psk
plugin.psk = {PSK}
connector = activemq
plugin.activemq.pool.size = 1
plugin.activemq.pool.1.host = 127.0.0.1
plugin.activemq.pool.1.port = 61613
plugin.activemq.pool.1.user = mcollective
plugin.activemq.pool.1.password = marionette
"""
# As Debian's package leaves it, with what a site says in it.
SERVER_CFG = CONNECTION + """identity = node1.example.net
logfile = /var/log/mcollective.log
loglevel = info
daemonize = 1
factsource = yaml
plugin.yaml = /etc/mcollective/facts.yaml
"""
CLIENT_CFG = CONNECTION + "logger_type = console\nloglevel = warn\n"


# --- what has to agree

def folder_of(component):
    """What stands in debian/rules for a package made of that component."""
    rules = (DEBIAN / "rules").read_text()
    return [name for name, components in re.findall(r"^COMPONENTS_(\S+) := (.*)$", rules, re.M) if component in components.split()]


def test_every_component_is_in_one_package():
    components = set(re.findall(r"^\s*mco_(?:install(?:_program|_folder)?|manual_page)\((\w+) ", (ROOT / "packaging/CMakeLists.txt").read_text(), re.M))
    assert {"daemon", "client", "broker", "completion", "common", "documentation"} == components - {"component"}
    assert all(len(folder_of(component)) == 1 for component in components - {"component"})
    staged = re.search(r"^    for component in (.*); do$", (ROOT / "scripts/package").read_text(), re.M)[1]
    assert set(staged.split()) == components - {"component"}


def test_versions_agree():
    assert (DEBIAN / "changelog").read_text().startswith(f"mcollective ({VERSION}) ")
    assert json.loads((ROOT / "puppet-module/metadata.json").read_text())["version"] == VERSION


def test_nothing_of_the_module_is_forgotten():
    """What the archive and the package take of puppet-module/ is all of it but its tests."""
    tracked = subprocess.run(["git", "ls-files", "puppet-module"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    there = {Path(name).parts[1] for name in tracked}
    archived = set(re.search(r"parts=\((.*)\)", (ROOT / "scripts/package").read_text())[1].split())
    assert {name for name in there - archived if not name.startswith(".")} == {"check", "spec"}
    packaged = "\n".join((DEBIAN / f"puppet-module-mcollective.{kind}").read_text() for kind in ("install", "docs", "examples"))
    assert set(re.findall(r"^puppet-module/([\w.]+)", packaged, re.M)) == archived


# --- what is in them

@pytest.fixture(scope="module")
def packages(debian_packages):
    return {path.name.split("_")[0]: path for path in debian_packages.glob(f"*_{VERSION}_*.deb")}


@pytest.mark.machines
def test_lintian_is_content(debian_packages):
    said = (debian_packages / "lintian.log").read_text().splitlines()
    assert [line for line in said if re.match("[EW]: ", line)] == []


@pytest.mark.machines
def test_all_packages_are_there_and_hold_what_they_are_for(packages):
    assert sorted(packages) == PACKAGES
    need(shutil.which("dpkg-deb"), "dpkg-deb (package dpkg)")
    contents = {name: set(run(["dpkg-deb", "--contents", path]).out.split()) for name, path in packages.items()}
    for name, files in {
            "mcollective": ["usr/sbin/mcollectived", "lib/systemd/system/mcollective.service", "etc/mcollective/plugin.d/", "etc/mcollective/policies/",
                            "etc/logrotate.d/mcollective", "usr/lib/tmpfiles.d/mcollective.conf", "usr/share/man/man8/mcollectived.8.gz",
                            "usr/share/doc/mcollective/examples/observe-only.conf", "usr/share/doc/mcollective/NEWS.Debian.gz"],
            "mcollective-client": ["usr/bin/mco", "usr/share/man/man1/mco.1.gz", "usr/share/bash-completion/completions/mco",
                                   "usr/share/zsh/vendor-completions/_mco", "usr/share/fish/vendor_completions.d/mco.fish", "etc/mcollective/"],
            "mcollective-broker": ["usr/sbin/mco-broker", "lib/systemd/system/mco-broker.service", "usr/lib/sysusers.d/mcollective-broker.conf",
                                   "usr/share/man/man8/mco-broker.8.gz", "etc/mcollective/"],
            "mcollective-common": ["usr/share/mcollective/plugins/mcollective/agent/puppet.ddl", "usr/share/man/man5/mcollective.cfg.5.gz",
                                   "usr/share/doc/mcollective/docs/differences.md", "usr/share/doc/mcollective/docs/deployment.md"],
            "puppet-module-mcollective": ["usr/share/puppet/modules.available/mcollective/manifests/init.pp",
                                          "usr/share/puppet/modules.available/mcollective/metadata.json", "usr/share/puppet/modules/"]}.items():
        assert [file for file in files if f"./{file}" not in contents[name]] == [], name
    conffiles = {name: run(["dpkg-deb", "--info", path, "conffiles"]) for name, path in packages.items()}
    assert {name for name, done in conffiles.items() if done.code == 0} == {"mcollective"}
    assert conffiles["mcollective"].out == "/etc/logrotate.d/mcollective\n", "what a site configures is nobody's to overwrite"


# --- what they do to a machine

@pytest.fixture(scope="module")
def boot(debian_packages):
    """Machines by name, which can install our packages once use_packages() was called; they end with the tests of this file."""
    from machines import Machine  # here, so that whoever boots nothing needs nothing of it
    booted = []

    def start(name):
        booted.append(Machine(name, packages=debian_packages))
        return booted[-1]
    yield start
    for machine in booted:
        machine.stop()


def apt(machine, *words):
    """Nobody is there who could answer a question; dpkg stops when it has one."""
    done = machine.run(*APT, *words, timeout=300)
    assert done.code == 0, done
    return done.out


def answers(machine, identity="node1.example.net"):
    return machine.run("mco", "find").out.split() == [identity]


def configure(machine):
    machine.write("/etc/mcollective/broker.cfg", BROKER_CFG)
    machine.write("/etc/mcollective/server.cfg", SERVER_CFG, "600")
    machine.write("/etc/mcollective/client.cfg", CLIENT_CFG, "600")
    machine.write("/etc/mcollective/facts.yaml", "role: web\n")


@pytest.fixture(scope="module")
def fresh(boot):
    machine = boot("fresh.example.net")
    machine.use_packages()
    machine.before = machine.files()
    return machine


@pytest.mark.machines
def test_installed_and_unconfigured_it_is_quiet(fresh):
    apt(fresh, "install", *PACKAGES)
    assert fresh.run("systemctl", "is-system-running").out == "running\n"
    for unit in (DAEMON, BROKER):
        assert fresh.unit(unit) == "inactive" and fresh.unit(unit, "UnitFileState") == "enabled", unit
        assert fresh.unit(unit, "ConditionResult") == "no" and fresh.unit(unit, "NRestarts") == "0", unit
    assert fresh.run("getent", "passwd", "mco-broker").out.endswith(":/run/mco-broker:/usr/sbin/nologin\n")
    assert fresh.sh("stat -c '%n %a %U' /var/log/mcollective /var/cache/mcollective /var/lib/mcollective /etc/mcollective/policies").splitlines() == [
        "/var/log/mcollective 750 root", "/var/cache/mcollective 750 root", "/var/lib/mcollective 700 root", "/etc/mcollective/policies 755 root"]
    assert fresh.sh("find /etc/mcollective -type f") == "", "what is in there is the site's"
    module = fresh.sh("readlink -f /usr/share/puppet/modules/mcollective")
    assert module == "/usr/share/puppet/modules.available/mcollective\n"


@pytest.mark.machines
def test_configured_it_works_and_its_log_is_rotated(fresh):
    configure(fresh)
    apt(fresh, "install", "logrotate")
    for program in (("mcollectived", "--check-config"), ("mco-broker", "--check-config", "--config", "/etc/mcollective/broker.cfg")):
        done = fresh.run(*program)
        assert done.code == 0, done
    fresh.sh(f"systemctl start {BROKER} {DAEMON}")
    wait_until(lambda: answers(fresh), 60, f"the node answers: {fresh.journal(DAEMON)}")
    assert "web" in fresh.sh("mco facts role")
    fresh.sh("logrotate --force /etc/logrotate.d/mcollective")
    wait_until(lambda: "The logs were opened again" in fresh.run("cat", "/var/log/mcollective.log").out, 20, "the daemon writes into a new log")
    assert "mcollectived 3" in fresh.read("/var/log/mcollective.log.1")


@pytest.mark.machines
def test_removed_it_stops_and_installed_again_it_is_as_before(fresh):
    before = fresh.unit(DAEMON, "MainPID")
    apt(fresh, "install", "--reinstall", "mcollective", "mcollective-broker")
    assert fresh.unit(DAEMON, "MainPID") not in (before, "0"), "the new program runs"
    fresh.sh(f"systemctl disable {DAEMON}")
    apt(fresh, "remove", "mcollective", "mcollective-broker")
    assert fresh.run("pgrep", "-x", "mcollectived|mco-broker").code == 1
    assert fresh.exists("/etc/mcollective/server.cfg") and fresh.exists("/etc/logrotate.d/mcollective")
    apt(fresh, "install", "mcollective", "mcollective-broker")
    assert fresh.unit(BROKER) == "active" and fresh.unit(DAEMON, "UnitFileState") == "disabled", "as its administrator left it"
    fresh.sh(f"systemctl start {DAEMON}")
    wait_until(lambda: answers(fresh), 60, f"the node answers: {fresh.journal(DAEMON)}")


@pytest.mark.machines
def test_purged_it_leaves_nothing_but_the_configuration(fresh):
    apt(fresh, "purge", *PACKAGES, "logrotate")
    assert fresh.sh("find /etc/mcollective -type f | sort").split() == [
        f"/etc/mcollective/{name}" for name in ("broker.cfg", "client.cfg", "facts.yaml", "server.cfg")]
    fresh.sh("rm -r /etc/mcollective /root/.cache || true")
    apt(fresh, "autoremove", "--purge")
    left = {path for path in fresh.files() - fresh.before if "logrotate" not in path}
    assert left == set()
    assert fresh.run("systemctl", "is-system-running").out == "running\n"


@pytest.mark.machines
def test_over_the_original_with_a_sites_configuration(boot):
    machine = boot("node1.example.net")
    apt(machine, "install", "mcollective", "mcollective-client")
    assert machine.sh("dpkg-query -W -f '${Version}' mcollective").startswith("2.12.5")
    configure(machine)
    machine.sh(f"systemctl restart {DAEMON}")
    wait_until(lambda: "ruby" in machine.sh(f"readlink /proc/{machine.unit(DAEMON, 'MainPID')}/exe"), 30, "the original runs")
    given = machine.sh("cd /etc/mcollective && sha256sum *.cfg facts.yaml && stat -c '%n %a %U' *.cfg facts.yaml")
    machine.use_packages()
    apt(machine, "install", "mcollective", "mcollective-broker")
    for package in ("mcollective", "mcollective-client", "mcollective-common"):
        assert machine.sh(f"dpkg-query -W -f '${{Version}} ${{db:Status-Abbrev}}' {package}") == f"{VERSION} ii ", "all of them or none"
    assert machine.sh("cd /etc/mcollective && sha256sum *.cfg facts.yaml && stat -c '%n %a %U' *.cfg facts.yaml") == given
    assert machine.unit(DAEMON) == "active" and machine.unit(DAEMON, "UnitFileState") == "enabled"
    assert machine.sh(f"readlink /proc/{machine.unit(DAEMON, 'MainPID')}/exe") == "/usr/sbin/mcollectived\n"
    assert machine.run("pgrep", "-f", "ruby.*mcollectived").code == 1
    done = machine.run("mcollectived", "--check-config")
    assert done.code == 0, done
    wait_until(lambda: answers(machine), 60, f"the node answers: {machine.journal(DAEMON)}")
    assert machine.run("mco", "find", "-F", "role=web").out.split() == ["node1.example.net"]

    left = machine.sh("find /etc/mcollective /usr/lib/ruby/vendor_ruby/mcollective* -name '*.erb' -o -name '*.dist' -o -name '*.dpkg-*' 2>/dev/null || true")
    assert left == "", "templates of Debian's package go with it"
    assert "obsolete" not in machine.sh("dpkg-query -W -f '${Conffiles}\\n' mcollective mcollective-client mcollective-common")
    apt(machine, "purge", "mcollective", "mcollective-client", "mcollective-common")
    assert machine.sh("cd /etc/mcollective && sha256sum *.cfg facts.yaml && stat -c '%n %a %U' *.cfg facts.yaml") == given
    assert not machine.exists("/var/log/mcollective.log")


@pytest.mark.machines
def test_the_modules_archive_is_one_that_puppet_installs(boot, debian_packages):
    archive = debian_packages / f"mcollective-mcollective-{VERSION}.tar.gz"
    machine = boot("master.example.net")
    machine.sh(f"puppet module install /srv/packages/{archive.name} --ignore-dependencies --target-dir /root/modules")
    assert f"mcollective-mcollective (v{VERSION})" in machine.sh("puppet module list --modulepath /root/modules --color=false 2>&1").replace("\x1b[0m", "")
    installed = machine.sh("cd /root/modules/mcollective && find . -name '.*' -o -type f | sort").split()
    assert "./manifests/init.pp" in installed and "./LICENSE" in installed and not [name for name in installed if name.startswith(("./spec", "./check", "./."))]
