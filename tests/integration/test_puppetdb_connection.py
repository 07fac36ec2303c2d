"""How PuppetDB is reached: a name that nobody resolves, a certificate that was revoked. Servers of this test play the others."""
import os
import secrets
import shlex
import socket
import ssl
import subprocess
import threading

import pytest

from nodes import Client
from pki import DAY, Authority
from processes import run

CALLER, SERVER = "root.mcollective", "puppetdb.lab.test"
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n[{"certname":"web1"}]'


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    authority = Authority(tmp_path_factory.mktemp("pki"))
    authority.issue(CALLER)
    return authority


@pytest.fixture(scope="module")
def server_certificate(authority):
    return authority.issue(SERVER)


@pytest.fixture
def puppetdb(authority, server_certificate):
    """The URL of a server that wants a certificate of the authority and tells of one node."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.folder / f"{SERVER}.pem", authority.folder / f"{SERVER}.key")
    context.load_verify_locations(authority.folder / "ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(connection, server_side=True) as secured:
                    request = b""
                    while not request.endswith(b"}"):
                        request += secured.recv(65536)
                    secured.sendall(ANSWER)
            except OSError:  # the client hung up, as it does when it refuses us
                connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"https://localhost:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.fixture
def search(mco_broker, binaries, tmp_path, authority):
    """Runs a search with these settings plugin.puppetdb.*."""
    def run_search(x509=False, prefix=(), **settings):
        lines = "".join(f"plugin.puppetdb.{key} = {value}\n" for key, value in settings.items())
        security = (lambda identity, rest: authority.settings(CALLER) + rest) if x509 else None
        client = Client(mco_broker, tmp_path / "client", binaries / "mco", extra=lines, security=security)
        return run([*prefix, client.program, "find", "--dm", "puppetdb", "-c", client.config],
                   env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)}, timeout=60)
    return run_search


@pytest.fixture
def own(authority):
    """Settings for TLS without the security provider x509."""
    folder = authority.folder
    return {"certificate": folder / f"{CALLER}.pem", "private_key": folder / f"{CALLER}.key", "ca": folder / "ca.pem"}


def test_a_revoked_certificate_is_refused(search, puppetdb, own, authority, server_certificate):
    crl = authority.folder / "crl.pem"
    authority.revoke()
    assert search(url=puppetdb, crl=crl, **own).out == "web1\n"

    authority.revoke(server_certificate)
    said = search(url=puppetdb, crl=crl, **own)
    assert said.code == 1 and "its certificate was refused (certificate revoked)" in said.err, said
    said = search(url=puppetdb, x509=True)
    assert said.code == 1 and "its certificate was refused (certificate revoked)" in said.err, said
    assert search(url=puppetdb, **own).out == "web1\n", "nobody named a revocation list"


def test_a_revocation_list_that_cannot_be_used_refuses(search, puppetdb, own, authority, tmp_path):
    authority.revoke(end=-DAY)
    said = search(url=puppetdb, crl=authority.folder / "crl.pem", **own)
    assert said.code == 1 and "its certificate was refused (CRL has expired)" in said.err, said

    missing = tmp_path / "none.pem"
    said = search(url=puppetdb, crl=missing, **own)
    assert said.code == 1 and f"cannot use the revocation lists in {missing}" in said.err, said

    other = Authority(tmp_path / "other", name="Other CA")
    said = search(url=puppetdb, crl=other.folder / "crl.pem", **own)
    assert said.code == 1 and "its certificate was refused (unable to get certificate CRL)" in said.err, said


@pytest.fixture
def silent_name_server(tmp_path):
    """A name server that answers nothing, and the words before a program that can ask no other."""
    may = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False)
    if os.geteuid() != 0 or may.returncode != 0:
        pytest.skip("only root can bind port 53 and mount another resolv.conf")
    address = "127.{}.{}.{}".format(64 + secrets.randbelow(64), secrets.randbelow(256), 1 + secrets.randbelow(254))
    conf = tmp_path / "resolv.conf"
    conf.write_text(f"nameserver {address}\noptions timeout:30 attempts:1\n")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((address, 53))
        server.setblocking(False)
        mount = f"mount --bind {shlex.quote(str(conf))} /etc/resolv.conf && exec \"$@\""
        yield server, ["unshare", "--mount", "sh", "-c", mount, "sh"]


def test_a_name_look_up_ends_at_the_deadline(search, silent_name_server):
    server, prefix = silent_name_server
    said = search(prefix=prefix, url=f"http://{SERVER}:8080", timeout=1)
    assert server.recv(512), "the name server was asked"
    assert said.code == 1 and f"http://{SERVER}:8080: its name was not resolved in time" in said.err, said
    assert said.seconds < 15, "the resolver itself gives up after 30 seconds"
