"""What scripts go by: every way in which a command can end, of our client and of the original's, against our nodes.

The rows of the first two tables are those of the original's convention: what a call's statistics say, the first that holds.
"""
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import FACTS, need
from nodes import Client, Node, original_available, plain_environment, ruby_environment
from processes import run, wait_until
from test_missing import FAKETIME, clock_ahead

SOURCES = Path(__file__).parents[2]
NODES = [f"node{n}.lab.test" for n in FACTS]
NAMED = [word for node in NODES for word in ("-I", node)]
GHOSTS = ["-I", "ghost1.lab.test", "-I", "ghost2.lab.test", "-t", "1"]
GET_OS = ["rpc", "rpcutil", "get_fact", "fact=os"]
LATE = ["-F", "os=Late", "--dt", "1", "-t", "1", "--ttl", "10"]  # found, as discovery has the usual time to live; asked in vain
RUBY = "ruby1.lab.test"
LISTS = {"ghosts.txt": ["ghost1.lab.test"], "nodes.txt": NODES, "some.txt": [*NODES, "ghost1.lab.test"], "empty.txt": []}


@dataclass
class Row:
    name: str
    words: list
    code: int
    declared: bool = False  # by a client whose declaration of rpcutil allows more than the nodes' own
    ruby: bool = False  # asks the agent of tests that only a daemon of the original's can have
    config: str = ""
    stdin: str = None
    only_ours: bool = False  # where the original has no such command, or another answer (docs/differences.md)


# In the order in which the conditions are tried.
CONVENTION = [
    Row("no discovery time, no reply", [*GET_OS, *GHOSTS], 4),
    Row("nodes found, no reply", [*GET_OS, *LATE], 3),
    Row("nodes found, a reply that is no success", ["rpc", "rpcutil", "get_config_item", "item=nosuchitem", "--dt", "1"], 2),
    Row("nodes not looked for, replies", ["ping", "-t", "1"], 0),
    Row("no node found", [*GET_OS, "-F", "os=Plan9", "--dt", "1"], 1),
    Row("everything else", [*GET_OS, "--dt", "1"], 0),
]

SITUATIONS = [
    Row("all replied, named", [*GET_OS, *NAMED], 0),
    Row("all replied, listed", [*GET_OS, "--nodes", "{data}/nodes.txt"], 0),
    Row("some silent", [*GET_OS, "--nodes", "{data}/some.txt", "-t", "1"], 0),
    Row("some silent, named", [*GET_OS, *NAMED, *GHOSTS], 0),
    Row("some silent, JSON", [*GET_OS, "--nodes", "{data}/some.txt", "-t", "1", "-j"], 0),
    Row("all silent, found", ["rpc", "rpcutil", "ping", *LATE, "-j"], 3),
    Row("all silent, facts", ["facts", "os", *LATE], 3),
    Row("all silent, in batches", [*GET_OS, *GHOSTS, "--batch", "1", "--batch-sleep", "0"], 4),
    Row("all silent, listed", [*GET_OS, "--nodes", "{data}/ghosts.txt", "-t", "1"], 3),
    Row("all silent, named, facts", ["facts", "os", *GHOSTS], 4),
    Row("a node's own status 1", ["rpc", "rpcutil", "get_config_item", "item=nosuchitem", "-I", NODES[0]], 2),
    Row("a node's own status 4, action", ["rpc", "rpcutil", "nosuchaction", "-I", NODES[0]], 2, declared=True),
    Row("a node's own status 4, missing", ["rpc", "rpcutil", "get_fact", "-I", NODES[0]], 2, declared=True),
    Row("a node's own status 4, invalid", ["rpc", "rpcutil", "get_fact", "fact=a b", "-I", NODES[0]], 2, declared=True),
    Row("a node's own status 5", ["rpc", "rpcutil", "get_data", "source=nosuch", "query=x", "-I", NODES[0]], 2),
    *(Row(f"status {n}", ["rpc", "codes", "finish", f"status={n}", "-I", RUBY], 2 if n else 0, ruby=True) for n in range(6)),
    Row("one of the replies is no success", ["rpc", "rpcutil", "get_config_item", "item=pluginconf", *NAMED, "-I", RUBY], 2, ruby=True),
    Row("0 nodes, facts", ["facts", "os", "-F", "os=Plan9", "--dt", "1"], 1),
    Row("0 nodes, JSON", [*GET_OS, "-F", "os=Plan9", "--dt", "1", "-j"], 1),
    Row("0 nodes, empty list", [*GET_OS, "--nodes", "{data}/empty.txt"], 1),
    Row("ping, nobody", ["ping", "-F", "os=Plan9", "-t", "1"], 4),
    Row("ping, somebody", ["ping", "-F", "os=RedHat", "-t", "1"], 0),
    Row("unknown option", ["find", "--nosuchoption"], 1),
    Row("value of the wrong type", ["find", "-t", "abc"], 1),
    Row("bad fact filter", ["find", "-F", "os"], 1),
    Row("bad compound filter", ["find", "-S", "(os=Debian"], 1),
    Row("missing input", ["rpc", "rpcutil", "get_fact"], 1),
    Row("input that does not validate", ["rpc", "rpcutil", "get_fact", "fact=a b"], 1),
    Row("unknown agent", ["rpc", "nosuch", "ping"], 1),
    Row("unknown action", ["rpc", "rpcutil", "nosuchaction"], 1),
    Row("no words", ["rpc"], 1),
    Row("no fact", ["facts"], 1),
    Row("no report", ["inventory"], 1),
    Row("unknown collective", ["find", "-T", "nosuch"], 1),
    Row("unreadable list of nodes", ["find", "--nodes", "/nonexistent/nodes.txt"], 1),
    Row("broker away", ["ping", "--connection-timeout", "1"], 1, config="plugin.activemq.pool.1.port = 1\n"),
    Row("bad configuration", ["find"], 1, config="ttl = many\n"),
    Row("--help of an application", ["rpc", "--help"], 1),
    Row("-h of an application", ["find", "-h"], 1),
]

OTHERS = [
    Row("find, somebody", ["find", "--dt", "1"], 0),
    Row("find, nobody", ["find", "-F", "os=Plan9", "--dt", "1"], 1),
    Row("find, named and not there", ["find", "-I", "ghost1.lab.test"], 0),
    Row("find, empty list", ["find", "--nodes", "{data}/empty.txt"], 1),
    Row("find, names from a pipe", ["find"], 0, stdin="node1.lab.test\n"),
    Row("help", ["help"], 0),
    Row("help of an application", ["help", "rpc"], 0),
    Row("help of none", ["help", "nosuch"], 1),
    Row("completion", ["completion", "--list-agents"], 0),
    Row("completion of an unknown agent", ["completion", "--list-actions", "--agent", "nosuch"], 0),
    Row("completion of nothing", ["completion"], 1),
    Row("list of plug-ins", ["plugin", "doc"], 0),
    Row("documentation", ["plugin", "doc", "rpcutil"], 0),
    Row("documentation of an unknown plug-in", ["plugin", "doc", "nosuch"], 1),
    Row("description of filters", ["describe_filter", "-F", "os=Debian"], 0),
    Row("description of a bad filter", ["describe_filter", "-F", "os"], 1),
    Row("no results wanted", ["rpc", "rpcutil", "ping", "--no-results", *GHOSTS], 0),
    Row("replies go elsewhere", ["rpc", "rpcutil", "ping", "--reply-to", "/queue/mcollective.reply.elsewhere", *GHOSTS], 0),
    Row("inventory", ["inventory", NODES[0]], 0),
    Row("inventory of a silent node", ["inventory", "ghost1.lab.test", "-t", "1"], 1),
    Row("collectives", ["inventory", "--lc", "--dt", "1"], 0),
    Row("collectives of nobody", ["inventory", "--lc", "-F", "os=Plan9", "--dt", "1"], 0),
    Row("map", ["inventory", "--map", "{data}/graph.dot", "-I", NODES[0]], 0),
    Row("--version", ["find", "--version"], 1),
    Row("unknown command", ["nosuch"], 1),
    Row("an option for a command", ["-v"], 1),
    Row("puppet, 0 nodes", ["puppet", "status", "-F", "os=Plan9", "--dt", "1"], 1, only_ours=True),
    Row("puppet count, 0 nodes", ["puppet", "count", "-F", "os=Plan9", "--dt", "1"], 1, only_ours=True),
]


def lenient_declaration(folder):
    """A library with a declaration of rpcutil under which a client sends what nodes refuse."""
    text = (SOURCES / "agents/rpcutil/rpcutil.ddl").read_text()
    begin = text.index('action "get_fact"')
    end = text.index("\nend\n", begin)
    get_fact = text[begin:end].replace(":optional    => false", ":optional    => true").replace("'^[\\w\\-\\.]+$'", "'^.+$'")
    assert get_fact.count("true") == 1 and "^.+$" in get_fact, get_fact
    target = folder / "mcollective/agent/rpcutil.ddl"
    target.parent.mkdir(parents=True)
    target.write_text(text[:begin] + get_fact + text[end:] + '\naction "nosuchaction", :description => "Not there" do\nend\n')
    return f"libdir = {folder}\n"


CODES_DDL = """metadata :name => "codes", :description => "Ends as it is told", :author => "The mcollective developers",
         :license => "Apache-2.0", :version => "1.0", :url => "https://docs.puppet.com/mcollective", :timeout => 5

action "finish", :description => "Ends with a status" do
  display :always
  input :status, :prompt => "Status", :description => "The status", :type => :integer, :optional => false
end
"""
CODES_RB = """module MCollective
  module Agent
    class Codes < RPC::Agent
      action "finish" do
        reply.fail("as told", request[:status]) if request[:status] > 0
      end
    end
  end
end
"""


def agent_of_tests(folder):
    """A library with an agent that ends with any status; ours are compiled in, so only the original's daemon can have it."""
    for name, text in {"codes.ddl": CODES_DDL, "codes.rb": CODES_RB}.items():
        target = folder / "mcollective/agent" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return f"libdir = {folder}\n"


class LateNode(Node):
    def start(self):
        self.environment = clock_ahead(30)
        super().start()


class Estate:
    """Three nodes of ours, one of ours whose clock is half a minute ahead, and one of the original's if it is installed."""

    def __init__(self, broker, folder, binaries):
        self.broker, self.folder, self.binaries = broker, folder, binaries
        self.declaration = lenient_declaration(folder / "lenient")
        self.agent = agent_of_tests(folder / "codes")
        self.data = folder / "data"
        self.data.mkdir()
        for name, nodes in LISTS.items():
            (self.data / name).write_text("".join(f"{node}\n" for node in nodes))
        program = binaries / "mcollectived"
        self.nodes = [Node(broker, folder / name, name, *FACTS[n], program) for n, name in enumerate(NODES, 1)]
        self.nodes.append(LateNode(broker, folder / "late", "late.lab.test", {"os": "Late"}, [], program))
        if original_available():
            self.nodes.append(Node(broker, folder / "ruby", RUBY, {"os": "Ruby"}, [], extra=self.agent))

    def run(self, row, program, *more):
        words = [word.replace("{data}", str(self.data)) for word in row.words]
        client = Client(self.broker, self.folder / ("ours" if program else "original"), program)
        extra = row.config + (self.declaration if row.declared else "") + (self.agent if row.ruby else "")
        client.config.write_text(client.config.read_text() + extra)
        return client.run(*words, *more, stdin=row.stdin)

    def stop(self):
        for node in self.nodes:
            node.stop()


@pytest.fixture(scope="module")
def estate(mco_broker, binaries, tmp_path_factory):
    need(FAKETIME.exists(), "faketime")
    estate = Estate(mco_broker, tmp_path_factory.mktemp("estate"), binaries)
    probe = Client(mco_broker, estate.folder / "probe", binaries / "mco")
    wait_until(lambda: len(probe.run("find", "--dt", "1").out.split()) == len(estate.nodes), 60, "all nodes answer")
    yield estate
    estate.stop()


ROWS = {row.name: row for row in CONVENTION + SITUATIONS + OTHERS}


@pytest.mark.parametrize("name", ROWS)
def test_our_client_ends_with_the_code(estate, name):
    need(original_available() or not ROWS[name].ruby, "the original (mcollective)")
    done = estate.run(ROWS[name], estate.binaries / "mco")
    assert done.code == ROWS[name].code, done


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if not row.only_ours])
def test_the_original_client_ends_with_the_same(estate, name):
    need(original_available(), "the original (mcollective, mcollective-client)")
    done = estate.run(ROWS[name], None)
    assert done.code == ROWS[name].code, done


@pytest.mark.parametrize("name", [name for name in ROWS if "status" in name])
def test_the_replies_have_the_status_that_the_row_means(estate, name):
    """Such a row is only worth something if nodes give it."""
    need(original_available() or not ROWS[name].ruby, "the original (mcollective)")
    done = estate.run(ROWS[name], estate.binaries / "mco", "-j")
    assert f'"statuscode":{re.search("status ([0-5])", name)[1]},' in done.out, done


def test_the_mixed_replies_are_mixed(estate, need_original):
    """The original's daemon has an item that ours have not."""
    done = estate.run(ROWS["one of the replies is no success"], estate.binaries / "mco", "-j")
    assert [done.out.count(f'"statuscode":{status}') for status in (0, 1)] == [1, len(NODES)], done


def test_the_table_of_commands_alone(estate):
    """Without a command there is nothing that could fail."""
    config = {"MCOLLECTIVE_EXTRA_OPTS": f"-c {estate.folder / 'probe/client.cfg'}"}
    for words in ([], ["--help"]):
        assert run([estate.binaries / "mco", *words], plain_environment() | config).code == 0
        if original_available():
            assert run(["/usr/bin/mco", *words], ruby_environment() | config).code == 0
