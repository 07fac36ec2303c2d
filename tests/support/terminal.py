"""A command whose standard output is a pseudo-terminal; its errors go to a pipe."""
import fcntl
import os
import pty
import struct
import subprocess
import termios
import time
from threading import Thread

from processes import Finished, check_no_report


def _window(descriptor, rows, columns):
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _drain(descriptor, into):
    while True:
        try:
            piece = os.read(descriptor, 65536)
        except OSError:  # Linux says EIO when the other side is closed
            return
        if not piece:
            return
        into.append(piece)


def run_in_terminal(argv, env, timeout=60, rows=24, columns=80):
    """As processes.run; line ends are those that the terminal got."""
    ours, theirs = pty.openpty()
    _window(theirs, rows, columns)
    begin, pieces = time.monotonic(), []
    child = subprocess.Popen([str(word) for word in argv], env=env, stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.PIPE)
    os.close(theirs)
    reader = Thread(target=_drain, args=(ours, pieces))
    reader.start()
    try:
        _, errors = child.communicate(timeout=timeout)
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
        reader.join()
        os.close(ours)
    errors = errors.decode("utf-8", "replace")
    check_no_report(errors)
    return Finished(child.returncode, b"".join(pieces).decode("utf-8", "replace"), errors, time.monotonic() - begin)
