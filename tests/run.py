#!/usr/bin/env python3
"""What scripts/test runs, part by part: the time of each is shown at the end, and one that takes longer than its budget fails.

A part's time is the time it took, less what programs outside of this run took from it: a budget is about the part, not about what
else the machine does. docs/tests.md has the figures that the budgets come from.
"""
import argparse
import os
import random
import resource
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOGS = ROOT / "build/test-logs"
FAILED = LOGS / "failed-tests"
MAY_BE_UNSTEADY = 3  # more failures than these are no accident
PREFIX = "build/installed"
TSAN_TARGETS = ("mcollectived", "mco-broker", "mco", "mco-fleet", "mco_daemon_test", "mco_broker_test", "mco_stomp_connector_test", "mco_switchboard_test")
TSAN_TESTS = "mco_(daemon|broker|stomp_connector|switchboard)_test"
QUICK = ("integration/test_first_steps.py", "integration/test_output.py", "integration/test_targets.py", "integration/test_exit_codes.py")


@dataclass
class Part:
    """Commands, one after the other, with the seconds they may take together. `beside`: runs while the parts after it do."""
    name: str
    budget: int
    commands: list
    environment: dict = field(default_factory=dict)
    beside: bool = False
    after: str = ""  # the part beside it that has to be done before
    seconds: float = 0.0
    failed: str = ""
    unsteady: list = field(default_factory=list)  # tests that failed at first and passed alone


def busy_seconds():
    """Processor time that all programs of the machine have used so far."""
    with open("/proc/stat") as stat:
        user, nice, system, _, _, irq, softirq = map(int, stat.readline().split()[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def own_seconds():
    """Processor time of this run's processes: of those that ended from the kernel's account of children, of the others from /proc."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    ticks, parents = {}, {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            values = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(entry.parent.name)
        parents[pid], ticks[pid] = int(values[1]), sum(map(int, values[11:15]))
    mine, grown = {os.getpid()}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in mine} - mine
        mine, grown = mine | more, bool(more)
    return ended.ru_utime + ended.ru_stime + sum(ticks.get(pid, 0) for pid in mine) / os.sysconf("SC_CLK_TCK")


class Clock:
    """Seconds since it was made, less those in which other programs held the processors."""

    def __init__(self):
        self.begin, self.busy, self.own = time.monotonic(), busy_seconds(), own_seconds()

    def seconds(self):
        others = (busy_seconds() - self.busy) - (own_seconds() - self.own)
        wall = time.monotonic() - self.begin
        return wall - min(max(0.0, others) / os.cpu_count(), 0.9 * wall)


def execute(part, command, output):
    """The exit code of `command`; tests of pytest that fail are listed in FAILED (tests/conftest.py)."""
    FAILED.unlink(missing_ok=True)
    return subprocess.run(command, cwd=ROOT, env=os.environ | part.environment | {"MCO_FAILED": str(FAILED)}, stdin=subprocess.DEVNULL,
                          stdout=output, stderr=subprocess.STDOUT if output else None, check=False).returncode


def failed_tests(command):
    """The names of what failed, and the command that runs only that."""
    if command[0] == "ctest":
        lines = sorted((ROOT / "build").glob("*/Testing/Temporary/LastTestsFailed.log"), key=lambda log: log.stat().st_mtime)[-1:]
        return [line.partition(":")[2] for log in lines for line in log.read_text().splitlines()], [*command[:3], "--rerun-failed"]
    failed = FAILED.read_text().splitlines() if FAILED.exists() else []
    return failed, pytest(0, *(f"tests/{name}" for name in failed))


def try_again(part, command, code):
    """A few tests that failed are tried once more, with nothing beside them: 0 if all of them pass now, which is told at the end. What
    is broken fails twice; of thousands of tests side by side on a machine that stood still, one may fail once."""
    failed, again = failed_tests(command)
    if not 0 < len(failed) <= MAY_BE_UNSTEADY:
        return code
    print(f"== {part.name}, {len(failed)} that failed, alone: {' '.join(failed)}", flush=True)
    code = execute(part, again, None)
    if code == 0:
        part.unsteady += failed
    return code


def run(part):
    """Runs the part's commands. One that runs beside others writes to a file, whose end is shown when it fails."""
    clock, log = Clock(), LOGS / f"{part.name.replace(' ', '-')}.log"
    output = open(log, "w") if part.beside else None
    for command in part.commands:
        code = execute(part, command, output)
        if code != 0 and ("pytest" in command or command[0] == "ctest"):
            code = try_again(part, command, code)
        if code != 0:
            part.failed = f"{' '.join(map(str, command[:4]))} … ended with {code}"
            break
    part.seconds = clock.seconds()
    if not part.failed and part.seconds > part.budget:
        part.failed = f"took longer than its budget of {part.budget} s"
    if output:
        output.close()
        print("".join(log.read_text(errors="replace").splitlines(True)[-200 if part.failed else -3:]), flush=True)


def run_all(parts):
    """In order; stops at the first that fails, when those beside it have ended."""
    beside = {}
    for part in parts:
        if part.after in beside:
            beside[part.after][1].join()
        if any(earlier.failed for earlier in parts):
            break
        print(f"== {part.name}{' (beside the next)' if part.beside else ''}", flush=True)
        if part.beside:
            thread = threading.Thread(target=run, args=(part,))
            beside[part.name] = part, thread
            thread.start()
        else:
            run(part)
    for _, thread in beside.values():
        thread.join()


def report(parts, seconds):
    print(f"\n{'part':20} seconds  budget")
    for part in parts:
        print(f"{part.name:20} {part.seconds:7.0f} {part.budget:7}  {part.failed}")
    print(f"{'all, by the clock':20} {seconds:7.0f}")
    for test in (test for part in parts for test in part.unsteady):
        print(f"unsteady, passed alone: {test}")
    failed = [part.name for part in parts if part.failed]
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def build(preset, targets=(), nice=0):
    more = ["--target", *targets] if targets else []
    return [["cmake", "--preset", preset, "--log-level=WARNING"],
            ["nice", "-n", str(nice), "cmake", "--build", "--preset", preset, *more]]


def pytest(workers, *words):
    return ["/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", str(workers), "--dist", "loadgroup", *words]


def everything(workers, seed):
    """What CI runs. The tree for ThreadSanitizer is built while the tests wait for servers."""
    dev, tsan = {"MCO_BIN": str(ROOT / "build/dev/bin")}, {"MCO_BIN": str(ROOT / "build/tsan/bin")}
    return [
        Part("check", 60, [["scripts/check"], ["puppet-module/check"]]),
        Part("build", 1200, build("dev")),
        Part("unit tests", 600, [["ctest", "--preset", "all", "-j", str(os.cpu_count())]]),
        Part("installed", 180, [["cmake", "--install", "build/dev", "--prefix", PREFIX], ["scripts/demo", "--prefix", PREFIX]]),
        Part("thread build", 3600, build("tsan", TSAN_TARGETS, nice=10), beside=True),
        Part("real servers", 2100, [pytest(workers, "--durations", "25", "tests", "-m", "not machines")], dev | {"MCO_SEED": str(seed)}),
        Part("thread unit tests", 300, [["ctest", "--preset", "tsan", "-R", TSAN_TESTS]], after="thread build"),
        Part("thread tests", 700, [pytest(workers, "tests/integration", "-m", "threads")], tsan | {"MCO_SEED": str(seed)}),
    ]


def machines():
    """What takes machines of their own: Debian packages of the optimised tree are made, and Puppet deploys them (tests/support/machines.py)."""
    packages = {"MCO_PACKAGES": str(ROOT / "build/package"), "MCO_BIN": str(ROOT / "build/release/bin")}
    return [
        Part("packages", 1800, [*build("release"), ["scripts/package", "--from-build"]]),
        Part("machines", 900, [pytest(2, "--durations", "10", "tests", "-m", "machines")], packages),
        Part("demo by Puppet", 120, [["scripts/demo", "--puppet"]], packages),
    ]


def only(names, parts):
    return [part for part in parts if part.name in names]


def main():
    parser = argparse.ArgumentParser(prog="scripts/test", description="Builds with sanitizers and runs the tests.")
    parser.add_argument("what", nargs="?", default="all", choices=("all", "quick", "unit", "full"),
                        help="all (what CI runs), quick (unit tests and the daily work), unit (no servers), full (complete matrices, and a build "
                             "of every source for itself)")
    parser.add_argument("--machines", action="store_true", help="also make Debian packages and try them and the Puppet module on machines that boot")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6), help="which part of the long matrices is run")
    parser.add_argument("--workers", type=int, default=int(os.environ.get("MCO_WORKERS", os.cpu_count() + 1)), help="tests side by side")
    options = parser.parse_args()
    LOGS.mkdir(parents=True, exist_ok=True)
    # A compiler cache that other clones can use: paths relative to this one.
    os.environ.update({"CCACHE_BASEDIR": str(ROOT), "CCACHE_NOHASHDIR": "1"})
    print(f"seed {options.seed}, {options.workers} tests side by side", flush=True)
    parts = everything(options.workers, "" if options.what == "full" else options.seed)
    if options.what == "unit":
        parts = only(("check", "build", "unit tests"), parts)
    elif options.what == "quick":
        parts = only(("check", "build", "unit tests"), parts)
        parts.append(Part("daily work", 120, [pytest(options.workers, *(f"tests/{name}" for name in QUICK))], {"MCO_BIN": str(ROOT / "build/dev/bin")}))
    elif options.what == "full":
        parts.insert(1, Part("every source alone", 3600, build("release")))
        for part in parts:
            part.budget *= 3
    if options.machines or options.what == "full":
        parts += machines()
    begin = time.monotonic()
    run_all(parts)
    return report(parts, time.monotonic() - begin)


if __name__ == "__main__":
    sys.exit(main())
