#!/usr/bin/env python3
"""Measures what the puppet agent's answers cost, on one node with a real run behind it whose report was made five megabytes large.

    tests/bench/puppet.py [--runs 50] [--bin build/release/bin]

Prints the median of the client's own figure for one request and reply, beside that of `rpcutil#ping`. The node may start no process meanwhile.
"""
import argparse
import json
import re
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))

import puppet_home  # noqa: E402
from brokers import McoBroker  # noqa: E402
from nodes import Client, Node  # noqa: E402
from processes import wait_until  # noqa: E402

NODE = "node1.lab.test"


def median_agent_time(client, words, runs):
    times = []
    for number in range(runs + 1):
        done = client.run("rpc", *words, "-I", NODE, "--np")
        assert done.code == 0, done
        if number:
            times.append(float(re.search(r"hosts in ([\d.]+) ms", done.out)[1]))
    return statistics.median(times)


def children_started(node):
    """Processes that the daemon and those it waited for have used up time of: none may be added."""
    fields = Path(f"/proc/{node.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return fields[13], fields[14]  # cutime, cstime


def start_node(broker, home, daemon):
    directories = " ".join(puppet_home.directories(home))
    (home / "conf").mkdir(parents=True)
    (home / "site.pp").write_text("".join(f"file {{ '{home}/f{n}': ensure => file, content => 'x' }}\n" for n in range(200)))
    return Node(broker, home, NODE, {}, [], daemon,
                extra=f"plugin.puppet.splay = 0\nplugin.puppet.command = puppet apply {directories} {home}/site.pp\n")


def enlarge(report):
    """Resource states like those that are there, up to five megabytes."""
    text = report.read_text()
    begin = text.index("resource_statuses:\n") + len("resource_statuses:\n")
    end = text.index("\ncorrective_change:", begin) + 1
    states = text[begin:end]
    assert len(states) > 10_000, "a real report has states"
    report.write_text(text[:begin] + states * (1 + 5_000_000 // len(states)) + text[end:])


def measure(client, node, home, runs):
    started = json.loads(client.run("rpc", "puppet", "runonce", "-I", NODE, "-j").out)[0]["data"]["run"]
    report = home / "var/state/last_run_report.yaml"
    wait_until(lambda: report.exists() and "Currently stopped" in client.run("puppet", "status", "-I", NODE).out, 90, "the run ends")
    enlarge(report)
    before = children_started(node)
    for words in (["rpcutil", "ping"], ["puppet", "status"], ["puppet", "last_run_summary"], ["puppet", "last_run_summary", "logs=true"],
                  ["puppet", "run_result", f"run={started}"], ["rpcutil", "get_data", "source=puppet"],
                  ["rpcutil", "get_data", "source=resource", f"query=file[{home}/f7]"]):
        print(f"{' '.join(words[:3])[:60]:<60} {median_agent_time(client, words, runs):>7.2f} ms")
    assert children_started(node) == before, "the daemon has started processes"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--bin", type=Path, default=ROOT / "build/release/bin")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        broker = McoBroker(options.bin / "mco-broker", folder)
        try:
            node = start_node(broker, folder / "node", options.bin / "mcollectived")
            try:
                client = Client(broker, folder / "client", options.bin / "mco")
                wait_until(lambda: NODE in client.run("find", "--dt", "1").out, 30, "the node answers")
                measure(client, node, folder / "node", options.runs)
            finally:
                node.stop()
        finally:
            broker.stop()


if __name__ == "__main__":
    main()
