#!/usr/bin/env python3
"""Comparing the packages of a thousand emulated nodes: how long it takes, and how much memory the client needs (resources §9, line 8).

    tests/bench/resources_fleet.py [--nodes 1000] [--packages 10000] [--drift 0.01] [--runs 20] [--bin build/release/bin]

Every node has other packages than all others, as a share of them is in another version (one of five), so that the list of each has to be fetched. Broker, nodes and
client share this machine. Prints a line for each run, and fails when a node is missing from one, or the medians are beyond the goals: 10 s and 64 MiB for the usual numbers.
"""
import argparse
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))

from brokers import McoBroker  # noqa: E402
from fleets import Emulation, allow_descriptors, status_options  # noqa: E402
from nodes import Client, common  # noqa: E402
from scale import Run, cpu_seconds  # noqa: E402

SECONDS, MIB = 10, 64


def compare(client, emulation, options):
    """One run: its line, and whether all nodes and packages are there."""
    before = cpu_seconds([emulation.broker.process]), cpu_seconds([fleet.process for fleet in emulation.fleets])
    run = Run(client, ["resource", "inspect", "package", "--jsonl", "--np"])
    broker = cpu_seconds([emulation.broker.process]) - before[0]
    nodes = cpu_seconds([fleet.process for fleet in emulation.fleets]) - before[1]
    figures = json.loads(run.out.splitlines()[0]) if run.code == 0 else {}
    complete = figures.get("nodes") == options.nodes and figures.get("total") == options.nodes * options.packages
    print(f"{run.seconds:6.2f} s  cpu {run.cpu:5.2f} s (broker {broker:.2f}, nodes {nodes:.2f})  peak {run.peak_mib:5.1f} MiB  "
          f"{figures.get('differing')} of {figures.get('titles')} differ, {100 * figures.get('similarity', 0):.2f}% similar  load {os.getloadavg()[0]:.1f}"
          f"{'' if complete else f'  INCOMPLETE: exit {run.code}, {run.err[-400:]}'}", flush=True)
    return run, complete


def measure(options, folder):
    broker = McoBroker(options.bin / "mco-broker", folder, extra=status_options(folder))

    def with_packages(identity, settings):
        return common(broker, identity, f"{settings}plugin.fleet.packages = {options.packages}\nplugin.fleet.drift = {options.drift}\n")

    emulation = Emulation(broker, folder / "nodes", options.bin / "mco-fleet", options.nodes, with_packages)
    try:
        emulation.start()
        emulation.ready(600)
        client = Client(broker, folder / "client", options.bin / "mco", extra=f"plugin.client.known_nodes = {folder}/known\n")
        done = [compare(client, emulation, options) for _ in range(options.runs)]
        seconds = statistics.median(run.seconds for run, _ in done)
        mib = statistics.median(run.peak_mib for run, _ in done)
        print(f"medians of {options.runs}: {seconds:.2f} s (≤ {SECONDS}), {mib:.1f} MiB (≤ {MIB}); {options.nodes} nodes with {options.packages:,} packages each")
        return all(complete for _, complete in done) and seconds <= SECONDS and mib <= MIB
    finally:
        emulation.stop()
        broker.stop()


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--nodes", type=int, default=1000)
    words.add_argument("--packages", type=int, default=10_000)
    words.add_argument("--drift", type=float, default=0.01)
    words.add_argument("--runs", type=int, default=20)
    words.add_argument("--bin", type=Path, default=ROOT / "build/release/bin")
    options = words.parse_args()
    if not allow_descriptors(options.nodes + 1000):
        return f"{options.nodes} connections need as many open files, and the system allows fewer"
    with tempfile.TemporaryDirectory() as name:
        return 0 if measure(options, Path(name)) else 1


if __name__ == "__main__":
    sys.exit(main())
