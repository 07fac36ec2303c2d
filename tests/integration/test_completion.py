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

from conftest import need
from nodes import Client
from processes import run

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
    done = run(["cmake", "--install", binaries.parent, "--prefix", prefix])
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
SHOW = "mco() { if [ \"$1\" = completion ]; then command mco \"$@\"; else printf 'WORDS-BE''GIN\\n'; printf '<%s>\\n' \"$@\"; printf 'WORDS-E''ND\\n'; fi; }"


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


def test_completes_files_where_files_are_wanted(shell, tmp_path, monkeypatch):
    (tmp_path / "some-nodes.txt").write_text("")
    assert shell.one(f"mco rpc --nodes {tmp_path}/some-n") == ["rpc", "--nodes", f"{tmp_path}/some-nodes.txt"]
