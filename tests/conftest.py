"""Fixtures for tests against real programs. MCO_BIN names the folder with mco, mcollectived and mco-broker."""
import os
import shutil
import sys
import zlib
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "support"))

from brokers import McoBroker, RabbitMq  # noqa: E402
from installed import can_install, install  # noqa: E402
from nodes import Client, Node, original_available  # noqa: E402
from processes import wait_until  # noqa: E402


def need(condition, what):
    """In CI a missing component fails the test; elsewhere the test is skipped and says why."""
    if condition:
        return
    if os.environ.get("CI"):
        pytest.fail(f"{what} is not installed: run scripts/deps test")
    pytest.skip(f"{what} is not installed")


# What takes long to start, or may be made once at a time: whoever needs it runs where it is.
SERVERS = ("puppet_server", "puppetdb", "rabbitmq", "installation")
SEED = os.environ.get("MCO_SEED", "")  # of what is run of long matrices; without one they are complete
# What takes longest is begun first, so that all workers end together; the order is that of the table in docs/tests.md.
LONGEST = ("puppet_server", "test_exit_codes.py", "test_screens.py", "test_puppet_plugin.py", "rabbitmq", "puppetdb")


def pytest_report_header():
    return f"long matrices: {f'in part, by MCO_SEED={SEED}' if SEED else 'complete'}"


def pytest_terminal_summary(terminalreporter):
    """The names of tests that failed, a line each, in the file that MCO_FAILED names: tests/run.py tries a few of them again."""
    if os.environ.get("MCO_FAILED"):
        reports = [report for kind in ("failed", "error") for report in terminalreporter.stats.get(kind, [])]
        # xdist puts the group's name behind that of the test
        names = [report.nodeid.rsplit("@", 1)[0] if hasattr(report, "node") else report.nodeid for report in reports]
        Path(os.environ["MCO_FAILED"]).write_text("".join(f"{name}\n" for name in dict.fromkeys(names)))


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in the same hook, and would be first otherwise
def pytest_collection_modifyitems(config, items):
    """With several workers, what shares fixtures stays together: a file, or what it runs with one parameter of its module's fixtures."""
    left_out = [item for item in items if SEED and not _sampled(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]

    def turn(item):
        return next((number for number, name in enumerate(LONGEST) if name in _group(item)), len(LONGEST))
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(key=turn)


def _sampled(item):
    """The seed decides on what is marked sampled(N, fixture=value …): one in N of the cells in which the fixtures have these values."""
    mark = item.get_closest_marker("sampled")
    cell = item.callspec.params if mark else {}
    if not mark or any(cell[name] != value for name, value in mark.kwargs.items()):
        return True
    return zlib.crc32(f"{SEED} {item.nodeid}".encode()) % mark.args[0] == 0


def _group(item):
    chosen = item.get_closest_marker("xdist_group")
    if chosen:
        return chosen.args[0]
    call = getattr(item, "callspec", None)
    for server in SERVERS:
        if server in item.fixturenames or (call and server in call.params.values()):
            return server
    wide = [f"{name}={call.indices[name]}" for name in call.params if call._arg2scope[name].value == "module"] if call else []
    return "::".join([item.nodeid.split("::")[0], *wide])


@pytest.fixture(scope="session")
def binaries():
    folder = Path(os.environ.get("MCO_BIN", Path(__file__).parents[1] / "build/release/bin"))
    need((folder / "mco").exists(), f"{folder}/mco (scripts/build makes it)")
    return folder


@pytest.fixture(scope="session")
def installation(binaries, tmp_path_factory):
    """A folder into which the tree of the programs is installed."""
    need(can_install(binaries), "the build folder of the programs")
    prefix = tmp_path_factory.mktemp("installation")
    install(binaries, prefix)
    yield prefix
    shutil.rmtree(prefix)  # programs with sanitizers are large


@pytest.fixture(scope="module")
def mco_broker(binaries, tmp_path_factory):
    broker = McoBroker(binaries / "mco-broker", tmp_path_factory.mktemp("broker"))
    yield broker
    broker.stop()


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory):
    need(RabbitMq.available(), "rabbitmq-server")
    broker = RabbitMq(tmp_path_factory.mktemp("rabbitmq"))
    yield broker
    broker.stop()


@pytest.fixture(scope="session")
def puppet_server():
    from puppet_server import PuppetServer  # here, so that whoever has no Puppet needs none of what it takes
    need(PuppetServer.available(), "puppetserver")
    server = PuppetServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def debian_packages():
    """The folder with this tree's packages, for machines that boot."""
    import machines  # here, as above
    import repository
    need(not machines.missing(), machines.missing())
    return repository.of_this_tree()


FACTS = {
    1: ({"os": "Debian", "country": "uk", "cpus": "4"}, ["base", "apache", "roles::web"]),
    2: ({"os": "RedHat", "country": "uk", "cpus": "8"}, ["base", "postgres"]),
    3: ({"os": "Debian", "country": "mt", "cpus": "16"}, ["base", "roles::db"]),
}


class Fleet:
    """Nodes of both kinds on one broker; starts them together and waits until all answer."""

    def __init__(self, broker, folder, binaries):
        self.broker, self.folder, self.binaries = broker, folder, binaries
        self.nodes = []
        self.ours = Client(broker, folder / "client", binaries / "mco")
        self.original = Client(broker, folder / "ruby-client")

    def add(self, kind, count=3):
        """`kind` is "ours" or "ruby"; identities are KIND1.lab.test and so on, with facts and classes of FACTS."""
        for number in range(1, count + 1):
            facts, classes = FACTS[(number - 1) % 3 + 1]
            identity = f"{kind}{number}.lab.test"
            program = None if kind == "ruby" else self.binaries / "mcollectived"
            self.nodes.append(Node(self.broker, self.folder / identity, identity, facts, classes, program))

    def names(self, kind=""):
        return sorted(node.identity for node in self.nodes if node.identity.startswith(kind))

    def ready(self):
        """Waits until every node answers a broadcast."""
        def all_answer():
            return set(self.names()) <= set(self.ours.run("find", "--dt", "1").out.split())
        wait_until(all_answer, 60, f"{len(self.nodes)} nodes answer; logs in {self.folder}")

    def stop(self):
        for node in self.nodes:
            node.stop()


@pytest.fixture
def need_original():
    need(original_available(), "the original (mcollective, mcollective-client)")
