"""A daemon of any security provider beside somebody who can publish what he likes, and requests made for it from the specifications."""
import hashlib
import json
import re
import secrets

from legacy_messages import CALL, aes_request, private_key, ssl_request
from marshal_text import dump
from messages import psk_request, x509_request
from nodes import PSK, Node, connection
from pki import Authority, self_signed
from processes import wait_until
from stomp import Stomp

PROVIDERS = ("psk", "ssl", "aes_security", "x509")
CALLER, NODE = "alice.mcollective", "node1.lab.test"


class Target:
    """A node of one provider in two collectives, somebody who may call it, and an attacker who can publish and read what he likes."""

    def __init__(self, provider, broker, folder, program):
        self.provider = provider
        self.authority = Authority(folder / "pki")
        self.stranger = Authority(folder / "stranger")
        for name in (CALLER, NODE, "bob.mcollective", "operator.lab.test"):
            self.authority.issue(name)
        self.authority.revoke(self.authority.issue("mallory.mcollective"))
        self.stranger.issue(CALLER)
        self.stranger.issue("eve.mcollective")
        self_signed(self.stranger.folder, "selfmade.mcollective")
        self.stomp = Stomp(broker.port)
        self.reply_to, self.elsewhere = (f"/queue/mcollective.reply.tester_{secrets.token_hex(4)}.{n}" for n in (1, 2))
        self.stomp.subscribe(self.reply_to)
        self.stomp.subscribe(self.elsewhere)
        self.replies = []
        self.node = Node(broker, folder / "node", NODE, {"os": "Debian"}, ["base"], program, security=self._settings(broker))
        self._wait_for_subscription()

    def _settings(self, broker):
        folder = self.authority.folder

        def security(identity, settings):
            own = f"{folder}/{NODE}"
            keys = {
                "psk": f"securityprovider = psk\nplugin.psk = {PSK}\n",
                "ssl": f"securityprovider = ssl\nplugin.ssl_server_public = {own}.pem\nplugin.ssl_server_private = {own}.key\n"
                       f"plugin.ssl_client_cert_dir = {self._callers()}\n",
                "aes_security": f"securityprovider = aes_security\nplugin.aes.server_public = {own}.pem\n"
                                f"plugin.aes.server_private = {own}.key\nplugin.aes.client_cert_dir = {self._callers()}\n"
                                f"plugin.aes.ca_cert = {folder}/ca.pem\nplugin.aes.learn_pubkeys = 1\n",
                "x509": self.authority.settings(NODE),
            }[self.provider]
            return f"identity = {identity}\ncollectives = mcollective,second\nmain_collective = mcollective\n" + keys + connection(broker) + settings
        return security

    def _callers(self):
        """The directory that the legacy providers know callers from: also one whose certificate was revoked, and two of other authorities."""
        folder = self.authority.folder.parent / "callers"
        folder.mkdir(exist_ok=True)
        for name in (CALLER, "bob.mcollective", "mallory.mcollective"):
            (folder / f"{name}.pem").write_bytes((self.authority.folder / f"{name}.pem").read_bytes())
        if self.provider == "aes_security":
            for name in ("eve.mcollective", "selfmade.mcollective"):
                (folder / f"{name}.pem").write_bytes((self.stranger.folder / f"{name}.pem").read_bytes())
        return folder

    def _wait_for_subscription(self):
        def answered():
            self.send(self.request()[1])
            return self._collect(1)
        wait_until(answered, 30, "the node answers: " + self.node.log_text())

    def request(self, signer=CALLER, folder=None, after=None, **changes):
        """An id and a request of it; `changes` are made before it is sealed, `after` by somebody on its way."""
        number = secrets.token_hex(16)
        key_file = (folder or self.authority.folder) / f"{signer}.key"
        caller = changes.pop("caller", f"cert={signer}")
        if self.provider == "x509":
            return number, self._x509(number, signer, folder, after, caller, changes)
        changes = {"requestid": number, **changes}
        if self.provider == "psk":
            sent = {"payload": dump(CALL), "agent": "rpcutil", "callerid": "uid=0" if signer == CALLER else caller, **changes}
            return (after or {}).get("requestid", number), psk_request(PSK, **{**sent, **self._psk_after(sent, after)})
        make = ssl_request if self.provider == "ssl" else aes_request
        return (after or {}).get("requestid", number), make(private_key(key_file), caller, after=after, **changes)

    @staticmethod
    def _psk_after(sent, after):
        """The digest covers the body alone: whoever changes that has to leave the old digest."""
        if after and "body" in after:
            return {"body": after["body"], "hash": hashlib.md5(sent["payload"] + PSK.encode()).hexdigest()}
        return after or {}

    def _x509(self, number, signer, folder, after, caller, changes):
        members = {"id": number, "caller": caller, "agent": "rpcutil", "body": {"action": "ping", "data": {}}}
        names = {"msgtime": "time", "requestid": "id"}
        for name, value in changes.items():
            members[names.get(name, name)] = value * 1000 if name == "msgtime" else value
        made = x509_request(folder or self.authority.folder, signer, self.reply_to, **members)
        for name, value in (after or {}).items():
            made = self._substituted(made, names.get(name, name), members, value * 1000 if name == "msgtime" else value)
        return made

    @staticmethod
    def _substituted(made, name, members, value):
        """Another value of the same length in the payload, where the signature no longer fits."""
        found = re.search(rb'"%s": ("[^"]*"|\d+|\{(?:[^{}]|\{[^{}]*\})*\})' % name.encode(), made)
        assert found, (name, made)
        text = json.dumps(value).encode()[:len(found.group(1))].ljust(len(found.group(1)))
        return made[:found.start(1)] + text + made[found.end(1):]

    def check_answers(self, seconds=20):
        """A good request is answered; whatever else was answered before it is dropped."""
        number, body = self.request()
        self.send(body)
        wait_until(lambda: self.replies_to(number), seconds, "a good request is answered: " + self.node.log_text()[-3000:])
        self.replies.clear()

    def close(self):
        self.stomp.close()
        self.node.stop()

    def send(self, body, reply_to=None):
        self.stomp.publish("/topic/mcollective.rpcutil.agent", body, reply_to or self.reply_to)

    def _collect(self, seconds):
        frame = self.stomp.receive(seconds)
        if frame:
            self.replies.append(frame)
        return frame

    def replies_to(self, number):
        while self._collect(0.01):
            pass
        return [headers["destination"] for _, headers, body in self.replies if number.encode() in body]

    def verdict(self, number, bodies, reply_to=None, first_is_genuine=False):
        """Sends them; the gate that refused, or "accepted"; with another `reply_to`, "redirected" or "signed" by where the reply went."""
        if first_is_genuine:
            self.send(bodies[0])
            wait_until(lambda: self.replies_to(number), 20, "the genuine request is answered")
            self.replies.clear()
            bodies = bodies[1:]
        before = len(self.node.log_text())
        for body in bodies:
            self.send(body, reply_to)

        def decided():
            where = self.replies_to(number)
            if where and reply_to:
                return "redirected" if self.elsewhere in where else "signed"
            if where:
                return "accepted"
            gate = re.search(r"\b(malformed|untrusted|expired|future|replayed|not_for_us|unknown_agent)\b", self.node.log_text()[before:])
            return gate and gate.group(1)
        return wait_until(decided, 20, f"{number} is answered or refused: " + self.node.log_text()[before:])
