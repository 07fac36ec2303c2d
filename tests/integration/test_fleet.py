"""One process holds a thousand complete daemons, and all of them answer."""
import resource

import pytest

from nodes import Client, common, plain_environment
from processes import Process, wait_until

pytestmark = pytest.mark.threads
NODES = 1000


@pytest.fixture(scope="module")
def fleet(mco_broker, binaries, tmp_path_factory):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 3 * NODES:
        pytest.skip(f"only {hard} open files are allowed here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 8192)), hard))
    folder = tmp_path_factory.mktemp("fleet")
    (folder / "facts.yaml").write_text("---\nos: Debian\n")
    (folder / "classes.txt").write_text("base\n")
    config = folder / "server.cfg"
    config.write_text(common(mco_broker, "node.lab.test", (
        f"logger_type = file\nlogfile = {folder}/fleet.log\nloglevel = warn\nfactsource = yaml\n"
        f"plugin.yaml = {folder}/facts.yaml\nclassesfile = {folder}/classes.txt\n")))
    process = Process([binaries / "mco-fleet", config, NODES], folder / "output.log", env=plain_environment())
    client = Client(mco_broker, folder / "client", binaries / "mco")
    wait_until(lambda: len(client.run("find", "--dt", "5").out.split()) == NODES or not process.running(), 120,
               f"{NODES} nodes answer")
    assert process.running(), process.output()
    yield client, process
    process.stop()


def test_a_thousand_daemons_in_one_process_answer_ping(fleet):
    client, _ = fleet
    done = client.run("ping")
    names = {line.split()[0] for line in done.out.splitlines() if "time=" in line}
    assert names == {f"node{n}.lab.test" for n in range(1, NODES + 1)}


def test_a_thousand_daemons_answer_an_action(fleet):
    client, _ = fleet
    done = client.run("rpc", "rpcutil", "get_fact", "fact=os", "--dt", "5", "--np")
    assert done.code == 0, done.err
    assert f"Debian = {NODES}" in done.out
