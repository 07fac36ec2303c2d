#!/usr/bin/env python3
"""Measures what reading resources costs: `puppet resource TYPE` beside what a node reads without Ruby.

    tests/bench/resources.py [--runs 20] [--bin build/release/bin] [TYPE...]

Prints medians and their ratio. Needs Puppet, and mco-bench-native: ninja -C build/release mco-bench-native. Nothing is changed. For services,
systemd has to be process 1; a type that cannot be read here is left out and said so.
"""
import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TYPES = ("user", "group", "host", "package", "service")


def puppet_seconds(kind, runs):
    """Of one `puppet resource`; None if it fails here."""
    times = []
    for _ in range(runs):
        begin = time.monotonic()
        done = subprocess.run(["puppet", "resource", kind], capture_output=True, check=False)
        times.append(time.monotonic() - begin)
        if done.returncode != 0 or not done.stdout:  # one broken provider, pip for instance, fails it as a whole
            print(f"puppet resource {kind}: {done.stderr.decode(errors='replace').strip() or 'knows none'}", file=sys.stderr)
            return None
    return statistics.median(times)


def native_milliseconds(program, kind, runs):
    done = subprocess.run([program, str(runs), kind], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"{kind}: {done.stderr.strip()}", file=sys.stderr)
        return None
    return float(done.stdout.split()[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--bin", type=Path, default=ROOT / "build/release/bin")
    parser.add_argument("types", nargs="*", default=TYPES, metavar="TYPE")
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.2f}, medians of {options.runs}")
    print(f"{'type':<10} {'puppet resource':>16} {'native':>12} {'ratio':>8}")
    for kind in options.types:
        ours = native_milliseconds(options.bin / "mco-bench-native", kind, options.runs)
        theirs = puppet_seconds(kind, options.runs) if ours is not None else None
        if theirs is None:
            print(f"{kind:<10} cannot be compared here")
        else:
            print(f"{kind:<10} {theirs:>14.2f} s {ours:>9.3f} ms {theirs * 1000 / ours:>8.0f}")


if __name__ == "__main__":
    main()
