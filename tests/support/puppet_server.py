"""Debian's Puppet Server in a folder of its own, and nodes whose Puppet agents ask it: none of them touches the system's own files."""
import datetime
import http.client
import json
import os
import pwd
import shutil
import signal
import ssl
import tempfile
from pathlib import Path

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from nodes import Client, Node
from processes import Process, accepts, free_port, run, wait_until

JAR = Path("/usr/share/puppetserver/puppetserver.jar")
CONFIG = Path("/etc/puppet/puppetserver")
AGENT = Path("/usr/bin/puppet")
USER = "puppet"
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
ENVIRONMENT = {"PATH": PATH, "LANG": "C.UTF-8", "HOME": "/nonexistent"}
ENVIRONMENTS = ("production", "staging")
# The one compiler takes a third of the time that the two take together for a server that lives for minutes only.
JAVA = ("java", "-Xmx768m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData",
        "-Djruby.logger.class=com.puppetlabs.jruby_utils.jruby.Slf4jLogger", "-Djruby.lib=/usr/share/jruby/lib")


class PuppetServer:
    """Has the environments ENVIRONMENTS. Its log of requests is what it saw of the agents.

    `signs`: whose requests for certificates it signs, as in autosign.conf; else everybody's. `enter`: with which words commands begin to be where the address is, if
    that is not loopback.
    """

    def __init__(self, name="puppet.lab.test", address="127.0.0.1", signs=None, enter=()):
        self.folder = Path(tempfile.mkdtemp(prefix="mco-puppetserver-"))
        self.folder.chmod(0o755)
        self.name, self.address, self.signs, self.enter = name, address, signs, list(enter)
        self.port = 8140 if enter else free_port()
        self.process = None
        self._credentials = {}
        try:
            self._configure()
            self._start()
        except BaseException:
            self.stop()
            raise

    @staticmethod
    def available():
        return JAR.exists() and AGENT.exists() and os.access(CONFIG / "conf.d", os.R_OK) and shutil.which("java") is not None

    def _configure(self):
        for name in ("conf.d", "services.d"):
            shutil.copytree(CONFIG / name, self.folder / name)
        for name in ("conf", "var", "run", "log", "tmp", "issued", *(f"code/environments/{name}/manifests" for name in ENVIRONMENTS)):
            (self.folder / name).mkdir(parents=True)
        self._write("conf.d/global.conf", f"global: {{ logging-config: {self.folder}/logback.xml }}\n")
        self._write("conf.d/webserver.conf", f"webserver: {{ access-log-config: {self.folder}/access.xml, client-auth: want,\n"
                                             f"             ssl-host: {self.address}, ssl-port: {self.port} }}\n")
        self._write("conf.d/puppetserver.conf",
                    "jruby-puppet: {\n  ruby-load-path: [/usr/lib/puppetserver/ruby/vendor_ruby]\n"
                    f"  gem-home: {self.folder}/var/jruby-gems\n  gem-path: [/usr/lib/puppetserver/vendored-jruby-gems]\n"
                    "  max-active-instances: 1\n  compile-mode: off\n"
                    + "".join(f"  server-{kind}-dir: {self.folder}/{kind}\n" for kind in ("conf", "code", "var", "run", "log")) + "}\n")
        self._write("logback.xml",
                    '<configuration><appender name="out" class="ch.qos.logback.core.ConsoleAppender"><encoder><pattern>%d %p %c %m%n'
                    '</pattern></encoder></appender><root level="info"><appender-ref ref="out"/></root></configuration>\n')
        self._write("access.xml",
                    f'<configuration><appender name="file" class="ch.qos.logback.core.FileAppender"><file>{self.folder}/access.log</file>'
                    '<encoder><pattern>%r %s</pattern></encoder></appender><appender-ref ref="file"/></configuration>\n')
        self._write("conf/puppet.conf",
                    f"[main]\ncertname = {self.name}\ndns_alt_names = DNS:{self.name},DNS:localhost,IP:{self.address}\n"
                    f"ca_server = {self.address}\nca_port = {self.port}\nssldir = {self.folder}/ssl\ncadir = {self.folder}/ca\n"
                    f"keylength = 2048\nautosign = {f'{self.folder}/conf/autosign.conf' if self.signs else 'true'}\nreports = none\n")
        if self.signs:
            self._write("conf/autosign.conf", f"{self.signs}\n")
        for name in ENVIRONMENTS:
            self._write(f"code/environments/{name}/manifests/site.pp", "node default { }\n")
        self._write("restarts", "0")

    def _write(self, path, text):
        (self.folder / path).write_text(text)

    def _start(self):
        words = []
        if os.geteuid() == 0:
            user = pwd.getpwnam(USER)
            for path in [self.folder, *self.folder.rglob("*")]:
                os.chown(path, user.pw_uid, user.pw_gid)
            words = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
        self.process = Process(
            [*self.enter, *words, *JAVA, f"-Djava.io.tmpdir={self.folder}/tmp", "-jar", JAR, "--config", self.folder / "conf.d",
             "--bootstrap-config", self.folder / "services.d", "--restart-file", self.folder / "restarts"],
            self.folder / "server.log", env=ENVIRONMENT, cwd=self.folder)
        wait_until(lambda: self._ready() or not self.process.running(), 300, f"Puppet Server is ready; log in {self.folder}")
        assert self.process.running(), self.process.output()[-4000:]

    def _ready(self):
        return (self.folder / "restarts").read_text().strip() == "1" and (self.enter or accepts(self.port))

    def ca(self, *words):
        """The command of the CA's admin: `puppetserver ca WORDS`."""
        done = run([*self.enter, "puppetserver", "ca", *words, "--config", f"{self.folder}/conf/puppet.conf"], env=ENVIRONMENT)
        assert done.code == 0, done

    def manifest(self, certname, text, environment="production"):
        """What the catalogs of that node hold from its next run on."""
        folder = self.folder / "code/environments" / environment / "manifests"
        fresh = folder / f"{certname}.new"
        fresh.write_text(f"node '{certname}' {{\n{text}\n}}\n")
        fresh.replace(folder / f"{certname}.pp")

    def requests(self, begin):
        """How many requests so far begin with these words, such as `POST /puppet/v3/catalog/NAME?`."""
        return sum(line.startswith(begin) for line in (self.folder / "access.log").read_text().splitlines())

    def catalogs(self, certname):
        return self.requests(f"POST /puppet/v3/catalog/{certname}?")

    def reports(self, certname):
        return self.requests(f"PUT /puppet/v3/report/{certname}?")

    def enrol(self, certname):
        """A folder as Puppet's `ssldir`, with a certificate that the server signed. An agent would take half a minute to get one."""
        if certname not in self._credentials:
            home = self.folder / "issued" / certname
            for name in ("private_keys", "certs"):
                (home / name).mkdir(parents=True)
            key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            request = (x509.CertificateSigningRequestBuilder()
                       .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, certname)])).sign(key, hashes.SHA256()))
            self._ca("PUT", f"certificate_request/{certname}", request.public_bytes(serialization.Encoding.PEM))
            (home / f"certs/{certname}.pem").write_bytes(self._ca("GET", f"certificate/{certname}"))
            (home / f"private_keys/{certname}.pem").write_bytes(key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()))
            (home / "certs/ca.pem").write_bytes(self._ca("GET", "certificate/ca"))
            (home / "crl.pem").write_bytes(self._ca("GET", "certificate_revocation_list/ca"))
            self._credentials[certname] = home
        return self._credentials[certname]

    def _ca(self, method, path, body=None):
        context = ssl.create_default_context(cafile=self.folder / "ca/ca_crt.pem")
        connection = http.client.HTTPSConnection("localhost", self.port, timeout=60, context=context)
        try:
            connection.request(method, f"/puppet-ca/v1/{path}", body, {"Content-Type": "text/plain", "Accept": "text/plain"})
            response = connection.getresponse()
            assert response.status == 200, (path, response.status, response.read())
            return response.read() if method == "GET" else None  # the body of an accepted request ends with the connection only
        finally:
            connection.close()

    def stop(self):
        if self.process:
            self.process.stop(60)
        shutil.rmtree(self.folder, ignore_errors=True)


class _Loader(yaml.SafeLoader):
    """Takes Ruby's objects for the mappings that they are written as."""


_Loader.add_multi_constructor("!ruby/object:", lambda loader, _, node: loader.construct_mapping(node, deep=True))


def _parsed(path):
    return yaml.load(path.read_text(), Loader=_Loader) if path.exists() else None


def _living(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat[stat.rindex(")") + 2] not in "ZX"


class PuppetAgent:
    """The directories of a Puppet agent, what its runs left there, and its processes. `settings`: more lines of puppet.conf."""

    def __init__(self, server, home, certname, settings=""):
        self.server, self.home, self.certname = server, home, certname
        self.ledger, self.state = home / "ledger", home / "var/state"
        self.gate, self.waiting = home / "gate", home / "waiting"
        self.words = ["puppet", "agent", "--confdir", f"{home}/conf"]
        self.process = None
        (home / "conf").mkdir(parents=True)
        shutil.copytree(server.enrol(certname), home / "ssl")
        directories = "".join(f"{name}dir = {home}/{name}\n" for name in ("ssl", "var", "run", "log", "public", "code"))
        # Facts from a file: those of the machine take a second of each run and are not what is tested.
        facts = home / "var/client_yaml/facts" / f"{certname}.yaml"
        facts.parent.mkdir(parents=True)
        facts.write_text(f"--- !ruby/object:Puppet::Node::Facts\nname: {certname}\nvalues:\n  os: {{family: Debian}}\n")
        (home / "conf/puppet.conf").write_text(
            f"[main]\ncertname = {certname}\nserver = localhost\nserverport = {server.port}\n{directories}"
            "report = true\nsplay = false\nwaitforlock = 0\nwaitforcert = 0\nfacts_terminus = yaml\n"
            f"postrun_command = echo run >> {self.ledger}\n{settings}")
        for environment in ENVIRONMENTS:
            self.holds(environment=environment)

    def holds(self, *resources, environment="production"):
        """Sets what the catalogs are made of from now on."""
        self.server.manifest(self.certname, "\n".join(resources), environment)

    def file(self, name, content="kept by Puppet", more=""):
        """A file resource in the node's folder."""
        return f"file {{ '{self.home}/{name}': ensure => file, content => '{content}', {more} }}"

    def gated(self, more=""):
        """A resource that keeps the run going until `open` is called, a minute at most."""
        return (f"exec {{ 'gate': path => '/usr/bin:/bin', provider => shell, timeout => 90, {more}\n"
                f"  command => 'touch {self.waiting}; for i in $(seq 1200); do test -e {self.gate} && exit 0; sleep 0.05; done; exit 1' }}")

    def open(self):
        """Lets the run under way, and all later ones, pass."""
        self.gate.touch()

    def shut(self):
        """Makes the next run wait at its gate again."""
        self.gate.unlink(missing_ok=True)
        self.waiting.unlink(missing_ok=True)

    def runs(self):
        """How many runs came to their end, whatever it was; counted by Puppet itself."""
        return len(self.ledger.read_text().splitlines()) if self.ledger.exists() else 0

    @property
    def lock(self):
        return self.state / "agent_catalog_run.lock"

    def lock_pid(self):
        """The process that applies a catalog, if one does."""
        try:
            pid = int(self.lock.read_text())
        except (OSError, ValueError):
            return None
        return pid if _living(pid) else None

    def ended(self, runs):
        """Whether so many runs have come to their end, and nothing is under way."""
        return self.runs() >= runs and self.lock_pid() is None

    def wait_ended(self, runs, seconds=90):
        wait_until(lambda: self.ended(runs), seconds, f"{self.certname} has ended {runs} runs, not {self.runs()}")

    def summary(self):
        return _parsed(self.home / "public/last_run_summary.yaml")

    def last_run(self):
        """Begin and end of the last run that wrote a report, both as the run itself recorded them: seconds since the epoch."""
        file = self.state / "last_run_report.yaml"
        return datetime.datetime.fromisoformat(self.report()["time"]).timestamp(), file.stat().st_mtime

    def report(self):
        return _parsed(self.state / "last_run_report.yaml")

    def resources(self):
        """The lines of resources.txt, such as `file[/etc/motd]`."""
        path = self.state / "resources.txt"
        return path.read_text().splitlines() if path.exists() else []

    def run(self, *words):
        """A run by hand, to its end."""
        return run([*self.words, "--onetime", "--no-daemonize", "--color=false", *words], env=ENVIRONMENT, timeout=120)

    def start_daemon(self):
        """Puppet's own daemon, which begins with a run. It goes on with one when it is told to only."""
        self.process = Process([*self.words, "--no-daemonize", "--verbose", "--runinterval", "1d"], self.home / "daemon.log", env=ENVIRONMENT)

    def stop_daemon(self):
        if self.process:
            self.process.stop(30)
            self.process = None

    def stop(self):
        """Lets what is under way end, and makes it."""
        self.open()
        self.stop_daemon()
        try:
            wait_until(lambda: not self._processes(), 30, "the runs end")
        except AssertionError:
            for pid in self._processes():
                os.kill(pid, signal.SIGKILL)

    def _processes(self):
        """Whatever works with our directories, or holds our lock."""
        found = {self.lock_pid()} - {None}
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = entry.read_bytes().decode("utf-8", "replace").split("\0")
            except OSError:
                continue
            if f"{self.home}/conf" in words and _living(entry.parent.name):
                found.add(int(entry.parent.name))
        return found


class PuppetNode(Node):
    """A daemon and the Puppet agent that it controls."""

    def __init__(self, server, broker, folder, identity, facts, program, puppet_settings="", extra=""):
        self.puppet = PuppetAgent(server, folder / "puppet", identity, puppet_settings)
        super().__init__(broker, folder, identity, facts, [], program, security=None,
                         extra=f"plugin.puppet.command = {' '.join(self.puppet.words)}\nplugin.puppet.splay = 0\n{extra}")

    def start(self):
        self.environment["PATH"] = PATH
        super().start()

    def stop(self):
        self.puppet.stop()
        super().stop()


class PuppetSite:
    """Such nodes, web1 and so on with the fact role = web and as many db1, and a client. `special`: more arguments of some nodes."""

    def __init__(self, server, broker, folder, binaries, of_each=4, special=None):
        self.roles = {f"{role}{number}.lab.test": role for role in ("web", "db") for number in range(1, of_each + 1)}
        self.server = server
        self.client = Client(broker, folder / "client", binaries / "mco")
        self.nodes = {}
        try:
            for name, role in self.roles.items():
                self.nodes[name] = PuppetNode(server, broker, folder / name, name, {"role": role},
                                              binaries / "mcollectived", **(special or {}).get(name, {}))
            self.ready()
        except BaseException:
            self.stop()
            raise

    def __getitem__(self, name):
        """The Puppet agent of that node."""
        return self.nodes[name].puppet

    def ready(self):
        """Waits until every node answers."""
        wait_until(lambda: set(self.roles) == set(self.client.run("find", "--dt", "1").out.split()), 60, f"{len(self.roles)} nodes answer")

    def data(self, action, *words):
        """Reply data by sender, of those that succeeded; messages of the others."""
        done = self.client.run("rpc", "puppet", action, "-j", *words)
        assert done.out, done
        return {reply["sender"]: reply["data"] if reply["statuscode"] == 0 else reply["statusmsg"] for reply in json.loads(done.out)}

    def stop(self):
        for node in self.nodes.values():
            node.puppet.open()
        for node in self.nodes.values():
            node.stop()
