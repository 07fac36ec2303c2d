"""Discovery by a real PuppetDB: what it finds is what the nodes themselves would answer to."""
import json
import socket
import threading

import pytest

from conftest import need
from nodes import Client, Node
from pki import Authority, self_signed
from processes import wait_until
from puppetdb import PuppetDb

ALLOWED, STRANGER = "root.mcollective", "stranger.mcollective"
NODES = {
    "web1.lab.test": ({"os": {"family": "Debian", "release": {"major": "12", "full": "12.5"}}, "cpus": 4, "is_virtual": True,
                       "load": 1.5, "roles": ["web", "cache"], "kernelversion": "5.10.1", "legacy": "16", "a.b": "dotted",
                       "note": "Say \"hi\" \\ it's (50%) [x]", "place": "Zürich", "disks": [{"size": 10}, {"size": 200}]},
                      ["Base", "Roles::Web"]),
    "web2.lab.test": ({"os": {"family": "RedHat", "release": {"major": "9", "full": "9.3"}}, "cpus": 16, "is_virtual": False,
                       "load": 2.25, "roles": ["web"], "kernelversion": "6.1.0", "legacy": "4", "a": {"b": "nested"}},
                      ["Base", "Roles::Web", "Apache"]),
    "db1.lab.test": ({"os": {"family": "Debian", "release": {"major": "11", "full": "11.9"}}, "cpus": 8, "roles": []},
                     ["Base", "Roles::Db::Postgres"]),
}
FILTERS = [
    [],
    ["-I", "web1.lab.test"],
    ["-I", "/^web/"],
    ["-I", "/web1/", "-I", "/db1/"],
    ["-I", "/(?<=web)2/"],
    ["-C", "base"],
    ["-C", "roles::web"],
    ["-C", "roles::web", "-C", "apache"],
    ["-C", "/^roles::d/"],
    ["-C", "/ROLES/"],
    ["-C", "nothing"],
    ["-F", "os.family=Debian"],
    ["-F", "os.family!=Debian"],
    ["-F", "os.family=/^D.b/"],
    ["-F", "os.family=~(?i)debian"],
    ["-F", "os.release.major>=11"],
    ["-F", "os.release.full<11.95"],
    ["-F", "cpus=4"],
    ["-F", "cpus=4.0"],
    ["-F", "cpus>4", "-F", "cpus<16"],
    ["-F", "cpus=/^1/"],
    ["-F", "load>1.5"],
    ["-F", "legacy>=8"],
    ["-F", "kernelversion>=5.10.2"],
    ["-F", "is_virtual=true"],
    ["-F", "roles=web"],
    ["-F", "roles=/cac/"],
    ["-F", "roles!=web"],
    ["-F", "os=family"],
    ["-F", "a.b=dotted"],
    ["-F", "a.b=nested"],
    ["-F", "disks.1.size=200"],
    ["-F", "place=Zürich"],
    ["-F", "note=Say \"hi\" \\ it's (50%) [x]"],
    ["-F", "note=Say \"hi\" \\ it's (50%) .x]"],
    ["-F", "os.family=Debian\"]]"],
    ["-F", "absent!=1"],
    ["-W", "roles::web os.family=Debian"],
    ["-S", "roles::web and not apache"],
    ["-S", "not os.family=Debian"],
    ["-S", "apache or (os.family=Debian and cpus>4)"],
    ["-S", "not (roles::web or cpus>4)"],
    ["-S", "/^roles::/ and not roles=/cac/", "-C", "base"],
    ["-S", "base and not /^APA/"],
    ["-S", "base and not /^apa/"],
]


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    authority = Authority(tmp_path_factory.mktemp("puppetdb-pki"))
    for name in (ALLOWED, STRANGER):
        authority.issue(name)
    return authority


@pytest.fixture(scope="session")
def puppetdb(authority):
    need(PuppetDb.available(), "puppetdb with postgresql")
    server = PuppetDb(authority, [ALLOWED])
    for name, (facts, classes) in NODES.items():
        server.add_node(name, facts, classes, [("Package", "nginx")])
    server.add_node("old1.lab.test", {"os": {"family": "Debian"}}, ["Base"])
    server.deactivate("old1.lab.test")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def daemons(mco_broker, binaries, tmp_path_factory):
    """The nodes that PuppetDB knows, running."""
    folder = tmp_path_factory.mktemp("nodes")
    nodes = [Node(mco_broker, folder / name, name, {json.dumps(key): json.dumps(value) for key, value in facts.items()},
                  [title.lower() for title in classes], binaries / "mcollectived")
             for name, (facts, classes) in NODES.items()]
    client = Client(mco_broker, folder / "client", binaries / "mco")
    wait_until(lambda: len(client.run("find").out.split()) == len(nodes), 60, "all nodes answer")
    yield client
    for node in nodes:
        node.stop()


@pytest.fixture
def make_client(mco_broker, binaries, tmp_path):
    def make(settings):
        lines = "".join(f"plugin.puppetdb.{key} = {value}\n" for key, value in settings.items())
        return Client(mco_broker, tmp_path / "client", binaries / "mco", extra=lines)
    return make


@pytest.fixture
def client(make_client, puppetdb):
    return make_client({"url": f"http://127.0.0.1:{puppetdb.port}"})


@pytest.fixture
def tls(authority, puppetdb):
    """Settings for TLS with a certificate of the authority."""
    def make(name, host="localhost", folder=authority.folder, ca=authority.folder / "ca.pem"):
        return {"url": f"https://{host}:{puppetdb.tls_port}", "certificate": folder / f"{name}.pem",
                "private_key": folder / f"{name}.key", "ca": ca}
    return make


def found(client, *words):
    done = client.run("find", "--dm", "puppetdb", *words)
    assert done.code in (0, 1) and done.err == "", done
    assert done.code == (0 if done.out else 1), done
    return done.out.split()


def refused(client, *words):
    done = client.run("find", "--dm", "puppetdb", *words)
    assert done.code == 1 and done.out == "", done
    return done.err


def test_every_filter_finds_the_nodes_that_would_answer(client, daemons):
    for words in FILTERS:
        answered = daemons.run("find", *words) if "-I" not in words or "/" in words[1] else None
        names = sorted(answered.out.split()) if answered else [words[1]]
        assert found(client, *words) == names, words


@pytest.mark.parametrize("words,names", [
    (["-F", "os.family=Debian"], ["db1.lab.test", "web1.lab.test"]),
    (["-C", "roles::web", "-F", "cpus>4"], ["web2.lab.test"]),
    (["-S", "not os.family=Debian and base"], ["web2.lab.test"]),
    (["-I", "web1.lab.test", "-I", "unknown.lab.test"], ["web1.lab.test"]),
    (["-I", "/web/", "-I", "/web1/"], ["web1.lab.test", "web2.lab.test"]),
    (["-C", "Roles::Web", "-A", "puppet"], ["web1.lab.test", "web2.lab.test"]),
    (["-C", "base", "-I", "old1.lab.test"], []),
])
def test_finds(client, words, names):
    assert found(client, *words) == names


def test_calls_reach_the_nodes_that_were_found(client, daemons):
    done = client.run("rpc", "rpcutil", "ping", "--dm", "puppetdb", "-F", "cpus>4", "--json")
    assert done.code == 0, done
    assert sorted(reply["sender"] for reply in json.loads(done.out)) == ["db1.lab.test", "web2.lab.test"]


def test_own_queries_and_filters_hold_together(client):
    packages = "resources[certname] { type = 'Package' and title = 'nginx' }"
    assert found(client, "--do", packages) == sorted(NODES)
    assert found(client, "--do", packages, "-F", "cpus=8") == ["db1.lab.test"]
    assert found(client, "--do", packages, "--do", "nodes[certname] { certname ~ '^web' }") == ["web1.lab.test", "web2.lab.test"]
    assert found(client, "--do", "nodes[certname] { node_state = 'inactive' }") == []


@pytest.mark.parametrize("words,reason", [
    (["--do", "nodes {"], "PuppetDB refuses the query: PQL parse error at line 1, column 8"),
    (["--do", "facts[value] { name = 'cpus' }"], "rows without certname"),
    (["-C", "/\\bweb/"], "PuppetDB cannot search for classes by /\\bweb/"),
    (["-F", "x[0]=1"], "PuppetDB cannot be asked for the fact 'x[0]'"),
    (["-S", "base and fact('cpus').value=4"], "Only nodes can answer fact()"),
    (["-F", "os.family=/(/"], "invalid pattern /(/"),
])
def test_says_what_cannot_be_asked(client, words, reason):
    assert reason in refused(client, *words)


def test_tls_with_certificates_on_both_sides(make_client, tls):
    for host in ("localhost", "127.0.0.1"):
        assert found(make_client(tls(ALLOWED, host)), "-C", "apache") == ["web2.lab.test"]


def test_tls_with_the_certificate_of_the_security_provider(authority, puppetdb, mco_broker, binaries, tmp_path):
    client = Client(mco_broker, tmp_path / "client", binaries / "mco",
                    security=lambda identity, settings: authority.settings(ALLOWED) + settings
                    + f"identity = {identity}\nplugin.puppetdb.url = https://localhost:{puppetdb.tls_port}\n")
    assert found(client, "-C", "apache") == ["web2.lab.test"]


def test_certificates_are_refused_on_both_sides(make_client, tls, authority, tmp_path):
    stranger = refused(make_client(tls(STRANGER)))
    assert f"answers nobody with our certificate {authority.folder}/{STRANGER}.pem (403)" in stranger
    assert "allowlist" in stranger

    self_signed(tmp_path, ALLOWED)
    assert f"who issued ours, {tmp_path}/{ALLOWED}.pem" in refused(make_client(tls(ALLOWED, folder=tmp_path)))

    other = Authority(tmp_path / "other", name="Other CA")
    untrusted = refused(make_client(tls(ALLOWED, ca=other.folder / "ca.pem")))
    assert "its certificate was refused (unable to get local issuer certificate)" in untrusted

    # a way to write 127.0.0.1 that is no address in certificates
    assert "its certificate was refused (hostname mismatch)" in refused(make_client(tls(ALLOWED, host="127.1")))


def test_keys_that_everybody_may_read_are_not_used(make_client, tls, authority, tmp_path):
    for suffix in ("pem", "key"):
        (tmp_path / f"open.{suffix}").write_bytes((authority.folder / f"{ALLOWED}.{suffix}").read_bytes())
    (tmp_path / "open.key").chmod(0o644)
    said = refused(make_client(tls("open", folder=tmp_path)))
    assert f"{tmp_path}/open.key" in said and "PRIVATE" not in said


def test_the_next_server_is_asked_when_one_is_away(make_client, puppetdb):
    plain = f"http://127.0.0.1:{puppetdb.port}"
    assert found(make_client({"url": f"http://127.0.0.1:1, http://nowhere.invalid, {plain}"}), "-C", "apache") == ["web2.lab.test"]
    said = refused(make_client({"url": "http://127.0.0.1:1"}))
    assert "http://127.0.0.1:1: Connection refused" in said and "plugin.puppetdb.url" in said


def test_a_server_that_is_silent_is_not_waited_for_longer_than_allowed(make_client):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = make_client({"url": f"http://127.0.0.1:{silent.getsockname()[1]}", "timeout": 1})
        begun = client.run("find", "--dm", "puppetdb")
    assert begun.code == 1 and "it did not answer in time" in begun.err, begun
    assert begun.seconds < 10


class Script:
    """A server that reads a request and answers every connection with the same bytes."""

    def __init__(self, answer):
        self.answer, self.asked = answer, 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                request = b""
                while b"\r\n\r\n" not in request or not request.endswith(b"}"):
                    request += connection.recv(65536)
                self.asked += 1
                connection.sendall(self.answer)

    def close(self):
        self.socket.close()


def http_answer(body, status="200 OK", length=None):
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body) if length is None else length}\r\n\r\n"
    return head.encode() + body.encode()


WRONG_ANSWERS = {
    "no JSON": (http_answer("hello"), "this is no array of JSON objects"),
    "no end": (http_answer('[{"certname":"a"}'), "the array of JSON objects has no end"),
    "no certname": (http_answer('[{"name":"a"}]'), "rows without certname"),
    "no name": (http_answer('[{"certname":"a b"}]'), '"a b" is not the name of a node'),
    "cut short": (http_answer("[" + '{"certname":"a"},' * 20000, length=1000000), "partial message"),
    "no HTTP": (b"SSH-2.0-OpenSSH\r\n\r\n", "bad version"),
    "endless header": (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100000, "header limit exceeded"),
    "too long": (http_answer("[", length=1 << 40), "the answer is too long"),
    "elsewhere": (http_answer("", "301 Moved Permanently"), "status 301"),
    "missing": (http_answer("nothing here\n\x1b[31m", "404 Not Found"), "status 404: nothing here  [31m"),
}


@pytest.mark.parametrize("what", WRONG_ANSWERS)
def test_a_wrong_answer_is_no_shorter_list(make_client, what):
    """Half an answer is none, and nobody else is asked for the rest."""
    answer, reason = WRONG_ANSWERS[what]
    first, second = Script(answer), Script(http_answer('[{"certname":"b"}]'))
    client = make_client({"url": f"{first.url}, {second.url}", "timeout": 20})
    said = client.run("find", "--dm", "puppetdb")
    for server in (first, second):
        server.close()
    if second.asked:
        assert what in ("no HTTP", "endless header") and said.out == "b\n", said
    else:
        assert said.code == 1 and said.out == "" and f"{first.url}: " in said.err and reason in said.err, said


def test_a_server_that_cannot_answer_now_is_replaced(make_client):
    first = Script(http_answer("database away", "503 Service Unavailable"))
    second = Script(http_answer('[{"certname":"b"}]'))
    both = make_client({"url": f"{first.url},{second.url}"}).run("find", "--dm", "puppetdb")
    one = make_client({"url": first.url}).run("find", "--dm", "puppetdb")
    for server in (first, second):
        server.close()
    assert both.out == "b\n", both
    assert "status 503: database away" in one.err, one


def test_a_server_that_is_no_puppetdb(make_client, mco_broker):
    assert f"http://127.0.0.1:{mco_broker.port}: " in refused(make_client({"url": f"http://127.0.0.1:{mco_broker.port}", "timeout": 5}))


def test_needs_a_server(make_client):
    assert "needs plugin.puppetdb.url in the configuration" in refused(make_client({}))


def test_finds_thousands_of_nodes(client, puppetdb):
    """Copies of a node, made in the database: sending each through PuppetDB would take many minutes."""
    copy = ("insert into {table} ({columns}) select {values} from {table} as t, certnames as c"
            " where {condition} and c.certname like '%.many.test'")
    statements = [
        "insert into certnames (certname) select 'n' || i || '.many.test' from generate_series(1, 12000) as i",
        copy.format(table="factsets", condition="t.certname = 'web1.lab.test'",
                    columns="certname, timestamp, environment_id, hash, producer_timestamp, producer_id, paths_hash, stable,"
                            " stable_hash, volatile",
                    values="c.certname, t.timestamp, t.environment_id, decode(md5(c.certname), 'hex'), t.producer_timestamp,"
                           " t.producer_id, t.paths_hash, t.stable || jsonb_build_object('number', c.id), t.stable_hash,"
                           " t.volatile"),
        copy.format(table="catalogs", condition="t.certname = 'web1.lab.test'",
                    columns="certname, hash, producer_timestamp, api_version, timestamp, catalog_version, environment_id",
                    values="c.certname, decode(md5(c.certname), 'hex'), t.producer_timestamp, t.api_version, t.timestamp,"
                           " t.catalog_version, t.environment_id"),
        copy.format(table="catalog_resources",
                    condition="t.certname_id = (select id from certnames where certname = 'web1.lab.test')",
                    columns="certname_id, resource, tags, type, title, exported",
                    values="c.id, t.resource, t.tags, t.type, t.title, t.exported"),
    ]
    try:
        for statement in statements:
            done = puppetdb.sql(statement)
            assert done.code == 0, done
        everybody = [f"n{number}.many.test" for number in range(1, 12001)]
        assert found(client, "-I", "/many/") == sorted(everybody)
        assert found(client, "-C", "roles::web", "-F", "os.family=Debian", "-I", "/many/") == sorted(everybody)
        assert len(found(client, "-S", "roles::web and not apache and number>0")) == 12000
    finally:
        puppetdb.sql("delete from certnames where certname like '%.many.test'")
