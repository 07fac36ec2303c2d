"""Debian's PuppetDB on a PostgreSQL cluster of its own: both in one folder, on ports the kernel chose, ended by process id."""
import datetime
import http.client
import json
import os
import pwd
import shutil
import tempfile
import uuid
from pathlib import Path

from brokers import SYSTEM_PATH
from processes import Process, accepts, free_port, run, wait_until

JAR = Path("/usr/share/puppetdb/puppetdb.jar")
BOOTSTRAP = Path("/etc/puppetdb/bootstrap.cfg")
SERVER_NAME = "puppetdb.lab.test"
ENVIRONMENT = {"PATH": SYSTEM_PATH, "LANG": "C.UTF-8", "HOME": "/nonexistent"}


def _postgresql():
    """The programs of the newest cluster version that is installed; None if there are none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    return folders[-1] if folders else None


def _now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class PuppetDb:
    """Listens with and without TLS on loopback; only certificates of `authority` whose names are in `allowed` get answers by TLS."""

    def __init__(self, authority, allowed):
        self.folder = Path(tempfile.mkdtemp(prefix="mco-puppetdb-"))
        self.port, self.tls_port, self.database_port = free_port(), free_port(), free_port()
        self.database = self.process = None
        try:
            self._start_database()
            self._start_puppetdb(authority, allowed)
        except BaseException:
            self.stop()
            raise

    @staticmethod
    def available():
        return JAR.exists() and BOOTSTRAP.exists() and _postgresql() is not None and shutil.which("java") is not None

    def _as_nobody(self, words):
        """PostgreSQL refuses to work for root, who lends it and PuppetDB the rights of its own user."""
        if os.geteuid() != 0:
            return words
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *words]

    def _hand_over(self):
        if os.geteuid() != 0:
            return
        user = pwd.getpwnam("postgres")
        for path in [self.folder, *self.folder.rglob("*")]:
            os.chown(path, user.pw_uid, user.pw_gid)

    def _start_database(self):
        programs, data = _postgresql(), self.folder / "data"
        self._hand_over()
        made = run(self._as_nobody([programs / "initdb", "-D", data, "-U", "puppetdb", "--auth=trust", "--no-sync",
                                    "-E", "UTF8", "--locale=C.UTF-8"]), env=ENVIRONMENT)
        assert made.code == 0, made
        self.database = Process(
            self._as_nobody([programs / "postgres", "-D", data, "-p", self.database_port, "-h", "127.0.0.1",
                             "-k", self.folder, "-F", "-c", "shared_buffers=32MB"]),
            self.folder / "postgresql.log", env=ENVIRONMENT)
        wait_until(lambda: accepts(self.database_port) or not self.database.running(), 30, "PostgreSQL listens")
        wait_until(lambda: self.sql("select 1", "postgres").code == 0, 30, "PostgreSQL answers")
        assert self.sql("create database puppetdb", "postgres").code == 0
        assert self.sql("create extension pg_trgm").code == 0

    def sql(self, statement, database="puppetdb"):
        return run([_postgresql() / "psql", "-h", "127.0.0.1", "-p", self.database_port, "-U", "puppetdb", "-d", database,
                    "-v", "ON_ERROR_STOP=1", "-c", statement], env=ENVIRONMENT)

    def _start_puppetdb(self, authority, allowed):
        if not (authority.folder / f"{SERVER_NAME}.pem").exists():
            authority.issue(SERVER_NAME)
        config = self.folder / "conf.d"
        config.mkdir()
        for name in (f"{SERVER_NAME}.pem", f"{SERVER_NAME}.key", "ca.pem"):
            shutil.copy(authority.folder / name, config / name)
        (config / "allowed").write_text("".join(f"{name}\n" for name in allowed))
        (config / "logback.xml").write_text(
            '<configuration><appender name="out" class="ch.qos.logback.core.ConsoleAppender"><encoder><pattern>%d %p %c %m%n'
            '</pattern></encoder></appender><root level="warn"><appender-ref ref="out"/></root></configuration>\n')
        (config / "config.ini").write_text(
            f"[global]\nvardir = {self.folder}/var\nlogging-config = {config}/logback.xml\n"
            f"[puppetdb]\ndisable-update-checking = true\ncertificate-allowlist = {config}/allowed\n"
            f"[database]\nsubname = //127.0.0.1:{self.database_port}/puppetdb\nusername = puppetdb\npassword = trusted\n"
            f"[jetty]\nhost = 127.0.0.1\nport = {self.port}\nssl-host = 127.0.0.1\nssl-port = {self.tls_port}\n"
            f"ssl-key = {config}/{SERVER_NAME}.key\nssl-cert = {config}/{SERVER_NAME}.pem\nssl-ca-cert = {config}/ca.pem\n")
        (config / "auth.conf").write_text("authorization: { version: 1, rules: [] }\n")
        (self.folder / "var").mkdir()
        self._hand_over()
        self.process = Process(
            self._as_nobody(["java", "-Xmx512m", "-cp", JAR, "clojure.main", "-m", "puppetlabs.puppetdb.core", "services",
                             "--config", config, "--bootstrap-config", BOOTSTRAP, "--restart-file", self.folder / "restarts"]),
            self.folder / "puppetdb.log", env=ENVIRONMENT, cwd=self.folder)
        wait_until(lambda: self._ready() or not self.process.running(), 300, f"PuppetDB answers; log in {self.folder}")
        assert self.process.running(), self.process.output()[-4000:]

    def _ready(self):
        return accepts(self.port) and self.ask("GET", "/pdb/meta/v1/version")[0] == 200

    def ask(self, method, path, document=None):
        """Status and body of a plain request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, None if document is None else json.dumps(document),
                               {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, response.read().decode()
        except OSError:
            return 0, ""
        finally:
            connection.close()

    def command(self, name, version, document):
        """Has PuppetDB do something and waits until it has."""
        status, text = self.ask("POST", f"/pdb/cmd/v1?command={name}&version={version}&certname={document['certname']}"
                                        "&secondsToWaitForCompletion=60", document)
        assert status == 200 and json.loads(text).get("processed"), (status, text, self.process.output()[-2000:])

    def add_node(self, certname, facts, classes, resources=()):
        """Facts and a catalog, as a Puppet server would send them. `resources`: more pairs of type and title."""
        self.command("replace_facts", 5, {
            "certname": certname, "environment": "production", "values": facts, "producer_timestamp": _now(),
            "producer": "puppet.lab.test"})
        described = [{"type": kind, "title": title, "exported": False, "tags": [], "parameters": {}}
                     for kind, title in [("Stage", "main"), *(("Class", name) for name in classes), *resources]]
        self.command("replace_catalog", 9, {
            "certname": certname, "version": "1", "environment": "production", "transaction_uuid": str(uuid.uuid4()),
            "catalog_uuid": str(uuid.uuid4()), "code_id": None, "job_id": None, "producer_timestamp": _now(),
            "producer": "puppet.lab.test", "resources": described, "edges": []})

    def deactivate(self, certname):
        self.command("deactivate_node", 3, {"certname": certname, "producer_timestamp": _now()})

    def stop(self):
        for process in (self.process, self.database):
            if process:
                process.stop(60)
        shutil.rmtree(self.folder, ignore_errors=True)
