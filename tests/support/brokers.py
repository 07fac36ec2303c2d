"""The brokers that tests talk through: mco-broker of this tree, Debian's RabbitMQ and ActiveMQ, all on ports they pick."""
import json
import os
import shutil
import sys
from pathlib import Path

from processes import Process, accepts, free_port, run, wait_until

EXAMPLES = Path(__file__).parents[2] / "docs/examples/brokers"
BROKER_NAME = "broker.lab.test"
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def example(path, replacements):
    """The text of a configuration file that the guide shows, with the values of this test; each has to be in it."""
    text = (EXAMPLES / path).read_text()
    for old, new in replacements.items():
        assert old in text, f"{path} does not hold {old}"
        text = text.replace(old, str(new))
    return text


def tls_connection(broker, authority, name):
    """The lines of a configuration that lead to `broker` by mutual TLS, with the certificate of that name."""
    entry = f"plugin.{broker.connector}.pool.1"
    return (f"connector = {broker.connector}\n"
            f"plugin.{broker.connector}.pool.size = 1\n"
            f"{entry}.host = localhost\n{entry}.port = {broker.port}\n{entry}.ssl = 1\n"
            f"{entry}.ssl.ca = {authority.folder}/ca.pem\n"
            f"{entry}.ssl.cert = {authority.folder}/{name}.pem\n{entry}.ssl.key = {authority.folder}/{name}.key\n"
            f"plugin.{broker.connector}.vhost = {broker.vhost}\n"
            f"plugin.{broker.connector}.max_reconnect_delay = 2\n")


class McoBroker:
    """`mco-broker` on a loopback port; the connector that speaks to it is called activemq."""

    connector = "activemq"
    vhost = "mcollective"

    def __init__(self, program, folder, port=None, extra=()):
        self.folder = folder
        self.port = port or free_port()
        self.program = program
        self.extra = list(extra)
        self.process = None
        self.start()

    def listen(self):
        return ["--listen", f"127.0.0.1:{self.port}"]

    def start(self):
        self.process = Process([self.program, *self.listen(), *self.extra],
                               self.folder / f"broker-{self.port}.log")
        wait_until(lambda: accepts(self.port) or not self.process.running(), 20, "mco-broker listens")
        assert self.process.running(), self.process.output()

    def kill(self):
        self.process.kill()

    def stop(self):
        self.process.stop()


class SecuredMcoBroker(McoBroker):
    """`mco-broker` with the guide's configuration file: mutual TLS, rights from certificates."""

    def __init__(self, program, folder, authority, extra=()):
        authority.issue(BROKER_NAME)
        pki = authority.folder
        self.config = folder / "broker.cfg"
        self.config.write_text(example("mco-broker/broker.cfg", {
            "/etc/mcollective/broker/broker.pem": pki / f"{BROKER_NAME}.pem",
            "/etc/mcollective/broker/broker.key": pki / f"{BROKER_NAME}.key",
            "/etc/puppetlabs/puppet/ssl/certs/ca.pem": pki / "ca.pem",
            "/etc/puppetlabs/puppet/ssl/crl.pem": pki / "crl.pem"}))
        super().__init__(program, folder, extra=extra)

    def listen(self):
        return ["--config", self.config, "--listen", "none", "--tls-listen", f"127.0.0.1:{self.port}"]


class RabbitMq:
    """Debian's rabbitmq-server with the STOMP plugin and the exchanges that the rabbitmq connector expects."""

    connector = "rabbitmq"
    vhost = "/mcollective"

    def __init__(self, folder, collectives=("mcollective",)):
        self.folder = folder
        self.port = free_port()
        self.epmd_port = free_port()
        self._configure(collectives)
        self.env = {
            "PATH": SYSTEM_PATH, "HOME": str(folder), "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(self.epmd_port), "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"mco{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(free_port()), "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"), "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 +sbwt none",
        }
        self.process = Process(["/usr/lib/rabbitmq/bin/rabbitmq-server"], folder / "rabbitmq.log", env=self.env)
        wait_until(lambda: accepts(self.port) or not self.process.running(), 90, "RabbitMQ listens")
        assert self.process.running(), self.process.output()

    @staticmethod
    def available():
        return os.path.exists("/usr/lib/rabbitmq/bin/rabbitmq-server")

    def _configure(self, collectives):
        exchanges = [{"name": "mcollective_reply", "type": "direct"}]
        for collective in collectives:
            exchanges += [{"name": f"{collective}_broadcast", "type": "topic"},
                          {"name": f"{collective}_directed", "type": "direct"}]
        definitions = {
            "users": [{"name": "mcollective", "password": "marionette", "tags": ""}],
            "vhosts": [{"name": self.vhost}],
            "permissions": [{"user": "mcollective", "vhost": self.vhost,
                             "configure": ".*", "write": ".*", "read": ".*"}],
            "exchanges": [dict(exchange, vhost=self.vhost, durable=True, auto_delete=False, internal=False, arguments={})
                          for exchange in exchanges],
        }
        (self.folder / "definitions.json").write_text(json.dumps(definitions))
        (self.folder / "enabled_plugins").write_text("[rabbitmq_stomp].\n")
        (self.folder / "rabbitmq.conf").write_text(
            f"stomp.listeners.tcp.1 = 127.0.0.1:{self.port}\n"
            f"load_definitions = {self.folder}/definitions.json\n"
            "log.console.level = warning\n")

    def control(self, *words):
        """Runs rabbitmqctl."""
        return run(["/usr/lib/rabbitmq/bin/rabbitmqctl", "-n", self.env["RABBITMQ_NODENAME"], *words], env=self.env)

    def stop(self):
        self.process.stop(30)
        run(["epmd", "-port", str(self.epmd_port), "-kill"], env=self.env) if shutil.which("epmd") else None


class SecuredRabbitMq(RabbitMq):
    """RabbitMQ with the guide's configuration files: mutual TLS, users named as their certificates."""

    def __init__(self, folder, authority, names):
        authority.issue(BROKER_NAME)
        self.authority, self.names = authority, names
        super().__init__(folder)

    def _configure(self, collectives):
        folder, pki = self.folder, self.authority.folder
        (folder / "rabbitmq.conf").write_text(example("rabbitmq/rabbitmq.conf", {
            "0.0.0.0:61614": f"127.0.0.1:{self.port}",
            "/etc/rabbitmq/definitions.json": folder / "definitions.json"}) + "log.console.level = info\n")
        (folder / "advanced.config").write_text(example("rabbitmq/advanced.config", {
            "/etc/rabbitmq/ca.pem": pki / "ca.pem",
            "/etc/rabbitmq/broker.pem": pki / f"{BROKER_NAME}.pem",
            "/etc/rabbitmq/broker.key": pki / f"{BROKER_NAME}.key",
            "/etc/rabbitmq/crl": folder / "crl"}))
        shutil.copy(EXAMPLES / "rabbitmq/enabled_plugins", folder)
        made = run([sys.executable, EXAMPLES / "rabbitmq/definitions.py", "--collectives", ",".join(collectives)],
                   stdin="\n".join(self.names) + "\n")
        assert made.code == 0, made
        (folder / "definitions.json").write_text(made.out)
        (folder / "crl").mkdir()
        self.publish_crl()

    def publish_crl(self):
        """Puts the authority's present revocation list where RabbitMQ looks."""
        crl = self.authority.folder / "crl.pem"
        name = run(["openssl", "crl", "-hash", "-noout", "-in", crl]).out.strip()
        shutil.copy(crl, self.folder / "crl" / f"{name}.r0")


class ActiveMq:
    """Debian's ActiveMQ with a configuration file of the guide."""

    connector = "activemq"
    vhost = "mcollective"

    def __init__(self, folder, config, credentials, changes=None):
        self.folder, self.port = folder, free_port()
        for file in (EXAMPLES / "activemq").iterdir():
            (folder / file.name).write_text(example(file, (changes or {}).get(file.name, {})))
        (folder / "credentials.properties").write_text("".join(f"{name}={value}\n" for name, value in credentials.items()))
        properties = {"activemq.home": "/usr/share/activemq", "activemq.base": folder, "activemq.conf": folder,
                      "activemq.data": folder / "data", "java.security.auth.login.config": folder / "login.config",
                      "log4j.configuration": f"file:{folder}/log4j.properties",
                      "stomp.address": "127.0.0.1", "stomp.port": self.port}
        # Compiling little and the simple collector make it start in a second.
        self.process = Process(["java", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                                *(f"-D{name}={value}" for name, value in properties.items()),
                                "-jar", "/usr/share/activemq/bin/activemq.jar", "start", f"xbean:file:{folder}/{config}"],
                               folder / "activemq.log", env={"PATH": SYSTEM_PATH, "LANG": "C.UTF-8", "HOME": str(folder)})
        wait_until(lambda: accepts(self.port) or not self.process.running(), 60, "ActiveMQ listens")
        assert self.process.running(), self.process.output()

    @staticmethod
    def available():
        return os.path.exists("/usr/share/activemq/bin/activemq.jar") and shutil.which("java") is not None

    def stop(self):
        self.process.stop(30)


class SecuredActiveMq(ActiveMq):
    """ActiveMQ with mutual TLS, rights from the certificates' names. `changes`: per file, what to replace in the example."""

    def __init__(self, folder, authority, changes=None):
        authority.issue(BROKER_NAME)
        pki, password = authority.folder, folder / "password"
        password.write_text("changeit")
        for words in (["openssl", "pkcs12", "-export", "-name", "broker", "-in", pki / f"{BROKER_NAME}.pem",
                       "-inkey", pki / f"{BROKER_NAME}.key", "-out", folder / "broker.p12", "-passout", f"file:{password}"],
                      ["keytool", "-importcert", "-noprompt", "-alias", "ca", "-file", pki / "ca.pem",
                       "-keystore", folder / "ca.p12", "-storetype", "PKCS12", "-storepass:file", password]):
            done = run(words)
            assert done.code == 0, done
        shutil.copy(pki / "crl.pem", folder)
        super().__init__(folder, "activemq.xml", {"keystore.password": "changeit"}, changes)
