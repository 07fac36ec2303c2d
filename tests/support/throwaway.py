"""Copies of this system, or of another root, that are thrown away: what a test changes in one is gone with it, and never was in the system itself.

Copies are made on write, in a mount namespace; one that boots has a systemd of its own as process 1 of namespaces of its own. They take root,
and while one is there the packages of what it is a copy of must not be changed.
"""
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from processes import Process, run, wait_until

PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
# What both kinds begin with. $1 is a folder for the copy, which is to be at $1/root; $2 is what it is a copy of.
COPY = r"""set -e
mount -t tmpfs -o size=2g tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$1/root"
cd "$1/root"
mount -t tmpfs tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
"""
PLAIN = COPY + r"""
for name in proc dev sys; do mount --rbind /$name $name; done
exec chroot . sh -c "echo ready; exec sleep infinity"
"""
# It is the root and no folder of another one, or units could have no view of their own. $3: lines for a shell, $4: units to be masked, $5: the name of the machine.
BOOTED = COPY + r"""
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs tmpfs dev
for name in null zero full random urandom tty; do touch dev/$name; mount --bind /dev/$name dev/$name; done
mkdir dev/pts dev/shm
ln -s /proc/self/fd dev/fd
ln -s pts/ptmx dev/ptmx  # what gives a unit a /dev of its own looks at it
rm -f usr/sbin/policy-rc.d
units=etc/systemd/system
for unit in $4; do ln -sf /dev/null $units/$unit; done
ln -sf /lib/systemd/system/multi-user.target $units/default.target
ip link set lo up
hostname "$5"
bash -ec "$3"
mkdir .outside
pivot_root . .outside
exec chroot . bash -ec 'umount --lazy /.outside; rmdir /.outside
exec env -i container=throwaway PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system --log-target=null'
"""
# What needs hardware, a network or minutes: it stays a unit like others, and is not started.
MASKED = ("systemd-udevd systemd-udev-trigger systemd-modules-load systemd-sysctl systemd-timesyncd systemd-networkd systemd-resolved rabbitmq-server "
          "activemq puppetdb puppetserver postgresql puppet mcollective procps getty@tty1 e2scrub_reap epmd logrotate man-db dpkg-db-backup fstrim").split()
MASKED = [f"{name}.service" for name in MASKED] + ["systemd-udevd-control.socket", "systemd-udevd-kernel.socket", "dev-hugepages.mount",
                                                   "sys-kernel-debug.mount", "sys-kernel-tracing.mount", "epmd.socket"]


def can_copy():
    """Root, who may have mount namespaces and overlays of his own."""
    if os.geteuid() != 0:
        return False
    with Copy() as copy:
        return copy.ready


def unified_cgroups():
    """Where the second version of control groups is mounted; None if it is not."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    return next((Path(words[1]) for words in mounts if words[2] == "cgroup2" and "rw" in words[3].split(",")), None)


def can_boot():
    """Beside what a copy needs: control groups for systemd."""
    groups = unified_cgroups()
    return groups is not None and os.access(groups, os.W_OK) and os.path.exists("/lib/systemd/systemd") and can_copy()


class Copy:
    """One in which nothing runs but what a test runs in it; `lower` is the root that it is a copy of."""

    def __init__(self, lower="/"):
        self.folder = Path(tempfile.mkdtemp(prefix="mco-copy-"))
        self._holder = subprocess.Popen(["unshare", "--mount", "--propagation", "private", "bash", "-c", PLAIN, "copy", self.folder, lower],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.ready = self._holder.stdout.readline() == b"ready\n"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _enter(self):
        assert self.ready, "or the command would run in the system itself"
        return ["nsenter", "--mount", "--root", "--wd", "--target", self._holder.pid]

    def run(self, *words, timeout=60, stdin=None):
        """A command in the copy, with a plain environment."""
        return run([*self._enter(), "env", "-i", f"PATH={PATH}", "HOME=/root", "LANG=C.UTF-8", *words],
                   timeout=timeout, stdin=stdin)

    def bind(self, folder, place=None):
        """Has a folder of this system seen in the copy, at the same place or another."""
        done = run(["nsenter", "--mount", "--target", self._holder.pid, "sh", "-ec", 'mkdir -p "$1"; mount --bind "$0" "$1"',
                    folder, f"{self.folder}/root{place or folder}"])
        assert done.code == 0, done

    def start(self, *words, log, env=None):
        """A program that goes on in the copy; `log`, a file outside of it, gets what it writes."""
        environment = {"PATH": PATH, "HOME": "/root", "LANG": "C.UTF-8"} | (env or {})
        return Process([*self._enter(), "env", "-i", *(f"{name}={value}" for name, value in environment.items()), *words], log)

    def write(self, path, text, mode="644"):
        """A file in the copy, with its folder."""
        self.sh(f"mkdir -p {os.path.dirname(path)}")
        done = self.run("sh", "-ec", f'cat >"$0"; chmod {mode} "$0"', path, stdin=text)
        assert done.code == 0, done

    def read(self, path):
        """What a file holds; it has to be there."""
        done = self.run("cat", path)
        assert done.code == 0, done
        return done.out

    def sh(self, script, timeout=60):
        """Lines for a shell that stops at the first one that fails; what they wrote."""
        done = self.run("bash", "-ec", script, timeout=timeout)
        assert done.code == 0, done
        return done.out

    def stop(self):
        self._holder.kill()
        self._holder.communicate()
        shutil.rmtree(self.folder)  # the mounts are gone with the namespace


class BootedCopy(Copy):
    """One with a real systemd; `prepare` are lines for a shell that change files, in the root of the copy, before it starts.

    It ends with the thread that made it, if nobody stops it.
    """

    def __init__(self, prepare="", lower="/", masked=MASKED, name="throwaway"):  # pylint: disable=super-init-not-called
        self.folder = Path(tempfile.mkdtemp(prefix="mco-boot-"))
        self.group = unified_cgroups() / self.folder.name
        self.group.mkdir()
        self.ready = False
        into_group = 'echo $$ >"$0/cgroup.procs"; exec "$@"'
        namespaces = ["unshare", "--mount", "--pid", "--fork", "--kill-child=SIGKILL", "--uts", "--ipc", "--cgroup", "--net", "--propagation", "private"]
        self._holder = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "bash", "-c", into_group, self.group, *namespaces,
             "bash", "-c", BOOTED, "copy", self.folder, lower, prepare, " ".join(masked), name],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self._first = None

    def wait(self, seconds=60):
        """Until systemd has started all that it starts."""
        def first_process():
            assert self._holder.poll() is None, self._holder.stderr.read()
            children = Path(f"/proc/{self._holder.pid}/task/{self._holder.pid}/children").read_text().split()
            return children and Path(f"/proc/{children[0]}/comm").read_text() == "systemd\n" and children[0]
        self._first = wait_until(first_process, seconds, "systemd is process 1")
        wait_until(lambda: self.run("systemctl", "is-system-running").out.strip() in ("running", "degraded"), seconds, "the system is up")
        self.ready = True

    def _enter(self):
        return ["nsenter", "--mount", "--pid", "--uts", "--ipc", "--cgroup", "--net", "--root", "--wd", "--target", self._first]

    def stop(self):
        self._holder.send_signal(signal.SIGKILL)  # and with it process 1, and all others of its namespace
        self._holder.communicate()
        wait_until(lambda: not self._processes(), 30, "all processes of the copy have ended")
        for group in sorted(self.group.rglob("*/"), key=lambda path: -len(path.parts)):
            group.rmdir()
        self.group.rmdir()
        shutil.rmtree(self.folder)

    def _processes(self):
        return [line for path in [self.group, *self.group.rglob("*/")] for line in (path / "cgroup.procs").read_text().split()]
