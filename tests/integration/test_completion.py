"""Completion in the shells themselves: keys are pressed in bash and zsh on a terminal, fish is asked what it would offer."""
import os
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import time
from types import SimpleNamespace

import pytest

from conftest import FACTS, need
from nodes import WITHOUT_PUPPET, Node, common
from processes import run, wait_until

DDL = """metadata :name => "demo", :description => "Tries%sthings: out", :author => "a", :license => "l", :version => "1",
         :url => "u", :timeout => 5
action "paint", :description => "Paints it" do
  input :colour, :prompt => "Colour", :description => "Which", :type => :list, :optional => false, :list => ["red", "dark blue"]
  input :twice, :prompt => "Twice", :description => "Again", :type => :boolean, :optional => true
  output :done, :description => "d", :display_as => "d"
end
"""


@pytest.fixture(scope="module")
def installed(binaries, tmp_path_factory):
    """Where an installation has put the completion files."""
    need((binaries.parent / "cmake_install.cmake").exists() and shutil.which("cmake"), "the build folder of the programs")
    prefix = tmp_path_factory.mktemp("prefix")
    done = run(["cmake", "--install", binaries.parent, "--prefix", prefix, "--component", "completion"])
    assert done.code == 0, done
    return prefix / "share"


@pytest.fixture(scope="module")
def environment(binaries, installed, tmp_path_factory):
    """A user whose configuration has a plug-in of his own."""
    home = tmp_path_factory.mktemp("home")
    agents = home / "lib/mcollective/agent"
    agents.mkdir(parents=True)
    (agents / "demo.ddl").write_text(DDL % r"\t")
    (agents / "broken.ddl").write_text("metadata 7")
    (home / ".mcollective").write_text(f"libdir = {home}/lib\ncollectives = mcollective,uk\nmain_collective = mcollective\n"
                                       "nosuchkey = 1\n")
    return {"HOME": str(home), "PATH": f"{binaries}:/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "dumb",
            "XDG_DATA_DIRS": f"{installed}:/usr/share", "ASAN_OPTIONS": "detect_leaks=0"}


class Terminal:
    """A shell on a terminal. Keys can be sent at any time: what the shell is not ready for waits."""

    def __init__(self, argv, env, setup):
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.execvpe(argv[0], argv, env)
        self.seen = ""
        self.send(setup + "; echo RE''ADY\n")
        self.read_until("READY")

    def send(self, keys):
        os.write(self.descriptor, keys.encode())

    def read_until(self, mark, seconds=60):
        deadline = time.monotonic() + seconds
        while mark not in self.seen:
            ready, _, _ = select.select([self.descriptor], [], [], max(0, deadline - time.monotonic()))
            assert ready, f"no {mark}: {self.seen!r}"
            self.seen += os.read(self.descriptor, 65536).decode("utf-8", "replace")
        before, self.seen = self.seen.split(mark, 1)
        return before

    def words(self, line, key):
        """The arguments of `mco` after `line` was typed, `key` pressed and the line entered."""
        self.send(line + key + "\n")
        shown = self.read_until("WORDS-END")
        return re.findall(r"<([^>\r\n]*)>", shown.rsplit("WORDS-BEGIN", 1)[1])

    def close(self):
        os.close(self.descriptor)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


# Only words that the shell has put on the line reach this function; completion itself runs the program.
SHOW = "mco() { if [ \"$2\" = --complete ]; then command mco \"$@\"; else printf 'WORDS-BE''GIN\\n'; printf '<%s>\\n' \"$@\"; printf 'WORDS-E''ND\\n'; fi; }"


@pytest.fixture(scope="module")
def bash(environment):
    need(os.path.exists("/usr/share/bash-completion/bash_completion"), "bash-completion")
    shell = Terminal(["bash", "--noprofile", "--norc", "-i"], environment,
                     "source /usr/share/bash-completion/bash_completion; " + SHOW)
    yield SimpleNamespace(one=lambda line: shell.words(line, "\t"), all=lambda line: shell.words(line, "\x1b*"))
    shell.close()


@pytest.fixture(scope="module")
def zsh(environment, installed):
    need(shutil.which("zsh"), "zsh")
    shell = Terminal(["zsh", "-f", "-i"], environment,
                     f"fpath=({installed}/zsh/site-functions $fpath); autoload -Uz compinit; compinit -u -D; setopt nolistbeep; "
                     "zle -C all complete-word _generic; bindkey '^Xa' all; zstyle ':completion:all::::' completer _all_matches "
                     "_complete; zstyle ':completion:all:*' insert true; " + SHOW)
    yield SimpleNamespace(one=lambda line: shell.words(line, "\t"), all=lambda line: shell.words(line, "\x18a"))
    shell.close()


class Fish:
    def __init__(self, environment):
        self.environment = environment

    def offers(self, line):
        quoted = line.replace("\\", "\\\\").replace("'", "\\'")
        done = subprocess.run(["fish", "--no-config", "-c", f"set -p fish_complete_path {self.folder}; complete -C '{quoted}'"],
                              env=self.environment, capture_output=True, timeout=60, check=True)
        return [row.split("\t")[0] for row in done.stdout.decode().splitlines()]

    def one(self, line):
        """What the line's words would be."""
        offers = self.offers(line)
        assert len(offers) == 1, offers
        return self.all(line)

    def all(self, line):
        head = line[:line.rfind(" ") + 1].split()[1:]
        return head + self.offers(line)


@pytest.fixture(scope="module")
def fish(environment, installed):
    need(shutil.which("fish"), "fish")
    made = Fish(environment)
    made.folder = installed / "fish/vendor_completions.d"
    return made


@pytest.fixture(params=["bash", "zsh", "fish"])
def shell(request):
    return request.getfixturevalue(request.param)


# Lines of which only one continuation is possible, and what they become.
SINGLE = [
    ("mco rp", ["rpc"]),
    ("mco inv", ["inventory"]),
    ("mco rpc dem", ["rpc", "demo"]),
    ("mco rpc demo pa", ["rpc", "demo", "paint"]),
    ("mco rpc demo paint col", ["rpc", "demo", "paint", "colour="]),
    ("mco rpc demo paint twice=t", ["rpc", "demo", "paint", "twice=true"]),
    ("mco rpc demo paint twice=true co", ["rpc", "demo", "paint", "twice=true", "colour="]),
    ("mco rpc -a demo --action p", ["rpc", "-a", "demo", "--action", "paint"]),
    ("mco rpc --agent=dem", ["rpc", "--agent=demo"]),
    ("mco rpc --disc-m", ["rpc", "--disc-method"]),
    ("mco find -A dem", ["find", "-A", "demo"]),
    ("mco find -T u", ["find", "-T", "uk"]),
    ("mco rpc --display fa", ["rpc", "--display", "failed"]),
    ("mco puppet runo", ["puppet", "runonce"]),
    ("mco plugin doc agent/dem", ["plugin", "doc", "agent/demo"]),
    ("mco help describe", ["help", "describe_filter"]),
]


@pytest.mark.parametrize("line,words", SINGLE, ids=[line for line, _ in SINGLE])
def test_completes_the_only_possible_word(shell, line, words):
    assert shell.one(line) == words


def test_lists_all_applications(shell, environment):
    listed = run(["mco", "completion", "--list-applications"], env=environment).out.split()
    assert len(listed) > 8
    assert sorted(shell.all("mco ")) == listed


def test_lists_all_options(shell, environment):
    listed = run(["mco", "completion", "--list-options", "--application", "puppet"], env=environment).out.split()
    assert {"--no-noop", "--with-fact", "-F", "--ignoreschedules"} <= set(listed)
    longs = {option for option in listed if option.startswith("--")}
    assert set(shell.all("mco puppet --")[1:]) == longs


def test_lists_inputs_and_their_values(shell):
    assert set(shell.all("mco rpc demo paint ")[3:]) == {"colour=", "twice="}


def test_completes_files_where_files_are_wanted(shell, tmp_path):
    (tmp_path / "some-nodes.txt").write_text("")
    assert shell.one(f"mco rpc --nodes {tmp_path}/some-n") == ["rpc", "--nodes", f"{tmp_path}/some-nodes.txt"]


@pytest.mark.parametrize("line,words", [("mco find -T bl", ["find", "-T", "blue"]), ("mco rpc -c {}/other.cfg -T bl", None)])
def test_the_configuration_that_a_line_names_counts(shell, environment, line, words, tmp_path):
    other = tmp_path / "other.cfg"
    other.write_text("collectives = mcollective,blue\nmain_collective = mcollective\n")
    if words is None:
        assert shell.one(line.format(tmp_path)) == ["rpc", "-c", str(other), "-T", "blue"]
    else:
        done = run(["mco", "completion", "--complete", "--", *words[:-1], "bl"], env=environment)
        assert (done.code, done.out, done.err) == (0, "", "")


def complete(environment, *words):
    return run(["mco", "completion", "--complete", "--", *words], env=environment)


BROKEN = {
    "no configuration": None,
    "an empty one": "",
    "values that are none": "ttl = soon\n",
    "a folder that is away": "libdir = /nonexistent\n",
    "no text at all": "\x00\x01 = \xff\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_says_nothing_about_what_is_broken(environment, tmp_path, name):
    if BROKEN[name] is not None:
        (tmp_path / ".mcollective").write_text(BROKEN[name], encoding="latin-1")
    home = {**environment, "HOME": str(tmp_path), "MCOLLECTIVE_EXTRA_OPTS": "-F os=Debian --nosuchoption"}
    done = complete(home, "rpc", "rpcutil", "get_fact", "")
    assert (done.code, done.out.split("\t")[0], done.err) == (0, "fact=", "")


@pytest.mark.parametrize("words", [[], ["nosuch", ""], ["rpc", "nosuch", ""], ["rpc", "broken", ""], ["rpc", "-F", ""], ["find", "--nosuch", "--no="],
                                   ["rpc", "demo", "paint", "colour=green"], ["rpc", "-c", ""], ["rpc", "-c", "/nonexistent", "demo", "x"],
                                   ["find", "\xe9\x1b[0m\n"]], ids=repr)
def test_has_no_candidates_and_says_nothing(environment, words):
    done = complete(environment, *words)
    assert (done.code, done.err) == (0, "")
    assert done.out in ("", ":files\n")


def test_descriptions_stay_on_their_line(environment):
    done = complete(environment, "rpc", "dem")
    assert done.out == "demo\tTries things: out\n"
    listed = run(["mco", "completion", "--list-agents", "-v"], env=environment).out.splitlines()
    assert "demo:Tries things: out" in listed


def test_asks_nobody_and_is_quick(environment, tmp_path):
    with socket.socket() as broker:
        broker.bind(("127.0.0.1", 0))
        broker.listen()
        broker.setblocking(False)
        (tmp_path / ".mcollective").write_text(common(SimpleNamespace(
            connector="activemq", port=broker.getsockname()[1], vhost="/"), "client.lab.test", ""))
        (tmp_path / ".mcollective").chmod(0o600)
        home = {**environment, "HOME": str(tmp_path)}
        lines = [["rpc", ""], ["rpc", "rpcutil", ""], ["find", "-I", ""], ["inventory", ""], ["rpc", "--"]]
        seconds = [complete(home, *words).seconds for words in lines]
        with pytest.raises(BlockingIOError):
            broker.accept()
    assert min(seconds) < 1, seconds


def test_node_names_are_those_that_answered_lately(mco_broker, binaries, environment, shell, tmp_path_factory):
    """Discovery remembers them; completion does not ask again, and changes nothing."""
    folder = tmp_path_factory.mktemp("nodes")
    home = environment["HOME"]
    config = folder / "client.cfg"
    config.write_text(common(mco_broker, "client.lab.test", "logger_type = console\nloglevel = warn\n"))
    config.chmod(0o600)
    nodes = [Node(mco_broker, folder / f"n{n}", f"node{n}.lab.test", *FACTS[n], binaries / "mcollectived",
                  extra=WITHOUT_PUPPET) for n in (1, 2)]

    def both_found():
        return len(run(["mco", "find", "--dt", "1", "-c", config], env=environment).out.split()) == 2
    try:
        wait_until(both_found, 60, "two nodes answer")
    finally:
        for node in nodes:
            node.stop()
    memory = f"{home}/.cache/mcollective/known_nodes.json"
    before = os.stat(memory)
    listed = run(["mco", "completion", "--list-nodes"], env=environment)
    assert (listed.code, listed.out) == (0, "node1.lab.test\nnode2.lab.test\n")
    assert shell.one("mco find -I node2") == ["find", "-I", "node2.lab.test"]
    assert shell.one("mco inventory node1") == ["inventory", "node1.lab.test"]
    after = os.stat(memory)
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    os.unlink(memory)
