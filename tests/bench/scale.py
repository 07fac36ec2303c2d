#!/usr/bin/env python3
"""Ten thousand emulated daemons behind one mco-broker: what a client costs there, and whether a node is ever lost.

    tests/bench/scale.py [--nodes 10000] [--runs 20] [--security psk|x509] [--forgetful] [--only WORD] [--bin build/release/bin]

Every command runs so often; every run must see every node that it asks for. With x509 the first run of all finds no certificate remembered: it counts for the
first command only, whose range shows it. One line for each: medians of wall time, processor time and peak memory of the
client, answers per second (of the whole process, discovery included), and what was lost. Broker, nodes and client share this machine; in parentheses the
processor time that broker and nodes needed for one run, the nodes' housekeeping included.
"""
import argparse
import json
import os
import re
import select
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))

from brokers import McoBroker  # noqa: E402
from fleets import CALLER, Emulation, allow_descriptors, counters, issue_for_all, status_options, x509_settings  # noqa: E402
from nodes import Client, plain_environment  # noqa: E402


def peak_kib(pid):
    """Of a process that runs; rusage would count what it was forked from, too. Zero when it has ended."""
    match = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(match[1]) if match else 0


def cpu_seconds(processes):
    """What they have used so far, together."""
    fields = [Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split() for process in processes]
    return sum(int(one[11]) + int(one[12]) for one in fields) / os.sysconf("SC_CLK_TCK")


class Run:
    """One `mco` process from start to end: what it printed and what it cost."""

    def __init__(self, client, words):
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            begin = time.monotonic()
            child = subprocess.Popen([str(word) for word in (client.program, *words, "-c", client.config)], stdin=subprocess.DEVNULL,
                                     stdout=out, stderr=err, env=plain_environment())
            peak = 0
            while os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
                peak = max(peak, peak_kib(child.pid))
                select.select([], [], [], 0.005)
            self.seconds = time.monotonic() - begin
            _, status, used = os.wait4(child.pid, 0)
            self.code = child.returncode = os.waitstatus_to_exitcode(status)
            self.peak_mib, self.cpu = peak / 1024, used.ru_utime + used.ru_stime
            self.out, self.err = (self._text(stream) for stream in (out, err))

    @staticmethod
    def _text(stream):
        stream.seek(0)
        return stream.read().decode("utf-8", "replace")


def pinged(run):
    return {line.split()[0] for line in run.out.splitlines() if "time=" in line}


def listed(run):
    return set(run.out.split())


def told(run):
    """Who sent a good reply, of JSON output."""
    return {reply["sender"] for reply in json.loads(run.out or "[]") if reply["statuscode"] == 0}


def told_family(run):
    """Who sent the fact that its name says, of JSON output."""
    return {reply["sender"] for reply in json.loads(run.out or "[]") if reply["sender"].startswith(str(reply["data"]["value"]).lower())}


def reported(names):
    """A reader of fact reports: how many nodes stand there with the right value."""
    def read(run):
        found = dict(re.findall(r"(\w+)\s+found (\d+) times", run.out))
        return sum(min(int(found.get(family, 0)), len(those)) for family, those in names.items())
    return read


def finished(run):
    """How many of how many, of the statistics; where nobody is named these have to do."""
    plain = re.sub(r"\x1b\[[\d;]*m", "", run.out)
    match = re.search(r"Finished processing (\d+) / (\d+) hosts in ([\d.]+) (ms|s)", plain)
    return int(match[1]) if match else 0


def commands(names):
    """Words of the command line, who has to answer, and how the answers are read off the screen."""
    everybody = set().union(*names.values())
    debian = set(names["Debian"])
    return [
        (["ping"], everybody, pinged),
        (["find"], everybody, listed),
        (["find", "-F", "os.family=Debian"], debian, listed),
        (["find", "-S", "os.family=Debian or fleet=redhat"], debian | set(names["RedHat"]), listed),
        (["facts", "os.family"], everybody, reported(names)),
        (["rpc", "rpcutil", "ping"], everybody, finished),
        (["rpc", "rpcutil", "get_fact", "fact=os.family", "--json"], everybody, told_family),
        (["rpc", "rpcutil", "inventory", "--json"], everybody, told),
    ]


def lost(run, expected, read):
    """How many of `expected` did not answer; more than all is a fault of the bench."""
    seen = read(run)
    if isinstance(seen, int):
        assert seen <= len(expected), run.out[-500:]
        return len(expected) - seen
    assert seen <= expected, sorted(seen - expected)[:5]
    return len(expected - seen)


def measure(client, emulation, words, expected, read, runs):
    """Prints one line; returns how many answers were lost in all runs."""
    done, missing, load = [], [], []
    nodes = [fleet.process for fleet in emulation.fleets]
    before = cpu_seconds([emulation.broker.process]), cpu_seconds(nodes)
    for _ in range(runs):
        load.append(os.getloadavg()[0])
        done.append(Run(client, words))
        missing.append(lost(done[-1], expected, read))
        if missing[-1]:
            print(f"    lost {missing[-1]} of {len(expected)} after {done[-1].seconds:.2f} s, exit {done[-1].code}: {done[-1].err[-600:]}", flush=True)
    seconds = [run.seconds for run in done]
    broker_cpu, nodes_cpu = ((cpu_seconds(some) - used) / runs for some, used in zip(([emulation.broker.process], nodes), before))
    middle = statistics.median(seconds)
    print(f"mco {' '.join(words):<46} {middle:6.2f} s ({min(seconds):5.2f}–{max(seconds):5.2f})  "
          f"cpu {statistics.median(run.cpu for run in done):5.2f} s (broker {broker_cpu:.2f}, nodes {nodes_cpu:.2f})  peak {max(run.peak_mib for run in done):6.1f} MiB  "
          f"{len(expected) / middle:7.0f} answers/s  lost {sum(missing)} in {runs} runs  load {statistics.median(load):.1f}", flush=True)
    return sum(missing)


def serve_and_measure(options, folder):
    broker = McoBroker(options.bin / "mco-broker", folder, extra=status_options(folder))
    emulation = Emulation(broker, folder / "nodes", options.bin / "mco-fleet", options.nodes)
    try:
        client_security = None
        if options.security == "x509":
            begin = time.monotonic()
            authority = issue_for_all(folder / "pki", sum(emulation.planned().values(), []))
            print(f"certificates made in {time.monotonic() - begin:.0f} s", flush=True)
            emulation.security = x509_settings(broker, authority)
            client_security = x509_settings(broker, authority, CALLER)
        begin = time.monotonic()
        emulation.start()
        emulation.ready(600)
        print(f"{options.nodes} daemons connected after {time.monotonic() - begin:.0f} s; MiB: broker {broker.process.rss_kib() / 1024:.0f}, "
              f"fleets {', '.join(f'{mib:.0f}' for mib in emulation.rss_mib())}", flush=True)
        memory = "".join(f"plugin.{name} = {0 if options.forgetful else folder / name}\n" for name in ("client.known_nodes", "x509.known_certificates"))
        client = Client(broker, folder / "client", options.bin / "mco", extra=memory, security=client_security)
        missing = sum(measure(client, emulation, words, expected, read, options.runs)
                      for words, expected, read in commands(emulation.planned()) if options.only in " ".join(words))
        print(f"broker at the end {broker.process.rss_kib() / 1024:.0f} MiB; {counters(broker)}")
        for line in broker.process.output().splitlines()[-20:]:
            print("broker:", line)
        return missing
    finally:
        emulation.stop()
        broker.stop()


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--nodes", type=int, default=10_000)
    words.add_argument("--runs", type=int, default=20)
    words.add_argument("--security", choices=("psk", "x509"), default="psk")
    words.add_argument("--forgetful", action="store_true", help="a client that remembers neither nodes nor their certificates")
    words.add_argument("--only", default="", help="commands that hold this text")
    words.add_argument("--bin", type=Path, default=ROOT / "build/release/bin")
    options = words.parse_args()
    if not allow_descriptors(options.nodes + 1000):
        return f"{options.nodes} connections need as many open files, and the system allows fewer"
    with tempfile.TemporaryDirectory() as name:
        return 1 if serve_and_measure(options, Path(name)) else 0


if __name__ == "__main__":
    sys.exit(main())
