"""Issue 12, item 27: Ruby objects in the replies of an agent of the original's are told, and cost nothing but themselves."""
import json

import pytest

from conftest import need
from nodes import Client, Node, original_available
from processes import wait_until

DDL = """metadata :name => "objects", :description => "Answers with objects", :author => "a", :license => "l", :version => "1", :url => "u", :timeout => 10
action "show", :description => "Shows them" do
  display :always
  output :plain, :description => "d", :display_as => "Plain"
end
"""
AGENT = """require "ostruct"
module MCollective
  module Agent
    class Objects < RPC::Agent
      class Own; def initialize; @inside = [self]; end; end
      action "show" do
        reply[:plain] = "here"
        reply[:time] = Time.at(1_500_000_000).utc
        reply[:range] = 1..5
        reply[:large] = 2**80
        reply[:ratio] = 3r / 4
        reply[:class] = String
        reply[:error] = begin; Integer("x"); rescue => e; e; end
        reply[:open] = OpenStruct.new(:a => 1)
        reply[:ended] = (system("exit 3"); $?.exitstatus && $?)
        reply[:latin] = "caf\\u00e9".encode("ISO-8859-1")
        reply[:own] = Own.new
        reply[:list] = [Own.new, :after]
      end
    end
  end
end
"""


@pytest.fixture(scope="module")
def client(mco_broker, binaries, tmp_path_factory):
    need(original_available(), "the original (mcollective, mcollective-client)")
    folder = tmp_path_factory.mktemp("objects")
    agents = folder / "lib/mcollective/agent"
    agents.mkdir(parents=True)
    (agents / "objects.ddl").write_text(DDL)
    (agents / "objects.rb").write_text(AGENT)
    libdir = f"libdir = {folder}/lib\n"
    node = Node(mco_broker, folder / "node", "ruby1.lab.test", {}, [], extra=libdir)
    made = Client(mco_broker, folder / "client", binaries / "mco", extra=libdir)
    wait_until(lambda: "ruby1.lab.test" in made.run("find", "--dt", "1").out, 30, f"the node answers; its log is in {folder}")
    yield made
    node.stop()


def test_objects_in_replies_are_told(client):
    done = client.run("rpc", "objects", "show", "-I", "ruby1.lab.test", "--json")
    assert done.code == 0, done
    [reply] = json.loads(done.out)
    data = reply["data"]
    ended = data.pop("ended")
    assert ended.startswith("#<Process::Status: pid ") and ended.endswith(" exit 3>")
    assert data.pop("error").startswith("#<ArgumentError: invalid value for Integer()")
    assert data == {"plain": "here", "time": "2017-07-14 02:40:00 UTC", "range": "1..5", "large": str(2**80), "ratio": "3/4", "class": "String",
                    "open": "#<OpenStruct a=1>", "latin": "caf\u00e9", "own": "#<MCollective::Agent::Objects::Own: not readable here>",
                    "list": ["#<MCollective::Agent::Objects::Own: not readable here>", "after"]}
