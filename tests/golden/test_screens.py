"""Our screens against files made by Debian's original on the same fleet of three nodes, times and ids aside.

MCO_UPDATE_GOLDEN=1 makes the files anew by running the original, MCO_UPDATE_GOLDEN=new those that are not there; review them before
committing.
"""
import os
import re
from pathlib import Path

import pytest

from cases import CASES, DATA
from conftest import FACTS, need
from nodes import Client, Node, original_available, plain_environment, ruby_environment
from processes import run, wait_until
from terminal import run_in_terminal

SCREENS = Path(__file__).parent / "screens"
COLLECTIVES = "collectives = {}\nmain_collective = mcollective\n"
CHANGING = [
    (r"time=\d+\.\d\d ms", "time=T ms"),
    (r"max: [\d.]+ min: [\d.]+ avg: [\d.]+", "max: T min: T avg: T"),
    ("avg: T [\u2581-\u2587]+", "avg: T GRAPH"),
    (r"hosts in \d+\.\d\d ms", "hosts in T ms"),
    (r"(Start Time|Discovery Time|Agent Time|Total Time): .*", r"\1: T"),
    (r"(Total Processor|System) Time: .*", r"\1 Time: T"),
    (r"in \d+\.\d+ seconds", "in T seconds"),
    (r"(Process ID|Total Messages|Messages Passed Filters|Messages Filtered|Expired Messages|Replies Sent): \d+", r"\1: N"),
    (r"Version: [\d.]+", "Version: V"),
    (r"Config File: .*", "Config File: F"),
    (r"Request sent with id: [0-9a-f]{32}", "Request sent with id: ID"),
    (r"((?:warn|info|error)(?:\x1b\[0m)?) [\d/]+ [\d:]+: (?:\w+\.rb:\d+:in `.*?' )?", r"\1 DATE: "),
]


def normalised(case, done, data):
    text = f"exit {done.code}\n--- stdout\n{done.out}\n--- stderr\n{done.err}"
    if case.reads:
        text += f"\n--- {case.reads}\n{(data / case.reads).read_text()}"
    text = text.replace(str(data), "{data}")
    for pattern, replacement in CHANGING:
        text = re.sub(pattern, replacement, text)
    return "\n".join(sorted(text.split("\n"))) if case.arrival else text


def compared(case, text):
    """What both screens have to have in common."""
    return re.sub(case.aside, "", text, flags=re.S) if case.aside else text


def screen(name):
    """The golden file, carriage returns and all."""
    return (SCREENS / f"{name}.txt").read_bytes().decode()


def start_nodes(broker, folder, program):
    def extra(n):
        collectives = COLLECTIVES.format("mcollective,eu" if n != 2 else "mcollective")
        return collectives + ("plugin.puppet.activate_agent = 0\n" if program else "")
    return [Node(broker, folder / f"node{n}", f"node{n}.lab.test", *FACTS[n], program, extra=extra(n)) for n in FACTS]


class Stage:
    """A fleet of three, and clients of both kinds configured as a case wants them."""

    def __init__(self, broker, folder, kind, program):
        self.broker, self.folder, self.kind, self.program = broker, folder, kind, program
        self.data = folder / "data"
        self.data.mkdir()
        for name, text in DATA.items():
            (self.data / name).write_text(text)

    def run(self, case, program):
        """The screen that `program` (none: the original) shows of a case."""
        def filled(text):
            return text.replace("{data}", str(self.data))
        extra = COLLECTIVES.format("mcollective,eu") + filled(case.config)
        client = Client(self.broker, self.folder / ("ours" if program else "original"), program, extra=extra)
        words = [filled(word) for word in case.words]
        argv = [client.program, *words[:1], "-c", client.config, *words[1:]]
        environment = (plain_environment() if program else ruby_environment()) | case.env
        environment["XDG_CACHE_HOME"] = str(client.config.parent / "cache")
        done = run_in_terminal(argv, environment) if case.terminal else run(argv, environment, stdin=case.stdin)
        return normalised(case, done, self.data).replace(str(client.config), "{config}")


@pytest.fixture(scope="module", params=["our nodes", "the original's nodes"])
def stage(request, mco_broker, binaries, tmp_path_factory):
    """A fleet; the screens must not tell who runs it."""
    need(original_available(), "the original (mcollective, mcollective-client)")
    folder = tmp_path_factory.mktemp("golden")
    nodes = start_nodes(mco_broker, folder, binaries / "mcollectived" if request.param == "our nodes" else None)
    probe = Client(mco_broker, folder / "probe", binaries / "mco")
    wait_until(lambda: len(probe.run("find", "--dt", "1").out.split()) == 3, 60, "three nodes answer")
    yield Stage(mco_broker, folder, request.param, binaries / "mco")
    for node in nodes:
        node.stop()


def updating(stage, name):
    mode = os.environ.get("MCO_UPDATE_GOLDEN", "")
    wanted = mode == "1" or (mode == "new" and not (SCREENS / f"{name}.txt").exists())
    return wanted and stage.kind == "the original's nodes"


@pytest.mark.parametrize("name", CASES)
def test_screen_equals_the_originals(stage, name):
    case = CASES[name]
    if updating(stage, name):
        SCREENS.mkdir(exist_ok=True)
        (SCREENS / f"{name}.txt").write_bytes(stage.run(case, None).encode())
    if stage.kind == "our nodes" and case.of_the_originals:
        pytest.skip("only the original's nodes answer like that")
    ours = stage.run(case, stage.program)
    assert compared(case, ours) == compared(case, screen(name))
    assert re.search(case.ours, ours), ours


def test_every_difference_has_a_reason():
    assert [name for name, case in CASES.items() if bool(case.why) != bool(case.aside)] == []


@pytest.mark.parametrize("name", ["rpc_get_fact", "facts", "inventory", "rpc_failures", "ping"])
def test_the_original_client_shows_the_same_of_either_fleet(stage, name):
    assert stage.run(CASES[name], None) == screen(name)
