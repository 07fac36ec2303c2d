"""One test for each weakness of the original (protocol section 13.1; the numbers are its rows), through the real programs. Rows that other files
test already are named in docs/security.md."""
import json
import os
import re
import secrets
import socket
import ssl
import stat
import subprocess
import time
import warnings

import pytest

from brokers import McoBroker
from legacy_messages import CALL, envelope, marshalled, private_key, ssl_request
from marshal_text import Sym, dump
from messages import EMPTY_FILTER, psk_request
from nodes import PSK, Client, Node, connection, plain_environment
from pki import Authority
from processes import Process, accepts, free_port, run, wait_until
from stomp import Stomp

NODE = "node1.lab.test"
SECRETS = ("a-shared-key-for-tests", "marionette", "s3cret-of-an-input")


class Target:
    """A psk daemon, a client of it, and somebody with a connection to the broker."""

    def __init__(self, broker, folder, binaries):
        self.folder, self.binaries, self.broker = folder, binaries, broker
        self.audit = folder / "audit.log"
        self.stomp = Stomp(broker.port)
        self.reply_to = f"/queue/mcollective.reply.tester_{secrets.token_hex(4)}.1"
        self.stomp.subscribe(self.reply_to)
        extra = f"rpcaudit = 1\nrpcauditprovider = logfile\nplugin.rpcaudit.logfile = {self.audit}\n"
        self.node = Node(broker, folder / "node", NODE, {"os": "Debian"}, ["base"], binaries / "mcollectived", extra=extra)
        self.client = Client(broker, folder / "client", binaries / "mco")
        wait_until(lambda: self.client.run("find", "--dt", "1").out.split() == [NODE], 30, "the node answers")

    def call(self, agent="rpcutil", action="ping", data=None, reply_to=None, **changes):
        """Publishes a psk call and returns its id."""
        number = secrets.token_hex(16)
        body = {Sym("agent"): agent, Sym("action"): action, Sym("caller"): "uid=0",
                Sym("data"): {Sym("process_results"): True, **{Sym(key): value for key, value in (data or {}).items()}}}
        request = psk_request(PSK, payload=dump(body), agent=agent, **{"requestid": number, **changes})
        self.stomp.publish(f"/topic/mcollective.{agent}.agent", request, reply_to or self.reply_to)
        return number

    def reply(self, number, seconds=20):
        """The body of the answer to that id."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            frame = self.stomp.receive(deadline - time.monotonic())
            if frame and number.encode() in frame[2]:
                return frame[2]
        raise AssertionError(f"no answer to {number}\n{self.node.log_text()[-2000:]}")

    def refused(self, number, gate, before):
        """The request was dropped at `gate`; a good one behind it is answered."""
        wait_until(lambda: re.search(rf"\b(?:{gate})\b", self.node.log_text()[before:]), 10, f"dropped at {gate}")
        good = self.call()
        frames = []
        while not frames or good.encode() not in frames[-1]:
            frame = self.stomp.receive(20)
            assert frame, "the good request was not answered"
            frames.append(frame[2])
        assert not any(number.encode() in frame for frame in frames)


@pytest.fixture(scope="module")
def target(mco_broker, binaries, tmp_path_factory):
    made = Target(mco_broker, tmp_path_factory.mktemp("weak"), binaries)
    yield made
    made.node.stop()


def test_row_1_marshal_makes_no_objects(target):
    """A serialised Ruby object in front of the authentication is refused by the decoder, in the envelope and in a body with a good digest."""
    before = len(target.node.log_text())
    target.stomp.publish("/topic/mcollective.rpcutil.agent", b'\x04\x08o:\x14Gem::Requirement\x00', target.reply_to)
    target.refused("no id", "malformed", before)
    before = len(target.node.log_text())
    number = secrets.token_hex(16)
    request = psk_request(PSK, payload=b"\x04\x08U:\x08Sym[\x00", requestid=number)
    target.stomp.publish("/topic/mcollective.discovery.agent", request, target.reply_to)
    target.refused(number, "malformed", before)


def test_row_2_psk_has_to_be_asked_for(binaries, tmp_path):
    """Nothing configured means x509; the key of the sample configuration is refused; the log says what psk is worth."""
    config = tmp_path / "server.cfg"
    config.write_text("identity = x\nsecurityprovider = psk\nplugin.psk = unset\nplugin.activemq.pool.size = 1\n"
                      f"plugin.activemq.pool.1.host = 127.0.0.1\nplugin.activemq.pool.1.port = {free_port()}\n")
    config.chmod(0o600)
    done = run([binaries / "mcollectived", "--no-daemonize", "--config", config], env=plain_environment(), timeout=20)
    assert done.code != 0 and "plugin.psk" in done.err + done.out, done
    config.write_text(config.read_text().replace("securityprovider = psk\nplugin.psk = unset\n", ""))
    done = run([binaries / "mcollectived", "--no-daemonize", "--config", config], env=plain_environment(), timeout=20)
    assert done.code != 0 and "plugin.x509.certificate" in done.err + done.out, done


def test_row_2_psk_says_what_it_is_worth(target):
    assert re.search(r"psk", target.node.log_text().split("connected", 1)[0], re.I), target.node.log_text()[:2000]


@pytest.fixture(scope="module")
def ssl_target(mco_broker, binaries, tmp_path_factory):
    folder = tmp_path_factory.mktemp("ssl")
    authority = Authority(folder / "pki")
    for name in ("alice", "server"):
        authority.issue(name)
    callers = folder / "callers"
    callers.mkdir()
    (callers / "alice.pem").write_bytes((authority.folder / "alice.pem").read_bytes())

    def security(identity, settings):
        return (f"identity = {identity}\nsecurityprovider = ssl\nplugin.ssl_server_public = {authority.folder}/server.pem\n"
                f"plugin.ssl_server_private = {authority.folder}/server.key\nplugin.ssl_client_cert_dir = {callers}\n"
                + connection(mco_broker) + settings)
    made = Node(mco_broker, folder / "node", "node2.lab.test", {}, [], binaries / "mcollectived", security=security)
    stomp = Stomp(mco_broker.port)
    stomp.reply_to = f"/queue/mcollective.reply.tester_{secrets.token_hex(4)}.1"
    stomp.subscribe(stomp.reply_to)
    stomp.key = private_key(authority.folder / "alice.key")

    def answered():
        stomp.publish("/topic/mcollective.rpcutil.agent", ssl_request(stomp.key, "cert=alice"), stomp.reply_to)
        return stomp.receive(1)
    wait_until(answered, 30, "the ssl node answers: " + made.log_text())
    yield made, stomp
    made.stop()


def ssl_refuses(ssl_target, bad, agent="rpcutil"):
    node, stomp = ssl_target
    before = len(node.log_text())
    while stomp.receive(0.05):
        pass
    stomp.publish(f"/topic/mcollective.{agent}.agent", bad, stomp.reply_to)
    wait_until(lambda: re.search(r"\b(untrusted|malformed)\b", node.log_text()[before:]), 10, node.log_text()[before:])
    assert stomp.receive(0.3) is None


def test_row_3_an_observed_ssl_request_cannot_be_turned_on_another_agent(ssl_target):
    ssl_refuses(ssl_target, ssl_request(ssl_target[1].key, "cert=alice", after={"agent": "puppet"}), "puppet")


def test_row_4_ssl_bodies_without_their_time_are_refused(ssl_target):
    """A bare body, as clients before 2.0 signed it, has no protected time to live."""
    import base64
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding
    for body in (dump("ping"), dump(CALL)):
        signature = ssl_target[1].key.sign(body, padding.PKCS1v15(), hashes.SHA1())
        made = envelope(body, "cert=alice", {"hash": base64.encodebytes(signature).decode()})
        ssl_refuses(ssl_target, marshalled(made))


@pytest.mark.parametrize("caller", ["xcert=alice", "uid=0\ncert=alice", "cert=alice\ncert=admin", "cert=alice\n", "cert=../callers/alice", "cert=.."])
def test_row_5_caller_ids_count_as_a_whole(ssl_target, caller):
    ssl_refuses(ssl_target, ssl_request(ssl_target[1].key, caller))


@pytest.mark.parametrize("function", ["system", "eval", "exit!", "instance_eval", "fstat"])
def test_row_10_a_filter_calls_no_function_of_its_choice(target, tmp_path, function):
    """The original ran `system` as the daemon's user when a compound filter said so."""
    witness = tmp_path / "witness"
    statement = {"fstatement": {"name": function, "params": f"touch {witness}", "operator": "==", "value": "exit!", "r_compare": "1"}}
    before = len(target.node.log_text())
    number = target.call(filter=dict(EMPTY_FILTER, compound=[[statement]]))
    target.refused(number, "not_for_us|malformed", before)
    assert not witness.exists() and target.node.process.running()


@pytest.mark.parametrize("item", ["pluginconf", "plugin.psk", "psk", "plugin.activemq.pool.1.password", "configfile.read", "to_s"])
def test_row_11_configuration_items_hold_no_secret(target, item):
    reply = target.reply(target.call(action="get_config_item", data={"item": item}))
    assert not any(secret.encode() in reply for secret in SECRETS)


@pytest.mark.parametrize("address", ["/topic/mcollective.rpcutil.agent", "/queue/mcollective.nodes", "/queue/other.reply.x_1.1",
                                     "/queue/anything", "/topic/mcollective.reply.x_1.1\nx:y", ""])
def test_row_12_replies_go_to_reply_addresses_only(target, address):
    thief = Stomp(target.broker.port)
    if address and "\n" not in address:
        thief.subscribe(address)
    before = len(target.node.log_text())
    number = secrets.token_hex(16)
    request = psk_request(PSK, payload=dump(CALL), agent="rpcutil", requestid=number)
    target.stomp.publish("/topic/mcollective.rpcutil.agent", request, address.replace("\n", "\\n") or "/")
    target.refused(number, "malformed", before)
    thief.close()


def test_row_13_logs_and_audit_cannot_be_forged_and_hold_no_secrets(target):
    forged = "x\n[2026-01-01 00:00:00 UTC] reqid=forged: caller=cert=admin"
    before = len(target.node.log_text())
    target.call(senderid=forged, callerid="uid=0")
    target.call(action="get_fact", data={"fact": "os", "password": "s3cret-of-an-input", "note": forged})
    target.call(action="%n%s%x\nforged")
    target.reply(target.call())
    wait_until(lambda: target.audit.exists() and "get_fact" in target.audit.read_text(), 10, "the call was audited")
    written = target.audit.read_text() + target.node.log_text()[before:]
    assert not re.search(r"^(\[2026-01-01|forged)", written, re.M)
    assert not any(secret in written for secret in SECRETS)


@pytest.mark.parametrize("fact", ["os\n; reboot", "os\n", "\nos", "os`id`"])
def test_row_14_patterns_count_for_the_whole_text(target, fact):
    reply = target.reply(target.call(action="get_fact", data={"fact": fact}))
    assert b"statuscodei\x09" in reply, reply


def test_row_17_a_connection_without_verification_is_said(binaries, tmp_path):
    """ssl.fallback keeps working, and nobody can overlook it."""
    config = tmp_path / "server.cfg"
    config.write_text("identity = x\nsecurityprovider = psk\nplugin.psk = a-key\nlogger_type = console\nplugin.activemq.pool.size = 1\n"
                      f"plugin.activemq.pool.1.host = 127.0.0.1\nplugin.activemq.pool.1.port = {free_port()}\n"
                      "plugin.activemq.pool.1.ssl = 1\nplugin.activemq.pool.1.ssl.fallback = 1\n")
    config.chmod(0o600)
    child = subprocess.Popen([binaries / "mcollectived", "--no-daemonize", "--config", config], env=plain_environment(),
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        said = ""
        while "verif" not in said:
            line = child.stderr.readline()
            assert line, said
            said += line
        assert re.search(r"not verified|without verif|unverified|nobody verif", said), said
    finally:
        child.terminate()
        child.wait(20)
        child.stderr.close()


OLD, STILL_GOOD = ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2


def only(version, side):
    """A context of one TLS version that takes every cipher OpenSSL has, so that it is the version that decides."""
    context = ssl.SSLContext(side)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    return context


def test_tls_before_1_2_is_refused_by_the_broker(binaries, tmp_path):
    authority = Authority(tmp_path / "pki")
    authority.issue("localhost")
    port = free_port()
    broker = McoBroker(binaries / "mco-broker", tmp_path, extra=[
        "--tls-listen", f"127.0.0.1:{port}", "--cert", authority.folder / "localhost.pem", "--key", authority.folder / "localhost.key"])
    try:
        def handshake(version):
            with socket.create_connection(("127.0.0.1", port), 10) as plain:
                with only(version, ssl.PROTOCOL_TLS_CLIENT).wrap_socket(plain) as secured:
                    return secured.version()
        wait_until(lambda: accepts(port), 20, "the broker listens for TLS")
        assert handshake(STILL_GOOD) == "TLSv1.2"
        with pytest.raises((ssl.SSLError, ConnectionError)):
            handshake(OLD)
    finally:
        broker.stop()


@pytest.mark.parametrize("version, connects", [(STILL_GOOD, True), (OLD, False)])
def test_tls_before_1_2_is_refused_towards_a_broker(binaries, tmp_path, version, connects):
    authority = Authority(tmp_path / "pki")
    authority.issue("localhost")
    context = only(version, ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.folder / "localhost.pem", authority.folder / "localhost.key")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(20)
        config = tmp_path / "client.cfg"
        config.write_text("securityprovider = psk\nplugin.psk = a-key\nconnection_timeout = 5\nplugin.activemq.pool.size = 1\n"
                          f"plugin.activemq.pool.1.host = 127.0.0.1\nplugin.activemq.pool.1.port = {listener.getsockname()[1]}\n"
                          f"plugin.activemq.pool.1.ssl = 1\nplugin.activemq.pool.1.ssl.ca = {authority.folder}/ca.pem\n")
        config.chmod(0o600)
        client = Process([binaries / "mco", "ping", "-c", config], tmp_path / "client.log", env=plain_environment())
        try:
            plain, _ = listener.accept()
            with plain:
                if connects:
                    with context.wrap_socket(plain, server_side=True) as secured:
                        assert secured.recv(7) == b"CONNECT"
                else:
                    with pytest.raises((ssl.SSLError, ConnectionError)):
                        context.wrap_socket(plain, server_side=True)
        finally:
            client.stop()


@pytest.mark.parametrize("line, refused", [("system('touch WITNESS')", True), ('action "x", :description => `touch WITNESS` do', True),
                                           ('File.write("WITNESS", "")', False)])
def test_row_18_a_ddl_is_no_program(target, tmp_path, line, refused):
    """Ruby in a DDL file is refused where it stands, or passed over with a note; nothing of it is run."""
    witness = tmp_path / "witness"
    folder = tmp_path / "mcollective/agent"
    folder.mkdir(parents=True)
    (folder / "evil.ddl").write_text('metadata :name => "evil", :description => "x", :author => "x", :license => "x",\n'
                                     '  :version => "1", :url => "x", :timeout => 5\n' + line.replace("WITNESS", str(witness)) + "\n")
    client = Client(target.broker, tmp_path / "client", target.binaries / "mco", extra=f"libdir = {tmp_path}\n")
    done = client.run("plugin", "doc", "evil", "-v")
    if refused:
        assert done.code != 0 and re.search(r"evil\.ddl:3: ", done.err), done
    else:
        assert done.code == 0 and "PASSED OVER" in done.out and "line 3: " in done.out, done
    assert not witness.exists()


def test_secrets_are_nowhere_to_be_seen(target):
    """Neither in arguments, nor in what is printed about the configuration, nor in files that others may read."""
    arguments = open(f"/proc/{target.node.process.pid}/cmdline").read()
    shown = run([target.binaries / "mcollectived", "--print-config", "--config", target.node.config], env=plain_environment())
    assert not any(secret in arguments + shown.out + shown.err for secret in SECRETS), shown
    for path in (target.audit, target.node.log):
        assert not stat.S_IMODE(os.stat(path).st_mode) & 0o007, path


def test_statistics_are_still_right_afterwards(target):
    done = target.client.run("rpc", "rpcutil", "daemon_stats", "-j", "-I", NODE)
    assert json.loads(done.out)[0]["data"]["unvalidated"] >= 0, done
