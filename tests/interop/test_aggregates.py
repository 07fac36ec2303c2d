"""Aggregates beside the original: what it shows is what aggregates.json says of it, and the unit tests of cli/render hold us to the
same file; and both clients show the same of a call to an agent with every kind of value.

MCO_AGGREGATES names a folder with the folders aggregate/ and util/ of the add-ons, to ask them, too. MCO_UPDATE_AGGREGATES=1 records
what is said.
"""
import json
import os
import subprocess
from pathlib import Path

import pytest

from conftest import FACTS, need
from nodes import Client, Node, original_available, ruby_environment
from processes import wait_until

DATA = Path(__file__).parent / "aggregates.json"
DRIVER = Path(__file__).parent / "aggregates_original.rb"
ADDONS = os.environ.get("MCO_AGGREGATES")


def shown_by_the_original(calls):
    words = ["ruby", DRIVER] + ([ADDONS] if ADDONS else [])
    done = subprocess.run(words, input=json.dumps(calls), env=ruby_environment(), timeout=300, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_the_original_still_shows_what_is_recorded():
    need(original_available(), "the original (mcollective, mcollective-client)")
    recorded = json.loads(DATA.read_text())
    calls = [call for call in recorded["calls"] if ADDONS or not call.get("addon")]
    assert len(calls) >= 40
    answers = shown_by_the_original(calls)
    if os.environ.get("MCO_UPDATE_AGGREGATES"):
        for call, answer in zip(calls, answers):
            call["original"] = answer
        DATA.write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n")
    assert dict(zip((call["name"] for call in calls), answers)) == {call["name"]: call["original"] for call in calls}


OUTPUTS = {"words": "summary", "lists": "summary", "whole": "sum", "part": "sum", "mean": "average", "exact": "average", "mixed": "sum",
           "nothing": "summary", "everything": "summary"}
DDL = """metadata :name => "figures", :description => "d", :author => "a", :license => "l", :version => "1", :url => "u", :timeout => 5
action "all", :description => "d" do
    display :always
%s
    summarize do
%s
    end
end
""" % ("\n".join(f'    output :{name}, :description => "d", :display_as => "The {name}"' for name in OUTPUTS),
       "\n".join(f"        aggregate {function}(:{name})" for name, function in OUTPUTS.items()) +
       '\n        aggregate sum(:whole, :format => "%d in all")')
AGENT = """module MCollective
  module Agent
    class Figures < RPC::Agent
      action "all" do
        n = Config.instance.identity[/\\d/].to_i
        reply[:words] = ["one", "two", "one"][n - 1]
        reply[:lists] = ["a"] * n + [["nested"]]
        reply[:whole] = n
        reply[:part] = n / 4.0
        reply[:mean] = n * n
        reply[:exact] = n * 1.5
        reply[:mixed] = n == 2 ? "two" : n
        reply[:everything] = [7, "7", {"k" => [true, nil]}][n - 1]
      end
    end
  end
end
"""


REFUSED = 'the value "two" cannot be aggregated'  # the original tells no reason


@pytest.fixture
def clients(mco_broker, binaries, tmp_path):
    """(ours, the original's) on three of the original's nodes with the agent."""
    need(original_available(), "the original (mcollective, mcollective-client)")
    library = tmp_path / "lib"
    agents = library / "mcollective" / "agent"
    agents.mkdir(parents=True)
    (agents / "figures.ddl").write_text(DDL)
    (agents / "figures.rb").write_text(AGENT)
    libdir = f"libdir = {library}\n"
    nodes = [Node(mco_broker, tmp_path / f"node{n}", f"node{n}.lab.test", *FACTS[n], extra=libdir) for n in FACTS]
    ours = Client(mco_broker, tmp_path / "ours", binaries / "mco", extra=libdir)
    wait_until(lambda: len(ours.run("find", "-A", "figures", "--dt", "1").out.split()) == len(nodes), 60, "three nodes answer")
    yield ours, Client(mco_broker, tmp_path / "original", extra=libdir)
    for node in nodes:
        node.stop()


def summaries(client):
    """The blocks between results and statistics; batches of one make the nodes answer in their order."""
    done = client.run("rpc", "figures", "all", "--np", "-I", "node1.lab.test", "-I", "node2.lab.test", "-I", "node3.lab.test",
                      "--batch", "1", "--batch-sleep", "0.05", "--sort", env={"NO_COLOR": "1"})
    assert done.code == 0, done
    text = done.out.replace("\033[0m", "").replace("\033[1m", "").replace("\033[33m", "")
    return text[text.index("Summary of"):text.index("Finished processing")]


def test_both_clients_show_the_same_of_a_call(clients):
    ours, original = (summaries(client) for client in clients)
    assert REFUSED in ours and ours == original.replace("exception raised while processing result data", REFUSED)
    assert ours.count("Summary of") == len(OUTPUTS) + 1 and "Could not compute" in ours
