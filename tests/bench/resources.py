#!/usr/bin/env python3
"""Measures what one more question about resources costs: `puppet resource`, the warm worker, and what a node reads without Ruby (resources §9, line 3).

    tests/bench/resources.py [--runs 20] [--bin build/release/bin] [TYPE[/TITLE]...]

Prints medians, how many times faster each way is than `puppet resource`, and the goal for that; last what it takes to see whether the worker is outdated, which
precedes each of its questions. Fails when a goal is missed; what cannot be measured here is left out and said so. Needs Puppet, and mco-bench-resources:
ninja -C build/release mco-bench-resources. Nothing is changed. Services want systemd as process 1: elsewhere they are measured in a throw-away copy of
this machine that boots one, as root.
"""
import argparse
import os
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))

from booted import BootedSystem  # noqa: E402
from processes import run  # noqa: E402
from throwaway import can_boot  # noqa: E402

WAYS = ("worker", "native")
# How many times faster than `puppet resource` each way is to be, 0 where nothing is asked of it. A worker would ask systemd as often as Puppet does, and native
# reading knows neither jobs nor files.
GOALS = {"user": {"worker": 15, "native": 500}, "group": {"worker": 15, "native": 500}, "host": {"worker": 15, "native": 0}, "cron": {"worker": 15},
         "file//etc/passwd": {"worker": 15}, "package": {"worker": 15, "native": 200}, "service": {"native": 5}}
STAMP_GOAL = 1  # [ms]
# As a service has it: a pip of somebody's own may be no pip of Puppet's.
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}
LONGEST = 300  # [s] of one question; on a busy machine systemd takes its time


class Here:
    """This machine, as BootedSystem is another one."""

    @staticmethod
    def run(*words, timeout):
        return run(words, env=ENVIRONMENT, timeout=timeout)


def complain(about, text):
    print(f"{about}: {text.strip() or 'it says nothing'}", file=sys.stderr, flush=True)


def puppet_seconds(system, word, runs):
    """Of `puppet resource`; None if it fails here, as it does as a whole when one provider is broken."""
    times = []
    for _ in range(runs):
        done = system.run("puppet", "resource", *word.split("/", 1), timeout=LONGEST)
        if done.code != 0 or not done.out:
            complain(f"puppet resource {word}", done.err)
            return None
        times.append(done.seconds)
    return statistics.median(times)


def our_milliseconds(system, program, way, runs, words):
    """What mco-bench-resources prints, by word; without what cannot be measured here."""
    if not words and way != "stamp":
        return {}
    done = system.run(program, way, runs, *words, timeout=LONGEST * (runs + 1))
    if done.code != 0:
        complain(way, done.err)
    return {line.split()[0]: [float(figure) for figure in line.split()[1:]] for line in done.out.splitlines()}


def column(theirs, ours, goal):
    """A figure of ours, how many times faster that is, and the goal; and whether that is reached."""
    ratio = theirs * 1000 / ours[0]
    return f"{ours[0]:>10.3f} ms {ratio:>8.0f} {f'≥ {goal}' if goal else '':>8}", ratio >= goal


def measure(system, words, options):
    """Prints a line for each word. Those that miss a goal, and those that could not be measured."""
    program = (options.bin / "mco-bench-resources").resolve()
    ours = {way: our_milliseconds(system, program, way, options.runs, [word for word in words if way in GOALS[word]]) for way in WAYS}
    missed, unknown = [], []
    for word in words:
        found = {way: ours[way][word] for way in GOALS[word] if word in ours[way]}
        theirs = puppet_seconds(system, word, options.runs) if found else None
        if theirs is None or len(found) < len(GOALS[word]):
            unknown.append(word)
        if theirs is None:
            continue
        columns = {way: column(theirs, figures, GOALS[word][way]) for way, figures in found.items()}
        texts = (columns[way][0] if way in columns else "" for way in WAYS)
        print(f"{word:<17} {theirs:>10.2f} s {'   '.join(f'{text:<31}' for text in texts)}   load {os.getloadavg()[0]:.1f}", flush=True)
        missed += [] if all(reached for _, reached in columns.values()) else [word]
    return missed, unknown


def measure_stamp(options):
    """Whether it is as fast as it is to be; None if it cannot be measured."""
    found = our_milliseconds(Here(), options.bin / "mco-bench-resources", "stamp", options.runs, []).get("stamp")
    if found:
        print(f"stamp of the worker: {found[0]:.3f} ms for {found[1]:.0f} files (≤ {STAMP_GOAL} ms)")
    return found and found[0] <= STAMP_GOAL


def services_elsewhere():
    """Whether this machine's services are nobody's, while a copy could have some."""
    return not Path("/run/systemd/system").exists() and can_boot()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--bin", type=Path, default=ROOT / "build/release/bin")
    parser.add_argument("words", nargs="*", metavar="TYPE[/TITLE]", help=f"of {', '.join(GOALS)}")
    options = parser.parse_args()
    words = options.words or list(GOALS)
    if strange := [word for word in words if word not in GOALS]:
        parser.error(f"there is no goal for {', '.join(strange)}")
    if not (options.bin / "mco-bench-resources").exists():
        return f"{options.bin}/mco-bench-resources is not built"
    elsewhere = [word for word in words if word == "service" and services_elsewhere()]
    print(f"medians of {options.runs}, times faster than puppet resource; load {os.getloadavg()[0]:.1f}")
    print(f"{'':<17} {'puppet':>12} {'worker':>13} {'faster':>8} {'goal':>8}   {'native':>13} {'faster':>8} {'goal':>8}")
    missed, unknown = measure(Here(), [word for word in words if word not in elsewhere], options)
    if elsewhere:
        system = BootedSystem({}, seen=[options.bin.resolve()])
        try:
            further = measure(system, elsewhere, options)
        finally:
            system.stop()
        missed, unknown = missed + further[0], unknown + further[1]
    if not options.words:
        stamp = measure_stamp(options)
        missed += [] if stamp or stamp is None else ["stamp"]
        unknown += [] if stamp is not None else ["stamp"]
    for what, which in (("could not be measured here", unknown), ("missed the goal", missed)):
        if which:
            print(f"{', '.join(which)}: {what}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
