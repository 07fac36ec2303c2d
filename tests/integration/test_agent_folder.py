"""A folder outside of the tree brings a data plug-in of its own (agents/README.md): daemon and client are built with it and use it."""
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import need
from nodes import Client, Node
from processes import wait_until

TREE = Path(__file__).parents[2]
WEATHER = TREE / "tests/support/agents/weather"
SUNNY, RAINY, INACTIVE = "sunny.lab.test", "rainy.lab.test", "inactive.lab.test"


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    """The programs with the folder built in; after a build of the tree ccache has most of it."""
    need(shutil.which("cmake") and shutil.which("ninja"), "cmake with ninja")
    build = tmp_path_factory.mktemp("build")
    for words in (["--preset", "dev", "-B", build, f"-DMCO_AGENT_FOLDERS={WEATHER}", "-DBUILD_TESTING=OFF"],
                  ["--build", build, "--target", "mcollectived", "mco"]):
        done = subprocess.run(["cmake", *words], cwd=TREE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=1800, text=True, check=False)
        assert done.returncode == 0, done.stdout[-3000:]
    yield build / "bin"
    shutil.rmtree(build)


@pytest.fixture(scope="module")
def client(programs, mco_broker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("weather")
    nodes = []
    try:
        for name, facts, extra in ((SUNNY, {"weather": "{sky: blue, degrees: '24'}"}, ""), (RAINY, {"weather": "{sky: grey, degrees: '9'}"}, ""),
                                   (INACTIVE, {}, "plugin.weather = no\n")):
            nodes.append(Node(mco_broker, folder / name, name, facts, [], programs / "mcollectived", extra=extra))
        mco = Client(mco_broker, folder / "client", programs / "mco")
        wait_until(lambda: len(mco.run("find", "--dt", "1").out.split()) == 3, 60, f"all nodes answer; logs in {folder}")
        yield mco
    finally:
        for node in nodes:
            node.stop()


@pytest.mark.parametrize("expression, expected", [
    ("weather().sunny=true", [SUNNY]), ("not weather().sunny=true", [RAINY]), ("weather('5').warmer=true", [RAINY, SUNNY]),
    ("weather('20').warmer=true", [SUNNY]), ("weather().warmer=true", []),
])
def test_its_data_plugin_selects_nodes(client, expression, expected):
    done = client.run("find", "-S", expression, "--dt", "1")
    assert sorted(done.out.split()) == expected, done


@pytest.mark.parametrize("expression, complaint", [
    ("weather('warm').warmer=true", "Cannot validate input query"), ("weather().wet=true", "Data plugin 'weather()' does not return a 'wet' value"),
])
def test_its_declaration_is_built_into_the_client(client, expression, complaint):
    done = client.run("find", "-S", expression)
    assert done.code != 0 and complaint in done.err, done


def test_it_answers_calls_and_is_documented(client):
    done = client.run("rpc", "rpcutil", "get_data", "source=weather", "query=20", "-I", SUNNY)
    assert done.code == 0 and "true" in done.out, done
    assert "The weather, as a fact of the node has it" in client.run("plugin", "doc", "data/weather").out
    inventory = client.run("rpc", "rpcutil", "inventory", "--json", "--dt", "1").out
    assert inventory.count('"weather_data"') == 2
