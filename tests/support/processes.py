"""Child processes of a test: started with their output in a file, waited for by condition, ended by process id."""
import os
import re
import select
import signal
import socket
import subprocess
import time


SANITIZER_REPORT = re.compile(r"(Address|Leak|Thread|Memory)Sanitizer|runtime error:")


def check_no_report(text):
    """Programs built with sanitizers say on standard error what they found; that fails the test wherever it happens."""
    assert not SANITIZER_REPORT.search(text), text[-8000:]


def wait_until(condition, seconds, what):
    """Polls `condition` until it returns something true and returns that; fails the test after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        select.select([], [], [], 0.02)


def free_port():
    """A loopback port that the kernel considers free now, and gives to nobody for a minute who does not ask for this very one: a
    connection to it that has just ended keeps it. Tests run side by side, and a server takes its time to listen."""
    with socket.socket() as listener, socket.socket() as caller:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do, or the port could not be had
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        caller.connect(listener.getsockname())
        answered, _ = listener.accept()
        port = listener.getsockname()[1]
        answered.close()  # first, so that the port which lingers is this one
        return port


def accepts(port):
    """True if something listens on the loopback port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Process:
    """One running program. `log` holds what it wrote to both streams."""

    def __init__(self, argv, log, env=None, cwd=None):
        self.argv = [str(word) for word in argv]
        self.log = log
        self._stream = open(log, "ab")
        self._child = subprocess.Popen(
            self.argv, stdin=subprocess.DEVNULL, stdout=self._stream, stderr=subprocess.STDOUT,
            env=env, cwd=cwd, start_new_session=True)

    @property
    def pid(self):
        return self._child.pid

    def running(self):
        return self._child.poll() is None

    def output(self):
        with open(self.log, "rb") as stream:
            return stream.read().decode("utf-8", "replace")

    def signal(self, number):
        self._child.send_signal(number)

    def wait(self, seconds):
        return self._child.wait(seconds)

    def rss_kib(self):
        with open(f"/proc/{self.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    def stop(self, seconds=10):
        """SIGTERM, then SIGKILL to its own process group after `seconds`."""
        if self.running():
            self.signal(signal.SIGTERM)
            try:
                self._child.wait(seconds)
            except subprocess.TimeoutExpired:
                os.killpg(self.pid, signal.SIGKILL)
                self._child.wait(10)
        self._stream.close()
        check_no_report(self.output())

    def kill(self):
        """SIGKILL at once: what a crash looks like to the others."""
        os.killpg(self.pid, signal.SIGKILL)
        self._child.wait(10)
        self._stream.close()


class Finished:
    """What a command that ended left behind."""

    def __init__(self, code, out, err, seconds):
        self.code, self.out, self.err, self.seconds = code, out, err, seconds

    def __repr__(self):
        return f"exit {self.code} after {self.seconds:.2f} s\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def run(argv, env=None, timeout=60, stdin=None):
    """Runs a command to its end; `stdin` is what a pipe holds, None for no pipe."""
    begin = time.monotonic()
    done = subprocess.run([str(word) for word in argv], env=env, timeout=timeout, capture_output=True,
                          input=None if stdin is None else stdin.encode(),
                          stdin=subprocess.DEVNULL if stdin is None else None, check=False)
    check_no_report(done.stderr.decode("utf-8", "replace"))
    return Finished(done.returncode, done.stdout.decode("utf-8", "replace"),
                    done.stderr.decode("utf-8", "replace"), time.monotonic() - begin)
