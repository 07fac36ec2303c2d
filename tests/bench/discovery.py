#!/usr/bin/env python3
"""Whether discovery finds every node, each time, on an idle machine and on one that builds this tree.

    tests/bench/discovery.py [--nodes 200] [--runs 100] [--jobs 4] [--traces 0 [--keep FILE]] [--bin build/release/bin]

Starts real daemons, one process each, and runs `mco rpc rpcutil ping`: so often on the machine as it is, then as often beside `cmake --build` of a scratch
folder without ccache; each time by a client that knows nobody and by one that remembers whom it has seen. With --traces, so many `mco ping -t 3` under
each load tell when the first answer came, the longest pause between two, and the last. Fails if a run saw fewer nodes.
"""
import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))

from brokers import McoBroker  # noqa: E402
from nodes import WITHOUT_PUPPET, Client, Node  # noqa: E402
from processes import Process, wait_until  # noqa: E402


class Build:
    """A build of this tree in `folder`, over and over, until stop()."""

    def __init__(self, folder, jobs):
        environment = dict(os.environ, CCACHE_DISABLE="1")
        with open(folder / "configure.log", "wb") as log:
            subprocess.run(["cmake", "--preset", "dev", "-B", folder / "tree"], cwd=ROOT, env=environment, stdout=log, stderr=log, check=True)
        again = f"while cmake --build '{folder}/tree' -j{jobs} --clean-first; do :; done"
        self.log = folder / "build.log"
        self.process = Process(["sh", "-c", again], self.log, env=environment, cwd=ROOT)
        wait_until(lambda: "[1" in self.process.output() or not self.process.running(), 60, "the build begins")

    def stop(self):
        assert self.process.running(), self.process.output()[-3000:]  # else it was no load
        self.process.kill()


def found(done):
    """How many answered, of the statistics."""
    plain = re.sub(r"\x1b\[[\d;]*m", "", done.out)
    match = re.search(r"Finished processing (\d+) / (\d+) hosts in", plain)
    return int(match[1]) if match else 0


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def try_all(client, nodes, runs, how):
    """Prints one line; returns in how many runs somebody was missing."""
    seconds, short, load = [], [], []
    for _ in range(runs):
        done = client.run("rpc", "rpcutil", "ping")
        seconds.append(done.seconds)
        load.append(os.getloadavg()[0])
        if found(done) != nodes:
            short.append(found(done))
    print(f"{how:<18} {runs} runs of {nodes} nodes: {len(short)} short {short or ''}  median {statistics.median(seconds):.3f} s  "
          f"90 % {percentile(seconds, 0.9):.3f} s  longest {max(seconds):.3f} s  load {statistics.median(load):.1f}", flush=True)
    return len(short)


def trace(client, nodes, count, how, keep):
    """What the answers to one broadcast look like, in milliseconds."""
    for _ in range(count):
        times = sorted(float(text) for text in re.findall(r"time=([\d.]+) ms", client.run("ping", "-t", "3").out))
        if keep:
            keep.write(f"{how} {' '.join(map(str, times))}\n")
        pauses = [after - before for before, after in zip(times, times[1:])]
        print(f"{how:<18} {len(times)}/{nodes} answers: first {times[0]:.1f} ms, longest pause {max(pauses):.1f} ms at "
              f"{times[pauses.index(max(pauses))]:.1f} ms, last {times[-1]:.1f} ms", flush=True)


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--nodes", type=int, default=200)
    words.add_argument("--runs", type=int, default=100)
    words.add_argument("--jobs", type=int, default=4)
    words.add_argument("--traces", type=int, default=0)
    words.add_argument("--keep", type=argparse.FileType("a"), help="append the traces to this file")
    words.add_argument("--bin", type=Path, default=ROOT / "build/release/bin")
    options = words.parse_args()
    short, fleet = 0, []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        broker = McoBroker(options.bin / "mco-broker", folder)
        clients = {name: Client(broker, folder / name, options.bin / "mco", extra=f"plugin.client.known_nodes = {memory}\n")
                   for name, memory in (("forgetful", 0), ("remembering", folder / "known_nodes.json"))}
        client = clients["forgetful"]
        try:
            for number in range(options.nodes):
                identity = f"node{number}.lab.test"
                fleet.append(Node(broker, folder / identity, identity, {"os": "Debian"}, ["base"], options.bin / "mcollectived",
                                  extra="loglevel = warn\n" + WITHOUT_PUPPET))
            wait_until(lambda: len(client.run("find", "--dt", "4").out.split()) == options.nodes, 300, f"{options.nodes} nodes answer")
            for how in ("idle", "build"):
                build = Build(folder, options.jobs) if how == "build" else None
                try:
                    trace(client, options.nodes, options.traces, how, options.keep)
                    short += sum(try_all(one, options.nodes, options.runs, f"{how} {name}") for name, one in clients.items())
                finally:
                    if build:
                        build.stop()
        finally:
            for node in fleet:
                node.stop()
            broker.stop()
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
