"""What daemon and broker tell those who watch them: the status files, and the metrics, also to peers with bad manners."""
import contextlib
import http.client
import json
import re
import socket
import stat

import pytest

from brokers import McoBroker
from nodes import Client, Node, common, plain_environment
from processes import free_port, run, wait_until

SAMPLE = re.compile(r'^([a-z_]+)(?:\{([a-z]+)="([^"]*)"\})? (\S+)$')


def scrape(address):
    """The answer to GET /metrics, from a port or the path of a socket."""
    connection = http.client.HTTPConnection("localhost", timeout=30)
    connection.sock = dial(address)
    connection.request("GET", "/metrics")
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    assert answer.status == 200 and answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8", (answer.status, body)
    return body


def dial(address):
    if isinstance(address, int):
        return socket.create_connection(("127.0.0.1", address), timeout=30)
    peer = socket.socket(socket.AF_UNIX)
    peer.settimeout(30)
    peer.connect(str(address))
    return peer


def figures(address):
    """Samples by name, or by (name, value of the label); the rules of the format hold."""
    found, types = {}, {}
    for line in scrape(address).splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in types, f"{name} is told twice"
            types[name] = kind
        elif not line.startswith("# HELP "):
            name, _, of, value = SAMPLE.match(line).groups()
            assert (types[name] == "counter") == name.endswith("_total"), line
            found[(name, of) if of is not None else name] = float(value)
    return found


class Site:
    def __init__(self, binaries, folder):
        self.binaries, self.folder = binaries, folder
        self.broker_status, self.broker_metrics = folder / "broker.json", free_port()
        self.broker = McoBroker(binaries / "mco-broker", folder, extra=[
            "--status-file", self.broker_status, "--status-interval", "0.5", "--metrics", f"127.0.0.1:{self.broker_metrics}"])
        self.status, self.metrics = folder / "status.json", folder / "metrics.sock"
        self.node = Node(self.broker, folder / "n1", "n1.lab.test", {"os": "Debian"}, ["base"], binaries / "mcollectived",
                         extra=f"plugin.daemon.status_file = {self.status}\nplugin.daemon.status_interval = 1\n"
                               f"plugin.daemon.metrics = {self.metrics}\n")
        self.client = Client(self.broker, folder / "client", binaries / "mco")
        wait_until(lambda: self.node.identity in self.client.run("find", "--dt", "1").out, 60, "the node answers")

    def ping(self):
        assert self.client.run("rpc", "rpcutil", "ping", "-I", self.node.identity).code == 0

    def stop(self):
        self.node.stop()
        self.broker.stop()


@pytest.fixture(scope="module")
def site(binaries, tmp_path_factory):
    made = Site(binaries, tmp_path_factory.mktemp("site"))
    yield made
    made.stop()


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_the_daemons_file_and_metrics_say_the_same(site):
    site.ping()
    now = figures(site.metrics)
    assert now["mcollectived_connected"] == 1 and now["mcollectived_connections_total"] >= 1
    assert now[("mcollectived_actions_total", "rpcutil")] >= 1
    assert 0 < now[("mcollectived_action_longest_seconds", "rpcutil")] <= now[("mcollectived_action_seconds_total", "rpcutil")]
    assert now["mcollectived_messages_received_total"] >= now["mcollectived_messages_passed_total"] >= 2
    assert 0 <= now["mcollectived_facts_age_seconds"] <= now["mcollectived_uptime_seconds"]
    version = run([site.binaries / "mcollectived", "--version"]).out.split()[1]
    assert now[("mcollectived_build_info", version)] == 1

    def written():
        status = json.loads(site.status.read_text())
        return status if status["counters"]["total"] >= now["mcollectived_messages_received_total"] else None
    status = wait_until(written, 30, "the file is written again")
    assert status["pid"] == site.node.process.pid and status["identity"] == "n1.lab.test" and status["connected"] is True
    assert status["agents"]["rpcutil"]["actions"] >= 1 and status["version"] == version
    assert status["queues"]["workers"] == 16 and status["queues"]["waiting_actions"] == 0
    assert mode(site.status) == 0o640 and mode(site.metrics) == 0o660


def test_what_is_dropped_is_told_by_its_gate(site):
    name = ("mcollectived_messages_dropped_total", "not_for_us")
    before = figures(site.metrics)[name]
    site.client.run("find", "--dt", "1", "-F", "os=nosuch")
    wait_until(lambda: figures(site.metrics)[name] > before, 30, "the request that the filter keeps out is counted")


def test_the_brokers_file_and_metrics_say_the_same(site):
    now = figures(site.broker_metrics)
    assert now["mco_broker_sessions"] >= 1 and now["mco_broker_logins_total"] >= 2 and now["mco_broker_uptime_seconds"] > 0
    status = wait_until(lambda: json.loads(site.broker_status.read_text()), 30, "the file is there")
    names = {name.removeprefix("mco_broker_").removesuffix("_total") for name in now if isinstance(name, str)}
    assert names == set(status["counters"]) | {"uptime_seconds", "resident_memory_bytes"}
    assert mode(site.broker_status) == 0o640


def test_no_secret_and_no_caller_is_in_them(site):
    site.ping()
    for text in (site.status.read_text(), site.broker_status.read_text(), scrape(site.metrics), scrape(site.broker_metrics)):
        for secret in ("a-shared-key-for-tests", "marionette", "uid=", "client.lab.test"):
            assert secret not in text, secret


@pytest.mark.parametrize("whose", ["metrics", "broker_metrics"])
def test_peers_with_bad_manners_keep_nobody_out(site, whose):
    address = getattr(site, whose)
    silent = [dial(address) for _ in range(60)]
    for peer in silent:
        with contextlib.suppress(OSError):  # the oldest have made place already
            peer.sendall(b"GET /met")
    assert figures(address), "many who say nothing"
    for garbage in (b"\0" * 70000, b"GET /metrics HTTP/1.1\r\nX: " + b"y" * 70000, bytes(range(256)) * 40, b"\r\n" * 9000, b"CONNECT\n\nSEND\n\n\0"):
        with dial(address) as peer:
            try:
                peer.sendall(garbage)
                answer = peer.recv(100)
            except OSError:
                answer = b""  # hung up in the middle of it
            assert not answer or re.match(rb"HTTP/1.1 4\d\d ", answer), answer
    slow = silent[-1]
    slow.settimeout(30)
    assert slow.recv(100) in (b"",), "who does not come to an end is hung up on"
    assert figures(address)
    site.ping()


def test_a_lost_broker_is_seen_and_its_return(site):
    before = figures(site.metrics)["mcollectived_connections_total"]
    site.broker.kill()
    wait_until(lambda: figures(site.metrics)["mcollectived_connected"] == 0, 30, "the connection is told to be lost")
    assert figures(site.metrics)["mcollectived_connection_failures_total"] >= 1
    site.broker.start()
    wait_until(lambda: figures(site.metrics)["mcollectived_connected"] == 1, 60, "the node is back")
    assert figures(site.metrics)["mcollectived_connections_total"] == before + 1


def test_the_last_word_is_written_at_the_end(binaries, site, tmp_path):
    status, path = tmp_path / "own.json", tmp_path / "gone.sock"
    node = Node(site.broker, tmp_path / "n2", "n2.lab.test", {}, [], binaries / "mcollectived",
                extra=f"plugin.daemon.metrics = {path}\nplugin.daemon.status_file = {status}\nplugin.daemon.status_interval = 86400\n")
    wait_until(lambda: path.exists() and figures(path)["mcollectived_connected"] == 1, 30, "it is connected")
    first = json.loads(wait_until(lambda: status.exists() and status.read_text(), 30, "the file is there"))
    node.stop()
    assert json.loads(status.read_text())["written"] > first["written"]
    assert not path.exists(), "its socket goes with it"


def test_other_addresses_keep_the_programs_from_starting(binaries, site, tmp_path):
    config = tmp_path / "server.cfg"
    for address in ("0.0.0.0:9464", "192.0.2.1:9464", "[::]:9464"):
        config.write_text(common(site.broker, "n3.lab.test", f"plugin.daemon.metrics = {address}\n"))
        done = run([binaries / "mcollectived", "--check-config", "--config", config], env=plain_environment())
        line = config.read_text().splitlines().index(f"plugin.daemon.metrics = {address}") + 1
        assert done.code == 1 and f"{config}:{line}: plugin.daemon.metrics = {address}: " in done.err and "127.0.0.1:PORT" in done.err, done
        done = run([binaries / "mco-broker", "--listen", "127.0.0.1:0", "--metrics", address], env=plain_environment(), timeout=20)
        assert done.code == 1 and "127.0.0.1:PORT" in done.err, done


def test_a_status_file_without_its_folder_keeps_the_programs_from_starting(binaries, site, tmp_path):
    config = tmp_path / "server.cfg"
    config.write_text(common(site.broker, "n3.lab.test", ""))
    nowhere = tmp_path / "none/status.json"
    for words in (["mcollectived", "--check-config", "--config", config], ["mco-broker", "--listen", "127.0.0.1:0"]):
        done = run([binaries / words[0], *words[1:], "--status-file", nowhere], env=plain_environment(), timeout=20)
        assert done.code == 1 and str(nowhere) in done.err, done
