"""A client whose lines are read as they come, each with the time at which it came."""
import signal
import subprocess
import tempfile
import time
from threading import Thread

from nodes import plain_environment
from processes import check_no_report, wait_until


class TimedLines:
    """`client` running these words. `lines`: pairs of seconds since the epoch and text, from standard output."""

    def __init__(self, client, *words):
        self.lines = []
        self._errors = tempfile.TemporaryFile()
        environment = plain_environment() | {"XDG_CACHE_HOME": str(client.config.parent / "cache")}
        self._child = subprocess.Popen([str(word) for word in (client.program, *words, "-c", client.config)], env=environment,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._errors)
        self._reader = Thread(target=self._read)
        self._reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._child.poll() is None:
            self._child.kill()
        self._child.wait()
        self._reader.join()
        self._child.stdout.close()
        self._errors.close()

    def _read(self):
        for line in self._child.stdout:
            self.lines.append((time.time(), line.decode("utf-8", "replace").rstrip("\n")))

    def text(self):
        return "\n".join(line for _, line in self.lines)

    def errors(self):
        self._errors.seek(0)
        return self._errors.read().decode("utf-8", "replace")

    def time_of(self, part):
        """When the first line that holds this came; None before."""
        return next((when for when, line in self.lines if part in line), None)

    def wait_for(self, part, seconds=60):
        """The time of the first line that holds this, once it has come."""
        wait_until(lambda: self.time_of(part) or self._child.poll() is not None, seconds, f"a line with {part!r}: {self.text()}")
        return self.time_of(part)

    def interrupt(self):
        self._child.send_signal(signal.SIGINT)

    def end(self, seconds=120):
        """Waits for the exit code."""
        code = self._child.wait(seconds)
        self._reader.join()
        check_no_report(self.errors())
        return code
