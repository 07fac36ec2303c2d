"""Copies of this system with services of a test, and programs in them that reach what listens on this machine."""
import os
import shlex
from pathlib import Path

from nodes import Node, plain_environment
from processes import Process, wait_until
from throwaway import BootedCopy, Copy


def child_of(pid):
    """The only child of a process, or nothing."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return None
    return int(children[0]) if children else None


class Inside(Process):
    """A program in there; signals go to it, and not to the program that led it in."""

    def __init__(self, argv, log, env):
        super().__init__(argv, log, env=env)
        self._program = wait_until(lambda: child_of(self.pid) or not self.running(), 20, f"{argv} is inside")

    def signal(self, number):
        os.kill(self._program, number)


class ScriptedSystem(Copy):
    """One without systemd. `scripts`: those in /etc/init.d by their names; `seen` as below."""

    def __init__(self, scripts, seen):
        super().__init__()
        for folder in seen:
            self.bind(folder)
        for name, text in scripts.items():
            script = f"/etc/init.d/{shlex.quote(name)}"
            self.sh(f"printf %s {shlex.quote(text)} >{script}; chmod 755 {script}")

    def start(self, argv, log, env):
        """Starts a program in there."""
        return Process([*self._enter(), *argv], log, env)


class BootedSystem(BootedCopy):
    """No more is started in it than systemd needs. `units`: files below /etc/systemd/system by their names, nothing stands for a masked one;
    `seen`: folders that are the same inside and outside.
    """

    def __init__(self, units, seen):
        lines = ["ln -sf /lib/systemd/system/basic.target etc/systemd/system/default.target"]
        for name, text in {"modprobe@.service": None, **units}.items():
            unit = f"etc/systemd/system/{shlex.quote(name)}"
            lines.append(f"ln -sf /dev/null {unit}" if text is None else f"printf %s {shlex.quote(text)} >{unit}")
        for folder in seen:
            place = shlex.quote(str(folder))
            lines.append(f"mkdir -p .{place} && mount --bind {place} .{place}")
        super().__init__("\n".join(lines))
        self.wait()
        told = self.run("systemctl", "log-target", "journal")
        assert told.code == 0, told

    def write(self, path, text):
        """Writes a file in there."""
        self.sh(f"printf %s {shlex.quote(text)} >{shlex.quote(path)}")

    def start(self, argv, log, env):
        """Starts a program in there that has this machine's network."""
        return Inside([word for word in self._enter() if word != "--net"] + list(argv), log, env)


class NodeInside(Node):
    """A daemon in such a system."""

    def __init__(self, system, *words, **more):
        self.system = system
        super().__init__(*words, **more)

    def start(self):
        words = [self.program, "--no-daemonize", "--config", self.config]
        self.process = self.system.start(words, self.folder / "output.log", plain_environment())
