"""This system booted once more: a copy-on-write copy in namespaces of its own, with its real systemd as process 1."""
import os
import shutil
import signal
from pathlib import Path

from processes import Process, run, wait_until

SYSTEMD = "/lib/systemd/systemd"
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8", "container": "mco-test"}
# What would touch the machine's devices or kernel, or take long; nothing else of the machine's is started either.
MASKED = ("systemd-udevd.service", "systemd-udevd-control.socket", "systemd-udevd-kernel.socket", "systemd-udev-trigger.service",
          "systemd-modules-load.service", "modprobe@.service", "systemd-sysctl.service", "systemd-binfmt.service", "systemd-hwdb-update.service",
          "systemd-timesyncd.service", "systemd-networkd.service", "systemd-resolved.service", "procps.service", "apparmor.service",
          "dev-hugepages.mount", "dev-mqueue.mount", "sys-kernel-debug.mount", "sys-kernel-tracing.mount", "sys-fs-fuse-connections.mount",
          "sys-kernel-config.mount", "proc-sys-fs-binfmt_misc.automount", "systemd-remount-fs.service")
# $1: a folder for it, $2: where units to be added lie, and then what is to be seen inside as it is outside
BOOT = r"""
place=$1; units=$2; shift 2
mount -t tmpfs -o size=1g tmpfs "$place"
mkdir "$place/upper" "$place/work" "$place/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$place/upper,workdir=$place/work" "$place/root"
root=$place/root
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
mount -t tmpfs tmpfs "$root/dev"
for node in null zero full random urandom tty; do touch "$root/dev/$node"; mount --bind "/dev/$node" "$root/dev/$node"; done
mkdir "$root/dev/shm" "$root/dev/pts"
ln -s /proc/self/fd "$root/dev/fd"
for seen; do mkdir -p "$root$seen"; mount --bind "$seen" "$root$seen"; done
cp -a "$units/." "$root/etc/systemd/system/"
rm -f "$root/usr/sbin/policy-rc.d" "$root/etc/fstab"
exec chroot "$root" env -i container=mco-test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    /lib/systemd/systemd --system --unit=basic.target --log-target=journal --show-status=no
"""


def cgroup_folder():
    """Where the unified hierarchy is mounted, or nothing."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    return next((Path(mount[1]) for mount in mounts if mount[2] == "cgroup2"), None)


def child_of(pid):
    """The only child of a process, or nothing."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return None
    return int(children[0]) if children else None


class Inside(Process):
    """A program in there, as child of the program that led it in."""

    def __init__(self, argv, log, env):
        super().__init__(argv, log, env=env)
        self._inner = wait_until(lambda: child_of(self.pid) or not self.running(), 20, f"{argv} is inside")

    def signal(self, number):
        os.kill(self._inner, number)


class BootedSystem:
    """Boots at once. `units`: files below /etc/systemd/system by their names, nothing stands for a masked one; `seen`: folders that are the
    same inside and outside.

    It is a copy: whatever is changed inside is gone with it. Its network is empty; programs that start() began have the machine's.
    """

    @staticmethod
    def available():
        return (os.geteuid() == 0 and os.path.exists(SYSTEMD) and cgroup_folder() is not None
                and all(shutil.which(name) for name in ("unshare", "nsenter")))

    def __init__(self, folder, units=None, seen=()):
        self.folder, place, planted = folder, folder / "place", folder / "units"
        place.mkdir(parents=True)
        planted.mkdir()
        for name, text in {**dict.fromkeys(MASKED), **(units or {})}.items():
            if text is None:
                (planted / name).symlink_to("/dev/null")
            else:
                (planted / name).write_text(text)
        self.group = cgroup_folder() / f"mco-test-{os.getpid()}-{folder.name}"
        self.group.mkdir()
        # the shell moves itself, so that systemd finds itself in the root of its own hierarchy
        words = ["sh", "-euc", f'echo $$ >"{self.group}/cgroup.procs"; exec "$@"', "sh",
                 "unshare", "--mount", "--pid", "--fork", "--kill-child=SIGKILL", "--uts", "--ipc", "--cgroup", "--net", "--propagation", "private",
                 "sh", "-euc", BOOT, "sh", place, planted, folder, *seen]
        self.process = Process(words, folder / "boot.log")
        self.pid = wait_until(lambda: child_of(self.process.pid), 20, "the system has a process 1")
        wait_until(self.is_up, 60, f"the system has booted: {self.process.output()}")

    def is_up(self):
        assert self.process.running(), self.process.output()
        if os.path.basename(os.readlink(f"/proc/{self.pid}/exe")) != "systemd":
            return False
        return self.run(["systemctl", "is-system-running"]).out.strip() in ("running", "degraded")

    def _enter(self, argv, *more):
        return ["nsenter", "--target", str(self.pid), "--mount", "--pid", "--uts", "--ipc", "--cgroup", *more, "--root", "--wd=/",
                *(str(word) for word in argv)]

    def run(self, argv, timeout=60):
        """Runs a command in there to its end."""
        return run(self._enter(argv, "--net"), env=ENVIRONMENT, timeout=timeout)

    def start(self, argv, log, env=None):
        """Starts a program in there that reaches what listens on this machine."""
        return Inside(self._enter(argv), log, {**(env or ENVIRONMENT)})

    def write(self, path, text):
        """Writes a file in there."""
        file = self.folder / "written"
        file.write_text(text)
        done = self.run(["cp", file, path])
        assert done.code == 0, done

    def stop(self):
        """All of it ends at once, as when the power goes."""
        if self.process.running():
            os.kill(self.pid, signal.SIGKILL)  # and all others with it; unshare takes no notice of SIGTERM
            self.process.wait(20)
        self.process.stop()
        wait_until(self._no_group, 20, f"nothing is left of it in {self.group}")

    def _no_group(self):
        """Its own groups first: those below others."""
        for group, _, _ in os.walk(self.group, topdown=False):
            try:
                os.rmdir(group)
            except OSError:
                return False
        return True
