"""Keys and configuration lines for the legacy providers `ssl` and `aes_security`."""
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from pki import Authority

PROVIDERS = ("ssl", "aes_security")


class LegacyKeys:
    """A site's keys in `folder`: NAME.pem and NAME.key for the servers (`server`) and for every caller that is added.

    The public halves are certificates of the authority `ca.pem`, or bare keys for callers added with certificate=False.
    `callers/` is the directory of callers' keys that all nodes share unless they are given another."""

    def __init__(self, folder, callers=("john",)):
        self.folder = folder
        self.authority = Authority(folder)
        self.authority.issue("server")
        self.callers = folder / "callers"
        self.callers.mkdir(exist_ok=True)
        for name in callers:
            self.add(name)

    def add(self, name, certificate=True, known=True):
        """Makes a caller; with `known` its public key lies in the shared directory already."""
        if certificate:
            self.authority.issue(name)
        else:
            self._bare(name)
        if known:
            (self.callers / f"{name}.pem").write_bytes((self.folder / f"{name}.pem").read_bytes())

    def _bare(self, name):
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        path = self.folder / f"{name}.key"
        path.touch(0o600)
        path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
                                           serialization.NoEncryption()))
        public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        (self.folder / f"{name}.pem").write_bytes(public)

    def node(self, provider, serialiser="marshal", callers=None):
        """The lines of a daemon's configuration; `callers`: another directory of callers' keys."""
        callers = callers or self.callers
        if provider == "ssl":
            return self._common(provider, serialiser) + (
                f"plugin.ssl_server_private = {self.folder}/server.key\n"
                f"plugin.ssl_client_cert_dir = {callers}\n")
        return self._common(provider, serialiser) + (
            f"plugin.aes.server_private = {self.folder}/server.key\n"
            f"plugin.aes.server_public = {self.folder}/server.pem\n"
            f"plugin.aes.client_cert_dir = {callers}\n")

    def client(self, provider, name="john", serialiser="marshal"):
        """The lines of the configuration of the caller `name`."""
        prefix = "ssl_client" if provider == "ssl" else "aes.client"
        return self._common(provider, serialiser) + (
            f"plugin.{prefix}_private = {self.folder}/{name}.key\n"
            f"plugin.{prefix}_public = {self.folder}/{name}.pem\n")

    def learning(self):
        """Further lines for daemons with aes_security that learn callers' certificates."""
        return f"plugin.aes.learn_pubkeys = 1\nplugin.aes.ca_cert = {self.folder}/ca.pem\n"

    def _common(self, provider, serialiser):
        lines = f"securityprovider = {provider}\n"
        if provider == "ssl":
            return lines + f"plugin.ssl_serializer = {serialiser}\nplugin.ssl_server_public = {self.folder}/server.pem\n"
        return lines + f"plugin.aes.serializer = {serialiser}\n"


def secured(broker, lines):
    """What Node and Client take as `security`, from the lines above."""
    from nodes import connection

    def settings(identity, rest):
        return (f"identity = {identity}\ncollectives = mcollective\nmain_collective = mcollective\n"
                + lines + connection(broker) + rest)
    return settings
