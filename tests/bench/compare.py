#!/usr/bin/env python3
"""Measures the budgets next to Debian's original in one run, over one mco-broker; prints medians and ratios.

    tests/bench/compare.py [--nodes 200] [--runs 5] [--bin build/release/bin]
"""
import argparse
import re
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))

from brokers import McoBroker  # noqa: E402
from nodes import WITHOUT_PUPPET, Client, Node  # noqa: E402
from processes import wait_until  # noqa: E402


def median_seconds(client, words, runs, check):
    """Wall-clock seconds of whole `mco` processes, after one uncounted run; every run must pass `check`."""
    times = []
    for number in range(runs + 1):
        done = client.run(*words)
        assert check(done), done
        if number:
            times.append(done.seconds)
    return statistics.median(times)


def median_agent_time(client, identity, runs):
    """The client's own figure for one request and reply, in milliseconds."""
    times = []
    for number in range(runs + 1):
        done = client.run("rpc", "rpcutil", "ping", "-I", identity)
        assert done.code == 0, done
        if number:
            times.append(float(re.search(r"hosts in ([\d.]+) ms", done.out)[1]))
    return statistics.median(times)


def memory(pid):
    """Resident and private dirty MiB of a process."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return tuple(int(re.search(rf"{name}:\s+(\d+) kB", text)[1]) / 1024 for name in ("Rss", "Private_Dirty"))


class Side:
    """The original or ours: a fleet, a client, and what was measured."""

    def __init__(self, name, program_folder):
        self.name, self.folder = name, program_folder
        self.figures = {}

    def measure(self, broker, folder, nodes, runs):
        daemon = self.folder / "mcollectived" if self.folder else None
        client = Client(broker, folder / "client", self.folder / "mco" if self.folder else None)
        extra = "loglevel = info\n" + (WITHOUT_PUPPET if self.folder else "")
        fleet = []
        try:
            for number in range(nodes):
                name = f"{self.name}{number}.lab.test"
                fleet.append(Node(broker, folder / name, name, {"os": "Debian"}, ["base"], daemon, extra=extra))
                wait_until(fleet[-1].log_text, 60, "the daemon writes to its log")  # one start after the other
            wait_until(lambda: len(client.run("find", "--dt", "4").out.split()) == nodes, 300, f"{nodes} nodes answer")
            self.figures = {
                "start": median_seconds(client, ["help"], runs, lambda done: done.code == 0),
                "ping": median_seconds(client, ["rpc", "rpcutil", "ping"], runs,
                                       lambda done: done.code == 0 and re.search(rf"{nodes}(\x1b\[0m)? hosts", done.out)),
                "one": median_agent_time(client, fleet[0].identity, runs * 3),
                "memory": memory(fleet[0].process.pid),
            }
        finally:
            for node in fleet:
                node.stop()


def report(original, ours, nodes):
    def line(what, old, new, budget, unit):
        print(f"{what:<52} {old:>9.2f} {new:>9.2f} {new / old:>7.3f}   {budget:>6} {unit}")

    print(f"{'':<52} {'original':>9} {'ours':>9} {'ratio':>7}   budget")
    line("mco help", original["start"] * 1000, ours["start"] * 1000, "10", "ms")
    line(f"mco rpc rpcutil ping, discovery included, {nodes} nodes", original["ping"], ours["ping"], "0.25", "s")
    line("one request and reply, one node, client measured", original["one"], ours["one"], "1.0", "ms")
    line("daemon memory, idle: resident", original["memory"][0], ours["memory"][0], "18", "MiB")
    line("daemon memory, idle: private dirty", original["memory"][1], ours["memory"][1], "3", "MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=200)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--bin", type=Path, default=ROOT / "build/release/bin")
    options = parser.parse_args()
    sides = [Side("original", None), Side("ours", options.bin)]
    with tempfile.TemporaryDirectory() as name:
        broker = McoBroker(options.bin / "mco-broker", Path(name))
        try:
            for side in sides:
                side.measure(broker, Path(name) / side.name, options.nodes, options.runs)
        finally:
            broker.stop()
    report(sides[0].figures, sides[1].figures, options.nodes)


if __name__ == "__main__":
    main()
