"""`mco doctor` on set-ups that are right, and on set-ups with one thing broken each: it has to name that thing and say what to do."""
import json
import os
import re
import shutil
from pathlib import Path

import pytest

from brokers import BROKER_NAME, McoBroker, SecuredMcoBroker, tls_connection
from nodes import WITHOUT_PUPPET, Client, Node, connection, plain_environment
from pki import DAY, Authority
from processes import free_port, run, wait_until

NODE = "node1.lab.test"
CALLER = "alice.mcollective"
PASSWORD = "marionette"
SCREENS = Path(__file__).parents[1] / "golden/screens"
KERNEL_CLOCK = re.compile(r"^\w+ +clock +(nobody|the kernel).*\n( +->.*\n)?|^\d+ ok, .*\n", re.M)
COLLECTIVES = "collectives = mcollective\nmain_collective = mcollective\n"


class Site:
    """A CA, a node and configuration files for callers."""

    def __init__(self, broker, folder, binaries):
        self.broker, self.folder, self.binaries = broker, folder, binaries
        self.authority = Authority(folder / "ca")
        self.authority.issue(NODE, end=365 * DAY)
        self.authority.issue(CALLER, end=365 * DAY)
        self.authority.revoke(end=365 * DAY)
        extra = COLLECTIVES + WITHOUT_PUPPET
        self.node = Node(broker, folder / "node", NODE, {"os": "Debian"}, ["base"], binaries / "mcollectived", extra=extra,
                         security=lambda identity, rest: f"identity = {identity}\n" + self.authority.settings(NODE) + connection(broker) + rest)
        wait_until(lambda: NODE in self.client().run("find", "--dt", "1").out, 60, f"the node answers: {self.node.log_text()}")

    def client(self, name="client", security=None, way=None):
        """With the caller's certificate; `security` and `way` are lines of the configuration that differ."""
        lines = (security or self.authority.settings(CALLER)) + (way or connection(self.broker)) + COLLECTIVES
        return Client(self.broker, self.folder / name, self.binaries / "mco",
                      security=lambda identity, rest: f"identity = {identity}\n{lines}{rest}")

    def copy_of_ca(self, name):
        """Settings whose files can be broken without harm to the others."""
        folder = self.folder / name
        shutil.copytree(self.authority.folder, folder)
        return folder, self.authority.settings(CALLER).replace(str(self.authority.folder), str(folder))


@pytest.fixture(scope="module")
def site(mco_broker, binaries, tmp_path_factory):
    site = Site(mco_broker, tmp_path_factory.mktemp("doctor"), binaries)
    yield site
    site.node.stop()


def findings(client, *words, env=None):
    """All findings, and the exit code, which follows from them."""
    done = client.run("doctor", "--json", *words, env=env)
    all_of_them = json.loads(done.out)
    assert done.code == (1 if any(one["status"] == "problem" for one in all_of_them) else 0), done
    assert done.seconds < 15, done
    assert PASSWORD not in done.out
    for one in all_of_them:
        assert bool(one["advice"]) == (one["status"] in ("warning", "problem")), one
    return all_of_them


def told(all_of_them, check, status="problem"):
    """What the findings of that kind say, each as one text."""
    return [f"{one['subject']}: {one['message']} -> {one['advice']}" for one in all_of_them
            if one["check"] == check and one["status"] == status]


def assert_told(all_of_them, check, pattern, status="problem"):
    texts = told(all_of_them, check, status)
    assert any(re.search(pattern, text) for text in texts), json.dumps(all_of_them, indent=1)


def troubles(all_of_them):
    return [one for one in all_of_them if one["status"] in ("warning", "problem")]


def normalised(site, done):
    text = f"exit {done.code}\n--- stdout\n{done.out}\n--- stderr\n{done.err}"
    for pattern, replacement in [(re.escape(str(site.folder)), "/site"), (rf"\b{site.broker.port}\b", "PORT"),
                                 (r"\([\d.]+ ms\)", "(T ms)"), (r"within [\d.]+ s", "within T s"),
                                 (r"20\d\d-\d\d-\d\d \d\d:\d\d UTC", "DATE"), (r"reply\.\S+", "reply.QUEUE"),
                                 (r"owner \w+", "owner USER"), (r"after \d+ ms", "after T ms"),
                                 (r"declarations of \d+ agents", "declarations of N agents")]:
        text = re.sub(pattern, replacement, text)
    return text


PAINTED = {"CLICOLOR_FORCE": "1"}


def assert_screen(site, name, done):
    golden = SCREENS / f"{name}.txt"
    shown = KERNEL_CLOCK.sub("", normalised(site, done))
    if os.environ.get("MCO_UPDATE_GOLDEN"):
        golden.write_text(shown)
    assert shown == golden.read_text()


def test_a_healthy_set_up_is_all_right(site):
    done = site.client().run("doctor", NODE, env=PAINTED)
    assert done.code == 0 and "\x1b[32mok" in done.out, done
    plain = site.client("plain", way=connection(site.broker) + "color = 0\n")
    assert "\x1b" not in plain.run("doctor", "--offline", env=PAINTED).out
    assert not re.search("^(\x1b\\[\\d+m)?(warning|problem|skipped)", done.out, re.M), done
    assert "\x1b" not in site.client().run("doctor", "--offline", env=PAINTED | {"NO_COLOR": "1"}).out
    assert "\x1b" not in site.client().run("doctor", "--offline").out
    assert_screen(site, "doctor_healthy", site.client().run("doctor", NODE, env={"NO_COLOR": "1"}))


def test_a_broken_set_up_is_explained_on_the_screen(site):
    folder, security = site.copy_of_ca("screen-ca")
    (folder / f"{CALLER}.key").chmod(0o644)
    way = connection(site.broker).replace(f"= {PASSWORD}", "= s3cretw0rd").replace(f"port = {site.broker.port}", "port = 1")
    done = site.client("screen", security, way).run("doctor", env={"NO_COLOR": "1"})
    assert_screen(site, "doctor_broken", done)


def test_an_expired_certificate(site):
    folder, security = site.copy_of_ca("expired-ca")
    shutil.rmtree(folder)
    authority = Authority(folder)
    authority.issue(CALLER, begin=-3 * DAY, end=-1 * DAY)
    found = findings(site.client("expired", security), "--offline")
    assert_told(found, "certificate", r"expired .* ago.*puppetserver ca generate")


def test_a_certificate_that_expires_soon(site):
    authority = Authority(site.folder / "soon-ca")
    authority.issue(CALLER, end=10 * DAY)
    found = findings(site.client("soon", authority.settings(CALLER)), "--offline")
    assert_told(found, "certificate", "expires in 9 days", "warning")
    assert not told(found, "certificate")


def test_a_wrong_authority(site):
    folder, security = site.copy_of_ca("wrong-ca")
    other = Authority(site.folder / "other-ca")
    shutil.copy(other.folder / "ca.pem", folder)
    found = findings(site.client("wrong", security), "--offline")
    assert_told(found, "chain", "does not come from the authority in")


def test_a_certificate_of_another_site(site):
    """Everything is right in itself, but the nodes have another CA: they are silent, and the doctor sees it."""
    other = Authority(site.folder / "foreign-ca")
    other.issue(CALLER)
    found = findings(site.client("foreign", other.settings(CALLER)))
    assert_told(found, "nodes", r"none answered within .*mco doctor --node.*dropped at")


@pytest.mark.parametrize("mode", [0o644, 0o604])
def test_a_key_that_everybody_may_read(site, mode):
    folder, security = site.copy_of_ca(f"open-{mode:o}")
    (folder / f"{CALLER}.key").chmod(mode)
    found = findings(site.client(f"open-client-{mode:o}", security), "--offline")
    assert_told(found, "private key", rf"open to everybody \(mode 0{mode:o}.*chmod 0600 {folder}/{CALLER}.key")


def test_a_key_of_another_certificate(site):
    folder, security = site.copy_of_ca("foreign-key")
    shutil.copy(folder / f"{NODE}.key", folder / f"{CALLER}.key")
    found = findings(site.client("foreign-key-client", security), "--offline")
    assert_told(found, "private key", "is not the key of")


def test_a_revoked_certificate(site):
    authority = Authority(site.folder / "revoked-ca")
    authority.revoke(authority.issue(CALLER))
    found = findings(site.client("revoked", authority.settings(CALLER)), "--offline")
    assert_told(found, "revocation", "our own certificate is revoked.*puppetserver ca generate")


def test_an_expired_revocation_list(site):
    authority = Authority(site.folder / "old-crl-ca")
    authority.issue(CALLER)
    authority.revoke(end=-DAY)
    found = findings(site.client("old-crl", authority.settings(CALLER)), "--offline")
    assert_told(found, "revocation list", "expired .* ago: nobody is believed.*puppet ssl bootstrap")
    authority.revoke(end=2 * DAY)
    assert_told(findings(site.client("old-crl", authority.settings(CALLER)), "--offline"), "revocation list", "expires in", "warning")


def test_no_files_at_all(site):
    found = findings(site.client("nothing", "securityprovider = x509\n"))
    assert_told(found, "certificate", "no certificate for.*puppetserver ca generate")
    assert told(found, "request", "skipped"), "what does not need a certificate is still looked at"
    assert told(found, "login", "ok")


def test_a_certificate_that_is_no_caller(site):
    found = findings(site.client("nocaller", site.authority.settings(NODE)))
    assert_told(found, "certificate name", "nodes with default settings would refuse you", "warning")
    assert_told(found, "nodes", "none answered")


def test_a_broker_that_is_down(site):
    way = connection(site.broker).replace(f"port = {site.broker.port}", f"port = {free_port()}")
    found = findings(site.client("down", way=way), NODE)
    assert_told(found, "broker", r"127\.0\.0\.1:\d+: no connection: Connection refused.*ss -ltn")
    assert told(found, "node", "skipped")


def test_a_broker_whose_name_is_unknown(site):
    way = connection(site.broker).replace("host = 127.0.0.1", "host = broker.invalid")
    assert_told(findings(site.client("unknown", way=way)), "broker", "broker.invalid cannot be resolved.*getent hosts")


def test_a_spare_broker_that_is_down_is_only_a_warning(site):
    way = (connection(site.broker).replace("pool.size = 1", "pool.size = 2")
           + f"plugin.activemq.pool.2.host = 127.0.0.1\nplugin.activemq.pool.2.port = {free_port()}\n")
    found = findings(site.client("spare", way=way))
    assert_told(found, "broker", "another broker of the pool is there", "warning")
    assert not told(found, "broker")


def test_a_wrong_password(site, binaries, tmp_path):
    users = tmp_path / "users"
    secret = run([binaries / "mco-broker", "--hash-password"], stdin="anotherword\n").out.strip()
    users.write_text(f"mcollective client {secret}\n")
    users.chmod(0o600)
    broker = McoBroker(binaries / "mco-broker", tmp_path, extra=["--users", users])
    try:
        way = connection(site.broker).replace(f"port = {site.broker.port}", f"port = {broker.port}")
        found = findings(site.client("password", way=way))
    finally:
        broker.stop()
    assert_told(found, "login", "refused as mcollective.*plugin.activemq.pool.*password")


def test_a_port_that_is_silent(site):
    """Something listens and says nothing: the doctor does not wait for ever."""
    import socket
    with socket.create_server(("127.0.0.1", 0)) as server:
        way = connection(site.broker).replace(f"port = {site.broker.port}", f"port = {server.getsockname()[1]}")
        found = findings(site.client("silent", way=way), "--timeout", "2")
    assert_told(found, "login", "the broker does not answer.*ssl = 1")


@pytest.fixture(scope="module")
def secured(binaries, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    authority = Authority(folder / "ca")
    authority.issue(CALLER)
    broker = SecuredMcoBroker(binaries / "mco-broker", folder, authority)
    yield broker, authority
    broker.stop()


def tls_client(secured, folder, binaries, changes):
    broker, authority = secured
    way = tls_connection(broker, authority, CALLER)
    for old, new in changes.items():
        assert old in way
        way = way.replace(old, new)
    lines = authority.settings(CALLER) + way + COLLECTIVES
    return Client(broker, folder / "client", binaries / "mco", security=lambda identity, rest: f"identity = {CALLER}\n{lines}{rest}")


def test_a_tls_broker(secured, binaries, tmp_path):
    found = findings(tls_client(secured, tmp_path, binaries, {}))
    assert_told(found, "TLS", "the broker's certificate expires in 29 days", "warning")
    assert told(found, "request", "ok"), found


def test_a_tls_broker_of_another_name(secured, binaries, tmp_path):
    """127.1 leads to the broker, but is in no certificate."""
    found = findings(tls_client(secured, tmp_path, binaries, {"host = localhost": "host = 127.1"}))
    assert_told(found, "TLS", rf"refused: .*mismatch.*it is for {BROKER_NAME}.*set the pool's host to a name")
    assert not told(found, "login", "ok"), "nothing is sent to a broker that is not believed"


def test_a_tls_broker_of_another_authority(secured, binaries, tmp_path):
    other = Authority(tmp_path / "other", name="Other CA")
    changes = {f"ssl.ca = {secured[1].folder}/ca.pem": f"ssl.ca = {other.folder}/ca.pem"}
    found = findings(tls_client(secured, tmp_path, binaries, changes))
    assert_told(found, "TLS", "refused: .*issued by CN = Throw-away.*ssl.ca has to hold the CA that issued it")
    assert not told(found, "login", "ok"), "nothing is sent to a broker that is not believed"


def test_a_broker_that_refuses_us_rights(secured, binaries, tmp_path):
    """A node's certificate may not publish requests."""
    broker, authority = secured
    authority.issue(NODE)
    lines = authority.settings(NODE) + tls_connection(broker, authority, NODE) + COLLECTIVES
    client = Client(broker, tmp_path / "client", binaries / "mco", security=lambda identity, rest: f"identity = {NODE}\n{lines}{rest}")
    found = findings(client)
    assert told(found, "subscription") or told(found, "request"), found


def test_unknown_keys_and_bad_lines_have_their_line(site):
    client = site.client("lines")
    client.config.write_text(client.config.read_text() + "identty = x\n")
    count = len(client.config.read_text().splitlines())
    assert_told(findings(client, "--offline"), "configuration", rf"client.cfg:{count}: .*identty", "warning")
    client.config.write_text(client.config.read_text() + "ttl = soon\n")
    assert_told(findings(client, "--offline"), "configuration", rf"client.cfg:{count + 1}: .*ttl.*correct this line")


def test_a_configuration_with_a_password_that_everybody_may_read(site):
    client = site.client("openconfig")
    client.config.chmod(0o644)
    assert_told(findings(client, "--offline"), "configuration", f"open to everybody.*chmod 0600 {client.config}")


def test_no_configuration_at_all(site):
    client = site.client("noconfig")
    client.config.unlink()
    assert_told(findings(client), "configuration", "is not there")


def test_legacy_providers_are_warned_about(site):
    security = "securityprovider = psk\nplugin.psk = unset\n"
    found = findings(site.client("psk", security), "--offline")
    assert_told(found, "shared key", "placeholder.*openssl rand")
    assert_told(found, "security", "migration only.*securityprovider = x509", "warning")


def ssl_keys(folder):
    """An RSA key and its public half."""
    folder.mkdir()
    authority = Authority(folder / "unused")
    authority.issue("a")
    (folder / "private.pem").write_bytes((authority.folder / "a.key").read_bytes())
    (folder / "private.pem").chmod(0o600)
    done = run(["openssl", "pkey", "-in", folder / "private.pem", "-pubout", "-out", folder / "public.pem"])
    assert done.code == 0, done
    return folder


def test_key_files_of_the_ssl_provider(site, tmp_path):
    ours, other = ssl_keys(tmp_path / "ours"), ssl_keys(tmp_path / "other")
    security = (f"securityprovider = ssl\nplugin.ssl_server_public = {other}/public.pem\n"
                f"plugin.ssl_client_private = {ours}/private.pem\nplugin.ssl_client_public = {ours}/public.pem\n")
    client = site.client("ssl", security)
    found = findings(client, "--offline")
    assert told(found, "plugin.ssl_client_private", "ok") and told(found, "caller id", "ok")
    assert_told(found, "security", "migration only.*securityprovider = x509", "warning")
    client.config.write_text(client.config.read_text().replace(f"ssl_client_public = {ours}", f"ssl_client_public = {other}"))
    assert_told(findings(client, "--offline"), "security", "is not the public half", "warning")
    (ours / "private.pem").chmod(0o644)
    assert_told(findings(client, "--offline"), "plugin.ssl_client_private", "open to everybody.*chmod 0600")
    (ours / "private.pem").unlink()
    assert_told(findings(client, "--offline"), "plugin.ssl_client_private", "is not there")


def test_a_node_that_knows_no_caller(site, tmp_path):
    keys, callers = ssl_keys(tmp_path / "keys"), tmp_path / "callers"
    callers.mkdir()
    config = tmp_path / "server.cfg"
    config.write_text(f"identity = x\nsecurityprovider = aes_security\nplugin.aes.server_private = {keys}/private.pem\n"
                      f"plugin.aes.server_public = {keys}/public.pem\nplugin.aes.client_cert_dir = {callers}\n")
    words = [site.binaries / "mco", "doctor", "--json", "--offline", "--server-config", config]
    assert_told(json.loads(run(words, env=plain_environment()).out), "callers' keys", "holds no key, so nobody may send")
    shutil.copy(keys / "public.pem", callers / "alice.pem")
    assert_told(json.loads(run(words, env=plain_environment()).out), "callers' keys", "1 caller is known", "ok")


def test_a_node_that_does_not_exist(site):
    found = findings(site.client(), "node2.lab.test")
    assert_told(found, "node", f"no answer -> did you mean {NODE}.*dropped at")


def doctor_node(site, *words):
    done = run([site.binaries / "mco", "doctor", "--json", "--server-config", site.node.config, *words], env=plain_environment())
    return done, json.loads(done.out)


def test_a_healthy_node_is_all_right(site):
    done, found = doctor_node(site)
    if os.geteuid() != 0:
        pytest.skip("only root sees everything")
    assert [one for one in troubles(found) if one["check"] != "clock"] == [], found
    assert done.code == 0
    for check in ("daemon", "connection", "log", "facts", "classes", "policies", "subscription", "certificate name"):
        assert told(found, check, "ok"), (check, found)


def test_a_node_whose_set_up_is_broken(site, tmp_path):
    config = tmp_path / "server.cfg"
    text = site.node.config.read_text().replace(f"identity = {NODE}", "identity = node9.lab.test")
    text = text.replace(f"logfile = {site.node.log}", f"logfile = {tmp_path}/nowhere/log").replace("facts.yaml", "nofacts.yaml")
    text = text.replace("classes.txt", "noclasses.txt")
    config.write_text(text + "rpcauthorization = 1\nrpcauthprovider = action_policy\nrpcaudit = 1\n"
                             f"plugin.rpcaudit.logfile = {tmp_path}/nowhere/audit\n")
    config.chmod(0o600)
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / "puppet.policy").write_text("policy default deny\nalow * * *\n")
    done = run([site.binaries / "mco", "doctor", "--json", "--offline", "--server-config", config], env=plain_environment())
    found = json.loads(done.out)
    assert done.code == 1
    assert_told(found, "certificate name", f"{NODE}: is not the identity node9.lab.test.*set identity = {NODE}")
    assert_told(found, "daemon", r"no mcollectived runs with this configuration; there is process \d+.*--check-config")
    assert_told(found, "log", "nowhere/log: cannot be created -> create its directory: install -d")
    assert_told(found, "audit", "nowhere/audit: cannot be created")
    assert_told(found, "facts", "nofacts.yaml: is not there")
    assert_told(found, "classes", "no class filter matches.*puppet config print classfile", "warning")
    assert_told(found, "policies", r"puppet.policy:2: .*mco policy lint")
    (policies / "puppet.policy").unlink()
    done = run([site.binaries / "mco", "doctor", "--json", "--offline", "--server-config", config], env=plain_environment())
    assert_told(json.loads(done.out), "policies", "there is no policy, so that every call is denied")
