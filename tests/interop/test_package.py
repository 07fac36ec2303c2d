"""The original's client, which knows of packages what our declaration says, asks our agent."""
import hashlib
import json
import os
import subprocess

import pytest

from conftest import need
from nodes import Client, Node, original_available
from processes import wait_until
from puppet_plugin import declarations_libdir

NODE = "web1.lab.test"


@pytest.fixture(scope="module")
def clients(mco_broker, binaries, tmp_path_factory):
    """The original's and ours."""
    need(original_available(), "the original (mcollective, mcollective-client)")
    need(os.path.exists("/usr/bin/apt-get"), "apt")
    folder = tmp_path_factory.mktemp("package")
    node = Node(mco_broker, folder / NODE, NODE, {"role": "web"}, ["base"], binaries / "mcollectived")
    libdir = declarations_libdir(folder / "libdir", "package")
    original = Client(mco_broker, folder / "ruby-client", extra=f"libdir = {libdir}\n")
    ours = Client(mco_broker, folder / "client", binaries / "mco")
    wait_until(lambda: ours.run("find", "--dt", "1").out == f"{NODE}\n", 40, "the node answers")
    yield original, ours
    node.stop()


def data(client, action, *words):
    done = client.run("rpc", "package", action, *words, "-I", NODE, "--json")
    assert done.code == 0, done
    return json.loads(done.out)[0]["data"]


def test_both_clients_get_the_same_answers(clients):
    for words in (("status", "package=bash"), ("status", "package=nosuch"), ("count",), ("md5",)):
        original, ours = (data(client, *words) for client in clients)
        assert original == ours, words


def test_states_are_dpkgs(clients):
    version = subprocess.run(["dpkg-query", "--show", "--showformat=${Version} ${Architecture}", "bash"], capture_output=True, text=True,
                             check=True).stdout.split()
    state = data(clients[0], "status", "package=bash")
    assert [state["ensure"], state["arch"]] == version
    assert (state["status"], state["error"], state["desired"], state["provider"], state["mark"]) == ("installed", "ok", "install", "apt", "none")
    missing = data(clients[0], "status", "package=nosuch")
    assert (missing["ensure"], missing["status"], missing["error"]) == ("purged", "missing", "ok")
    assert missing["arch"] is None and missing["provider"] is None


def test_count_and_sum_are_what_the_original_makes_of_the_list(clients):
    listed = subprocess.run(["dpkg", "--list"], capture_output=True, text=True, check=True, env={"LC_ALL": "C", "PATH": os.environ["PATH"]}).stdout
    installed = [line for line in listed.split("\n") if line.startswith("ii")]
    assert data(clients[0], "count") == {"output": str(len(installed)), "exitcode": 0}
    assert data(clients[0], "md5")["output"] == hashlib.md5("\n".join(installed).encode()).hexdigest()


def test_the_original_client_shows_and_sums_up_states(clients):
    done = clients[0].run("rpc", "package", "status", "package=bash", "-I", NODE)
    assert done.code == 0, done
    for line in (" Ensure: ", "Summary of Arch:", "Summary of Ensure:"):
        assert line in done.out, done


def test_the_original_client_refuses_what_is_no_name(clients):
    done = clients[0].run("rpc", "package", "status", "package=--purge", "-I", NODE)
    assert done.code == 1 and "package" in done.err
