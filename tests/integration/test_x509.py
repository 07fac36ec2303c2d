"""x509 end to end: kinds of keys, intermediates, encryption, what changes while the daemon runs, and who may be what."""
import json
import os
import threading

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from nodes import Client, Node, connection, plain_environment
from pki import DAY, Authority
from processes import run, wait_until
from stomp import Stomp

pytestmark = pytest.mark.threads
NODE, CALLER = "node1.lab.test", "alice.mcollective"
RELOAD = 30  # s: looked for every two, and this machine is busy


class Site:
    """One node and clients under an authority."""

    def __init__(self, broker, binaries, folder, authority):
        self.broker, self.binaries, self.folder, self.authority = broker, binaries, folder, authority
        self.node = None

    def secured(self, name):
        def settings(identity, rest):
            return f"identity = {identity}\n{self.authority.settings(name)}{connection(self.broker)}{rest}"
        return settings

    def start(self, extra="", facts=None):
        self.node = Node(self.broker, self.folder / "node", NODE, facts or {"os": "Debian"}, ["base"], self.binaries / "mcollectived",
                         extra=extra, security=self.secured(NODE))
        return self

    def client(self, name=CALLER):
        return Client(self.broker, self.folder / f"client-{name}", self.binaries / "mco", security=self.secured(name), identity=name)

    def found(self, *words, name=CALLER):
        """Who answers; a directed request needs no discovery, so it always goes out."""
        return self.client(name).run("find", "--dt", "1", *words).out.split()

    def ready(self):
        wait_until(lambda: self.found() == [NODE], 40, "the node answers: " + self.node.log_text()[-2000:])
        return self

    def fact(self, name=CALLER):
        return self.client(name).run("rpc", "rpcutil", "get_fact", "fact=os", "-j", "-I", NODE, "--dt", "2", "-t", "3")

    def answers(self, name=CALLER):
        done = self.fact(name)
        return done.code == 0 and [reply["data"]["value"] for reply in json.loads(done.out) if "sender" in reply] == ["Debian"]

    def wait_for_log(self, text):
        wait_until(lambda: text in self.node.log_text(), RELOAD, f"the log says {text!r}: {self.node.log_text()[-2000:]}")


@pytest.fixture
def site(mco_broker, binaries, tmp_path):
    made = Site(mco_broker, binaries, tmp_path, Authority(tmp_path / "pki"))
    yield made
    if made.node:
        made.node.stop()


def issue(site, kind="rsa2048", node_kind=None, **extensions):
    site.authority.issue(NODE, kind=node_kind or kind)
    site.authority.issue(CALLER, kind=kind, **extensions)


@pytest.mark.parametrize("encrypted", ["0", "1"], ids=["signed", "encrypted"])
@pytest.mark.parametrize("kind", ["rsa4096", "p256", "p384", "ed25519"])
def test_kinds_of_keys(site, kind, encrypted):
    # Ed25519 signs but cannot receive: such a caller gets no encrypted replies, such a node can send them.
    issue(site, "rsa2048" if kind == "ed25519" and encrypted == "1" else kind, node_kind=kind)
    site.start(f"plugin.x509.encrypt_replies = {encrypted}\n").ready()
    assert site.answers()


def test_encrypted_replies_are_unreadable_on_the_way(site, mco_broker):
    issue(site, "p256")
    site.start("plugin.x509.encrypt_replies = 1\n", facts={"os": "Debian", "riddle": "speak friend"}).ready()
    done = site.client().run("rpc", "rpcutil", "get_fact", "fact=riddle", "-j")
    assert json.loads(done.out)[0]["data"]["value"] == "speak friend"
    issue(site, "ed25519")
    site.wait_for_log("New credentials are in use")
    done = site.fact()
    assert done.code != 0, done
    site.wait_for_log("cannot encrypt for the caller's certificate")


@pytest.mark.parametrize("place", ["certificate file", "ca bundle"])
def test_intermediate_authorities(site, tmp_path, place):
    site.authority = Authority(tmp_path / "below", "Intermediate CA", "p384", issuer=site.authority)
    issue(site, "p256")
    if place == "ca bundle":
        folder = site.authority.folder
        for name in (NODE, CALLER):
            leaf = (folder / f"{name}.pem").read_text().split("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n"
            (folder / f"{name}.pem").write_text(leaf)
        own = site.authority.certificate.public_bytes(serialization.Encoding.PEM)
        (folder / "ca.pem").write_bytes((folder / "ca.pem").read_bytes() + own)
    site.start().ready()
    assert site.answers()


def test_without_its_intermediate_a_certificate_is_refused_at_start(site, tmp_path, binaries):
    site.authority = Authority(tmp_path / "below", "Intermediate CA", issuer=site.authority)
    issue(site)
    path = site.authority.folder / f"{NODE}.pem"
    path.write_text(path.read_text().split("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n")
    config = tmp_path / "server.cfg"
    config.write_text(site.secured(NODE)(NODE, ""))
    done = run([binaries / "mcollectived", "--check-config", "--config", config], env=plain_environment())
    assert done.code == 1 and "plugin.x509.certificate" in done.err and str(path) in done.err, done


def test_a_new_revocation_list_counts_while_the_daemon_runs(site):
    site.authority.issue(NODE)
    caller = site.authority.issue(CALLER)
    site.start().ready()
    site.authority.revoke(caller)
    site.wait_for_log("New credentials are in use")
    assert site.found() == []
    site.wait_for_log(f"revocation: the certificate of {CALLER} is revoked")
    site.authority.revoke()
    wait_until(lambda: site.found() == [NODE], RELOAD, "the caller is welcome again")


def test_a_revoked_node_is_not_believed(site):
    issue(site)
    site.start().ready()
    node = site.authority.issue(NODE)
    site.wait_for_log("New credentials are in use")
    site.authority.revoke(node)
    assert site.found() == []


def test_certificates_of_nodes_are_remembered_until_the_list_changes(site):
    site.authority.issue(CALLER)
    node = site.authority.issue(NODE)
    site.start().ready()
    memory = site.folder / f"client-{CALLER}/cache/mcollective/known_certificates"
    written, place = memory.read_bytes(), memory.stat()
    assert place.st_mode & 0o777 == 0o600
    assert site.found() == [NODE]
    assert memory.stat().st_ino == place.st_ino, "nothing new, nothing written"

    memory.write_bytes(b"mco known certificates 1\n" + written[-100:])
    assert site.found() == [NODE]
    assert memory.read_bytes() == written, "what is damaged is made anew"
    memory.chmod(0o644)
    assert site.found() == [NODE]
    assert memory.stat().st_mode & 0o777 == 0o600, "what others may read is made anew"

    site.authority.revoke(node)
    assert site.found() == []
    memory.write_bytes(written)
    assert site.found() == [], "an old memory does not bring back who was revoked"


def test_an_expired_revocation_list_is_an_error(site):
    issue(site)
    site.start().ready()
    site.authority.revoke(end=-DAY)
    site.wait_for_log("New credentials are in use")
    client = site.client()
    site.authority.revoke()
    list_now = site.authority.folder / "crl.pem"
    fresh = site.authority.folder / "fresh.pem"  # the client has a current one, so that only the node refuses
    fresh.write_bytes(list_now.read_bytes())
    client.config.write_text(client.config.read_text().replace(str(list_now), str(fresh)))
    site.authority.revoke(end=-DAY)
    wait_until(lambda: client.run("find", "--dt", "1").out.split() == [], RELOAD, "the node refuses")
    site.wait_for_log("has expired")
    site.authority.revoke()
    wait_until(lambda: client.run("find", "--dt", "1").out.split() == [NODE], RELOAD, "a current list helps")


def test_certificate_and_key_change_without_a_restart(site):
    issue(site)
    site.start(facts={"os": "Debian", "trusted.extensions.pp_role": "admin"}).ready()
    role = ("-F", "trusted.extensions.pp_role=web")
    assert site.found(*role) == []
    assert site.found("-F", "trusted.extensions.pp_role=admin") == [], "a facts file cannot say it"
    site.authority.issue(NODE, kind="p256", extensions={"1.13": "web"})
    wait_until(lambda: site.found(*role) == [NODE], RELOAD, "the new certificate's role is known")
    assert site.answers()
    done = site.client().run("rpc", "rpcutil", "get_fact", "fact=trusted", "-j")
    assert json.loads(done.out)[0]["data"]["value"] == {"certname": NODE, "extensions": {"pp_role": "web"}}
    assert "started" not in site.node.log_text().split("New credentials are in use")[-1]


def test_half_a_change_keeps_the_old_credentials(site):
    issue(site)
    site.start().ready()
    key = site.authority.folder / f"{NODE}.key"
    good = key.read_bytes()
    site.authority.issue("other.lab.test")
    key.write_bytes((site.authority.folder / "other.lab.test.key").read_bytes())
    site.wait_for_log("New credentials cannot be used, the old ones stay: plugin.x509.private_key")
    assert site.answers()
    key.write_bytes(good)
    site.wait_for_log("New credentials are in use")
    assert site.answers()


def test_a_node_is_no_caller(site):
    issue(site)
    site.authority.issue("node2.lab.test")
    site.start().ready()
    assert site.found(name="node2.lab.test") == []
    site.wait_for_log("callers: node2.lab.test is not one of those who may call")


def test_an_extension_makes_a_caller(site):
    issue(site)
    site.authority.issue("ops.lab.test", extensions={"3.13": "operator"})
    site.authority.issue("dev.lab.test", extensions={"3.13": "developer"})
    site.start("plugin.x509.caller_extension = pp_auth_role=operator\n").ready()
    assert site.answers("ops.lab.test")
    assert site.found(name="dev.lab.test") == []
    site.wait_for_log("callers: dev.lab.test is not one of those who may call")


def test_a_callers_certificate_does_not_start_a_node(site, tmp_path, binaries):
    issue(site)
    config = tmp_path / "server.cfg"
    config.write_text(site.secured(CALLER)(NODE, ""))
    done = run([binaries / "mcollectived", "--check-config", "--config", config], env=plain_environment())
    assert done.code == 1 and f"its name {CALLER} is not the identity {NODE}" in done.err, done


def forged_reply(folder, signer, request, **changes):
    """A pong to `request` (bytes), signed by the RSA key of `signer`."""
    content = json.loads(cbor2.loads(request).value[2])
    reply = {"protocol": "mcollective:reply:1", "id": content["id"], "sender": NODE, "agent": "discovery",
             "collective": "mcollective", "time": content["time"], "body": {"statuscode": 0, "statusmsg": "pong", "data": {}}}
    reply.update(changes)
    pem = (folder / f"{signer}.pem").read_bytes()
    key = serialization.load_pem_private_key((folder / f"{signer}.key").read_bytes(), None)
    chain = x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)
    protected, payload = cbor2.dumps({1: -37, 33: chain}), json.dumps(reply).encode()
    signed = key.sign(cbor2.dumps(["Signature1", protected, b"", payload]),
                      padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    return content["reply_to"], cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signed]))


@pytest.mark.parametrize("signer,believed", [(NODE, [NODE]), (CALLER, []), ("node2.lab.test", [])])
def test_nobody_else_answers_for_a_node(site, mco_broker, signer, believed):
    issue(site)
    site.authority.issue("node2.lab.test")
    stomp = Stomp(mco_broker.port)
    stomp.subscribe("/topic/mcollective.discovery.agent")

    def answer():
        frame = stomp.receive(30)
        if frame:
            stomp.publish(*forged_reply(site.authority.folder, signer, frame[2]))

    impostor = threading.Thread(target=answer)
    impostor.start()
    try:
        assert site.found() == believed
    finally:
        impostor.join()
        stomp.close()


def test_keys_that_everybody_may_read_are_refused(site, tmp_path, binaries):
    issue(site)
    os.chmod(site.authority.folder / f"{NODE}.key", 0o644)
    config = tmp_path / "server.cfg"
    config.write_text(site.secured(NODE)(NODE, ""))
    done = run([binaries / "mcollectived", "--check-config", "--config", config], env=plain_environment())
    assert done.code == 1 and "plugin.x509.private_key" in done.err, done
