"""Our screens against files made by Debian's original on the same fleet of three nodes, times and ids aside.

MCO_UPDATE_GOLDEN=1 makes the files anew by running the original, MCO_UPDATE_GOLDEN=new those that are not there; review them before
committing.
"""
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cases import CASES, DATA
from conftest import FACTS, need
from nodes import RUBY_CLIENT, WITHOUT_PUPPET, Client, Node, original_available, plain_environment, ruby_environment
from processes import run, wait_until
from terminal import run_in_terminal

RUNS_AT_A_TIME = 3
COMPARISON = "test_screen_equals_the_originals"
SCREENS = Path(__file__).parent / "screens"
COLLECTIVES = "collectives = {}\nmain_collective = mcollective\n"
APPLICATIONS = ["rpc", "ping", "find", "facts", "inventory", "completion", "describe_filter"]
BACKTRACE = ", use -v for full error backtrace details"  # the original has one; our sentence is all there is
SILENT = r".*warn\S* DATE: Could not receive all responses\. Did not receive responses from .*\n"  # told once: as missing, with the reason
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
    text = re.sub(SILENT, "", text.replace(BACKTRACE, ""))
    return re.sub(case.aside, "", text, flags=re.S) if case.aside else text


def screen(name):
    """The golden file, carriage returns and all."""
    return (SCREENS / f"{name}.txt").read_bytes().decode()


def start_nodes(broker, folder, program):
    def extra(n):
        collectives = COLLECTIVES.format("mcollective,eu" if n != 2 else "mcollective")
        return collectives + (WITHOUT_PUPPET if program else "")
    return [Node(broker, folder / f"node{n}", f"node{n}.lab.test", *FACTS[n], program, extra=extra(n)) for n in FACTS]


class Stage:
    """A fleet of three, and clients of both kinds configured as a case wants them.

    Most of what a command does is to wait, so several run at a time, each in a folder of its own.
    """

    def __init__(self, broker, folder, kind, program):
        self.broker, self.folder, self.kind, self.program = broker, folder, kind, program
        self.pool = ThreadPoolExecutor(RUNS_AT_A_TIME)
        self.ours = {}

    def start(self, names):
        self.ours = {name: self.pool.submit(self.play, name) for name in names}

    def play(self, name):
        """Our screen; the golden file is made before, if that is asked for."""
        if self.makes(name):
            (SCREENS / f"{name}.txt").write_bytes(self.run(name, None).encode())
        return self.run(name, self.program)

    def makes(self, name):
        mode = os.environ.get("MCO_UPDATE_GOLDEN", "")
        wanted = mode == "1" or (mode == "new" and not (SCREENS / f"{name}.txt").exists())
        return wanted and self.kind == "the original's nodes"

    def run(self, name, program):
        """The screen that `program` (none: the original) shows of a case."""
        case = CASES[name]
        folder = self.folder / name / ("ours" if program else "original")
        data = folder / "data"
        data.mkdir(parents=True)
        for file, text in DATA.items():
            (data / file).write_text(text)

        def filled(text):
            return text.replace("{data}", str(data))
        client = Client(self.broker, folder, program, extra=COLLECTIVES.format("mcollective,eu") + filled(case.config))
        words = [filled(word) for word in case.words]
        argv = [client.program, *words[:1], "-c", client.config, *words[1:]]
        environment = (plain_environment() if program else ruby_environment()) | case.env
        environment["XDG_CACHE_HOME"] = str(folder / "cache")
        environment["CLICOLOR_FORCE"] = "1"  # the original paints into pipes, too
        done = run_in_terminal(argv, environment) if case.terminal else run(argv, environment, stdin=case.stdin)
        return normalised(case, done, data).replace(str(client.config), "{config}")


def selected(request):
    """The cases that will be compared on this fleet."""
    calls = [item.callspec.params for item in request.session.items if getattr(item, "originalname", "") == COMPARISON]
    names = [call["name"] for call in calls if call["stage"] == request.param]
    return [name for name in names if request.param == "the original's nodes" or not CASES[name].of_the_originals]


@pytest.fixture(scope="module", params=["our nodes", "the original's nodes"])
def stage(request, mco_broker, binaries, tmp_path_factory):
    """A fleet; the screens must not tell who runs it."""
    need(original_available(), "the original (mcollective, mcollective-client)")
    folder = tmp_path_factory.mktemp("golden")
    nodes = start_nodes(mco_broker, folder, binaries / "mcollectived" if request.param == "our nodes" else None)
    probe = Client(mco_broker, folder / "probe", binaries / "mco")
    wait_until(lambda: len(probe.run("find", "--dt", "1").out.split()) == 3, 60, "three nodes answer")
    stage = Stage(mco_broker, folder / "screens", request.param, binaries / "mco")
    stage.start(selected(request))
    yield stage
    stage.pool.shutdown(cancel_futures=True)
    for node in nodes:
        node.stop()


@pytest.mark.sampled(3, stage="the original's nodes")
@pytest.mark.parametrize("name", CASES)
def test_screen_equals_the_originals(stage, name):
    if name not in stage.ours:
        pytest.skip("only the original's nodes answer like that")
    case, ours = CASES[name], stage.ours[name].result()
    assert compared(case, ours) == compared(case, screen(name))
    assert re.search(case.ours, ours), ours
    assert BACKTRACE not in ours


def help_of_the_original(application, folder):
    """The spellings of its options."""
    shown = run([RUBY_CLIENT, "help", application, "-c", folder / "client.cfg"], ruby_environment()).out
    lines = re.findall(r"(?m)^ {4}(?:-\w, | {4})?--.*", shown)
    return {option for line in lines for option in re.findall(r"--?\w[\w-]*", line.strip().split("  ")[0])}


def spelled(words):
    return {word.split("=")[0] if word.startswith("--") else word[:2] for word in words if word.startswith("-")}


def test_every_spelling_of_every_option_is_in_a_case(mco_broker, tmp_path):
    """The shared options with any application, its own ones with each."""
    need(original_available(), "the original (mcollective-client)")
    Client(mco_broker, tmp_path)
    options = {name: help_of_the_original(name, tmp_path) for name in APPLICATIONS}
    shared = options["find"]
    assert len(shared) > 50
    used = {name: set() for name in options}
    for case in CASES.values():
        if case.words[0] in used:
            used[case.words[0]] |= spelled(case.words)
    anywhere = set().union(*used.values()) | {"-c", "--config"}  # those that every run has
    assert {name: (own - shared - used[name]) | ((own & shared) - anywhere) for name, own in options.items()} == dict.fromkeys(options, set())


def test_every_difference_has_a_reason():
    assert [name for name, case in CASES.items() if bool(case.why) != bool(case.aside)] == []


def test_every_golden_file_has_a_case():
    """Those of doctor are ours alone, and of another test."""
    files = {path.stem for path in SCREENS.glob("*.txt")}
    assert {name for name in files if not name.startswith("doctor_")} == set(CASES)


@pytest.mark.parametrize("name", ["rpc_get_fact", "facts", "inventory", "inventory_collectives", "rpc_failures", "ping", "find_select_fstat_size",
                                  "rpc_data_fact", "rpc_data_unknown", "rpc_json_structures", "batch_verbose"])
def test_the_original_client_shows_the_same_of_either_fleet(stage, name):
    assert stage.run(name, None) == screen(name)
