"""An agent is one folder, its command included (agents/README.md): the folder is put into a copy of the tree, daemon and client are built there
and use it. In the same build, a folder outside of the tree brings a data plug-in."""
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import need
from nodes import Client, Node
from processes import run, wait_until

TREE = Path(__file__).parents[2]
EXAMPLES = TREE / "tests/support/agents"
SUNNY, RAINY, INACTIVE = "sunny.lab.test", "rainy.lab.test", "inactive.lab.test"


def run_in(folder, *words, env=None):
    """Both streams together: what these programs say is for people. The time is for one that hangs."""
    return subprocess.run([*map(str, words)], cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=1800, text=True, check=False)


class Copy:
    """The files of the tree as a repository of their own, with one commit of what stands in the tree now."""

    def __init__(self, folder):
        self.folder = folder
        for name in filter(None, run_in(TREE, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").stdout.split("\0")):
            if (TREE / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(TREE / name, folder / name)
        self.git("init", "-q")
        self.git("add", "--all")
        self.git("-c", "user.name=Test", "-c", "user.email=test@lab.test", "commit", "-q", "--message", "The tree")

    def git(self, *words):
        done = run_in(self.folder, "git", *words)
        assert done.returncode == 0, done
        return done.stdout

    def cmake(self, *words):
        """With the compiler cache's paths counted from the copy's root: what the tree's own build has compiled is not compiled again."""
        environment = os.environ | {"CCACHE_BASEDIR": str(self.folder), "CCACHE_NOHASHDIR": "1"}
        return run_in(self.folder, "cmake", *words, env=environment)


@pytest.fixture(scope="module")
def preset(binaries):
    """That of the programs under test, as the compiler cache knows their objects."""
    name = binaries.parent.name
    return name if f'"name": "{name}"' in (TREE / "CMakePresets.json").read_text() else "dev"


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """The copy, with one more folder."""
    need(shutil.which("cmake") and shutil.which("ninja") and shutil.which("git"), "cmake with ninja and git")
    copy = Copy(tmp_path_factory.mktemp("tree"))
    shutil.copytree(EXAMPLES / "weather", copy.folder / "agents/weather")
    yield copy
    shutil.rmtree(copy.folder)


def configure(preset, folder):
    return "--preset", preset, f"-DMCO_AGENT_FOLDERS={folder}", "-DBUILD_TESTING=OFF"


@pytest.fixture(scope="module")
def refusal(tree, preset, tmp_path_factory):
    """What CMake says to a folder that wants to be `mco find`."""
    folder = tmp_path_factory.mktemp("outside") / "find"
    (folder / "application").mkdir(parents=True)
    (folder / "CMakeLists.txt").write_text("mco_add_command(find)\n")
    (folder / "application/find_command.cpp").write_text("")
    return tree.cmake(*configure(preset, folder))


@pytest.fixture(scope="module")
def programs(tree, preset, refusal):
    """Made where CMake has just refused something, as its look at the compiler is still of use."""
    for words in (configure(preset, EXAMPLES / "tide"), ("--build", "--preset", preset, "--target", "mcollectived", "mco")):
        done = tree.cmake(*words)
        assert done.returncode == 0, done.stdout[-3000:]
    return tree.folder / "build" / preset / "bin"


@pytest.fixture(scope="module")
def client(programs, mco_broker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("weather")
    nodes = []
    try:
        for name, facts, extra in ((SUNNY, {"weather": "{sky: blue, degrees: '24'}", "tide": "high"}, ""),
                                   (RAINY, {"weather": "{sky: grey, degrees: '9'}", "tide": "low"}, ""), (INACTIVE, {}, "plugin.weather = no\n")):
            nodes.append(Node(mco_broker, folder / name, name, facts, [], programs / "mcollectived", extra=extra))
        mco = Client(mco_broker, folder / "client", programs / "mco")
        wait_until(lambda: len(mco.run("find", "--dt", "2").out.split()) == 3, 300, f"all nodes answer; logs in {folder}")
        yield mco
    finally:
        for node in nodes:
            node.stop()


def test_one_folder_is_the_whole_change(tree, programs):
    assert tree.git("status", "--porcelain") == "?? agents/weather/\n"
    tree.git("add", "--all")
    changed = tree.git("diff", "--cached", "--stat", "HEAD").splitlines()
    assert len(changed) > 5 and all(line.startswith(" agents/weather/") for line in changed[:-1]), changed
    checked = run_in(tree.folder, "/usr/bin/python3", "scripts/check_includes.py")
    assert checked.returncode == 0, checked


def test_its_command_shows_what_the_nodes_answer(client):
    done = client.run("weather", "-I", SUNNY, "-I", RAINY)
    assert (done.code, done.out) == (0, f"{RAINY}: grey sky, 9 degrees\n{SUNNY}: blue sky, 24 degrees\n"), done
    done = client.run("weather", "fahrenheit", "-S", "weather('20').warmer=true", "--sky", "--dt", "1")
    assert done.code == 0 and done.out.startswith(f"{SUNNY}: blue sky, 75 degrees\n"), done
    assert "Summary of Sky:\n\n   blue = 1\n" in done.out, done
    done = client.run("weather", "-I", INACTIVE)
    assert (done.code, done.out) == (2, f"{INACTIVE}: there is no weather here\n"), done
    assert "value should be one of celsius, fahrenheit" in client.run("weather", "kelvin").err


def test_its_command_has_help_like_any_other(client):
    assert re.search(r"^  weather +Shows the weather at the nodes$", client.run("help").out, re.MULTILINE)
    screen = client.run("help", "weather").out
    assert "\nShows the weather at the nodes\n\nUsage: mco weather [options] [filters] [SCALE]\n" in screen
    assert "--sky" in screen and "--with-fact" in screen
    assert "Did you mean 'weather'?" in client.run("weathers").out


@pytest.mark.parametrize("words, expected", [
    (["wea"], ["weather\tShows the weather at the nodes"]),
    (["weather", "f"], ["fahrenheit\tWater boils at 212"]),
    (["weather", "--sk"], ["--sky\tCount the colours of the sky, too"]),
    (["weather", "celsius", ""], []),
    (["help", "wea"], ["weather\tShows the weather at the nodes"]),
    (["rpc", "weather", "report", "scale=f"], ["scale=fahrenheit"]),
])
def test_its_command_is_completed(programs, words, expected):
    assert run([programs / "mco", "completion", "--complete", "--", *words]).out.splitlines() == expected


def test_its_agent_answers_calls_and_is_documented(client):
    done = client.run("rpc", "weather", "report", "scale=fahrenheit", "--json", "-I", SUNNY)
    assert done.code == 0 and '"data":{"sky":"blue","degrees":75}' in done.out, done
    assert "Reports the weather at the node" in client.run("plugin", "doc", "agent/weather").out


@pytest.mark.parametrize("expression, expected", [
    ("weather().sunny=true", [SUNNY]), ("not weather().sunny=true", [RAINY]), ("weather('5').warmer=true", [RAINY, SUNNY]),
    ("weather('20').warmer=true", [SUNNY]), ("weather().warmer=true", []), ("tide().high=true", [SUNNY]), ("tide().high=false", [RAINY]),
])
def test_data_plugins_select_nodes(client, expression, expected):
    done = client.run("find", "-S", expression, "--dt", "1")
    assert sorted(done.out.split()) == expected, done


@pytest.mark.parametrize("expression, complaint", [
    ("weather('warm').warmer=true", "Cannot validate input query"), ("weather().wet=true", "Data plugin 'weather()' does not return a 'wet' value"),
])
def test_declarations_are_built_into_the_client(client, expression, complaint):
    done = client.run("find", "-S", expression)
    assert done.code != 0 and complaint in done.err, done


def test_data_plugins_answer_calls_and_are_documented(client):
    done = client.run("rpc", "rpcutil", "get_data", "source=weather", "query=20", "-I", SUNNY)
    assert done.code == 0 and "true" in done.out, done
    assert "The weather, as a fact of the node has it" in client.run("plugin", "doc", "data/weather").out
    inventory = client.run("rpc", "rpcutil", "inventory", "--json", "--dt", "1").out
    assert (inventory.count('"weather_data"'), inventory.count('"tide_data"')) == (2, 3)


def test_the_client_holds_no_agent_and_the_daemon_no_command(programs):
    """By the names of what is linked, mangled: mco::agents::make_weather_agent(…) and so on."""
    symbols = {name: run(["nm", programs / name], timeout=120).out for name in ("mco", "mcollectived")}
    node = r"N?3mco6agents\d+make_\w+_(agent|data)E|N3mco7weather12read_weather|N3mco6puppet(?!11application)"
    command = r"N3mco6agents\d+make_\w+_commandE|N3mco7weather6screen|N3mco6puppet11application|N3mco3cli"
    assert not re.search(node, symbols["mco"]) and not re.search(command, symbols["mcollectived"])
    assert len(re.findall(node, symbols["mcollectived"])) > 5 and len(re.findall(command, symbols["mco"])) > 5


def test_a_command_that_mco_has_already_is_refused(refusal):
    assert refusal.returncode != 0 and "'mco find' is a command of mco itself" in " ".join(refusal.stdout.split()), refusal.stdout[-3000:]


@pytest.mark.parametrize("path, include, refused", [
    ("agents/hello/application/a.cpp", "cli/application.hpp", False),
    ("agents/hello/application/a.cpp", "client/outcome.hpp", False),
    ("agents/hello/application/a.cpp", "agents/hello/application/b.hpp", False),
    ("agents/hello/application/a.cpp", "agents/hello/hello.hpp", True),
    ("agents/hello/application/a.cpp", "agents/agent.hpp", True),
    ("agents/hello/application/a.cpp", "agents/puppet/application/runs.hpp", True),
    ("agents/hello/application/a.cpp", "daemon/node.hpp", True),
    ("agents/hello/hello_agent.cpp", "agents/hello/hello.hpp", False),
    ("agents/hello/hello_agent.cpp", "agents/hello/application/b.hpp", True),
    ("agents/hello/hello_agent.cpp", "cli/application.hpp", True),
    ("agents/hello/hello_agent.cpp", "client/outcome.hpp", True),
    ("cli/main.cpp", "agents/hello/application/b.hpp", True),
    ("daemon/main.cpp", "agents/hello/application/b.hpp", True),
])
def test_the_directions_of_includes_are_checked(tmp_path, path, include, refused):
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(f'#include "{include}"\n')
    for words in (["git", "init", "-q"], ["git", "add", "."]):
        assert run_in(tmp_path, *words).returncode == 0
    done = run_in(tmp_path, "/usr/bin/python3", TREE / "scripts/check_includes.py")
    assert (done.returncode != 0, f"must not include {include}" in done.stdout) == (refused, refused), done
