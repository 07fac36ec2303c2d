"""Small Debian machines, each with a systemd, in a network of their own: what packages and Puppet do to a machine is tried on them.

    with Network("web1.example.net") as network, Machine("web1.example.net", network, packages=folder) as web:
        web.use_packages()
        assert web.run("apt-get", "install", "-qy", "mcollective").code == 0

All are copies of one root (throwaway.py), which mmdebstrap makes once and keeps below build/. They reach each other and nothing else, and what
a test changes in one is gone with it. A machine takes a second to boot, and some 60 MB of memory.
"""
import fcntl
import hashlib
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import repository
from booted import Inside
from processes import run, wait_until
from throwaway import PATH, BootedCopy, can_boot

FOLDER = Path(__file__).parents[2] / "build/machines"
SUITE = "bookworm"
SOURCES = ("/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list")
INSTALLED = ("systemd", "systemd-sysv", "dbus", "iproute2", "procps", "openssl", "puppet-agent", "facter",
             "puppet-module-puppetlabs-stdlib", "puppet-module-puppetlabs-concat")
# What can be installed: the original, and what our packages depend on. With all that they depend on.
OFFERED = ("mcollective", "mcollective-client", "logrotate", "libfmt9", "libpcre2-8-0", "libssl3", "libsystemd0", "libyaml-0-2", "libyaml-cpp0.7")
DEBIAN = "/srv/debian"  # where each machine has them
PACKAGES = "/srv/packages"  # where a machine has the packages that it was given
# $1 is the root. What mmdebstrap leaves of this system's network is taken away: a name server that does not answer costs minutes.
LOAD = r"""
set -e
chroot "$1" apt-get clean
chroot "$1" apt-get -qqy --no-install-recommends --download-only install {offered}
mkdir "$1{debian}"
mv "$1"/var/cache/apt/archives/*.deb "$1{debian}"
rm -rf "$1"/etc/apt/sources.list "$1"/etc/apt/sources.list.d/*
: >"$1/etc/resolv.conf"
rm -f "$1/etc/hostname"
"""
HUB = """
ip link set lo up
ip link add bridge type bridge
ip addr add "$1" dev bridge
ip link set bridge up
echo ready
exec sleep infinity
"""
CONNECT = """
ip link add "v$1" type veth peer name host0 netns "$2"
ip link set "v$1" master bridge up
nsenter --net --target "$2" sh -ec 'ip addr add "$0" dev host0; ip link set host0 up' "$3"
"""
ACTIONS = "Started", "Stopped", "Reloaded"
# Where the work of a machine itself leaves traces: of apt and dpkg, systemd, Puppet, and copies of /etc/passwd.
TRACES = re.compile(r"/(var/cache/(apt|debconf|ldconfig|man|puppet)|var/lib/(apt|dpkg|dbus|puppet|systemd/(catalog|timers|random-seed))|etc/puppet"
                    r"|var/log/(apt|journal|puppet)|srv|root)(/|$)|/var/log/[\w-]+\.log$|/etc/(\.pwd\.lock|ld\.so\.cache|(passwd|group|shadow|gshadow)-?)$")


def base_root():
    """The root that all machines are copies of. It is made if there is none: half a minute, and Debian's mirror, or MCO_MIRROR."""
    recipe = repr((SUITE, INSTALLED, OFFERED, LOAD))
    folder = FOLDER / f"base-{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / "lock", "w") as lock:  # tests run side by side
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _make(folder)
    return folder


def _make(folder):
    for old in FOLDER.glob("base-*"):
        shutil.rmtree(old)
    fresh = FOLDER / "base-new"
    mirror = [os.environ["MCO_MIRROR"]] if "MCO_MIRROR" in os.environ else [name for name in SOURCES if os.path.exists(name)][:1]
    offered = LOAD.format(offered=" ".join(OFFERED), debian=DEBIAN)
    done = run(["mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", "--dpkgopt=force-unsafe-io", f"--include={','.join(INSTALLED)}",
                f"--customize-hook={offered}", SUITE, fresh, *mirror],
               env={"PATH": PATH, "LANG": "C.UTF-8", "HOME": "/root"}, timeout=900)
    assert done.code == 0, done
    repository.index(f"{fresh}{DEBIAN}")
    (fresh / "etc/apt/sources.list").write_text(repository.source(DEBIAN))
    done = run(["chroot", fresh, "apt-get", "-qq", "update"])
    assert done.code == 0, done
    fresh.rename(folder)


def missing():
    """What this system lacks to have machines, or nothing."""
    if not can_boot():
        return "what it takes to boot copies of a system (root, overlays, control groups)"
    return "" if shutil.which("mmdebstrap") or any(FOLDER.glob("base-*")) else "mmdebstrap"


class Network:
    """Addresses for these names; `hub` is that of the network itself, where programs of this system may listen (`enter`)."""

    def __init__(self, *names, hub="hub.example.net"):
        self.addresses = {name: f"10.77.0.{number}" for number, name in enumerate((hub, *names), 1)}
        self._holder = subprocess.Popen(  # ends with the thread that made it
            ["setpriv", "--pdeathsig", "KILL", "unshare", "--net", "bash", "-ec", HUB, "hub", f"{self.addresses[hub]}/24"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if self._holder.stdout.readline() != b"ready\n":
            raise AssertionError(self._holder.communicate()[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def enter(self):
        """The words that a command begins with to run in it."""
        return ["nsenter", "--net", "--target", str(self._holder.pid)]

    def hosts(self):
        """/etc/hosts of each machine."""
        lines = "".join(f"{address} {name} {name.partition('.')[0]}\n" for name, address in self.addresses.items())
        return "127.0.0.1 localhost\n" + lines

    def connect(self, name, pid):
        """Gives the network namespace of that process the address of that name."""
        address = self.addresses[name]
        done = run([*self.enter(), "bash", "-ec", CONNECT, "connect", address.rpartition(".")[2], pid, f"{address}/24"])
        assert done.code == 0, done

    def stop(self):
        """The links of machines that still run end with it."""
        self._holder.kill()
        self._holder.communicate()


class Machine(BootedCopy):
    """A machine that has booted. `name` with its domain; `network` None leaves it alone; `packages` is a folder with .deb files and their list.

    `run(words…)` and `sh(lines)`, `write(path, text, mode)` and the rest are those of Copy.
    """

    def __init__(self, name, network=None, packages=None):
        self.name = name
        hosts = network.hosts() if network else f"127.0.0.1 localhost {name}\n"
        prepare = f"echo {shlex.quote(name)} >etc/hostname\nprintf %s {shlex.quote(hosts)} >etc/hosts\n"
        if packages:
            prepare += f"mkdir .{PACKAGES}\nmount --bind -o ro {shlex.quote(str(packages))} .{PACKAGES}\n"
        super().__init__(prepare, lower=base_root(), masked=(), name=name)
        try:
            self.wait()
            if network:
                network.connect(name, self._first)
            self.sh("systemctl log-target journal")
        except BaseException:
            self.stop()
            raise

    def use_packages(self):
        """Those that it was given can be installed from now on, too."""
        self.write("/etc/apt/sources.list.d/packages.list", repository.source(PACKAGES))
        self.sh("apt-get -qq update")

    def start(self, *words, log, env=None):
        """A program that goes on in there; signals go to it. `log`, a file outside, gets what it writes."""
        environment = {"PATH": PATH, "HOME": "/root", "LANG": "C.UTF-8"} | (env or {})
        return Inside([*self._enter(), "env", "-i", *(f"{name}={value}" for name, value in environment.items()), *words], log, None)

    def login(self, user, *words, timeout=60):
        """A command as that user who has logged in."""
        return self.run("runuser", "--login", user, "--command", shlex.join(map(str, words)), timeout=timeout)

    def exists(self, path):
        return self.run("test", "-e", path, "-o", "-L", path).code == 0

    def files(self):
        """The paths of all that is kept on it, but for the traces that its own work leaves."""
        return {path for path in self.sh("find / -xdev").splitlines() if not TRACES.match(path)}

    def unit(self, name, property_name="ActiveState"):
        """A property of a unit of systemd."""
        return self.run("systemctl", "show", "--value", f"--property={property_name}", name).out.strip()

    def journal(self, unit):
        """The messages about a unit and of it, a line each."""
        return self.run("journalctl", "--quiet", "--output=cat", f"--unit={unit}").out

    def count(self, unit, action="Started"):
        """How often systemd did that to the unit: Started, Stopped or Reloaded."""
        assert action in ACTIONS
        return sum(line.startswith(f"{action} {unit}") for line in self.journal(unit).splitlines())

    def wait_active(self, unit, seconds=30):
        wait_until(lambda: self.unit(unit) == "active", seconds, f"{unit} is active on {self.name}")
