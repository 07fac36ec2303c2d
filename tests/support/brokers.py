"""The brokers that tests talk through: mco-broker of this tree and Debian's RabbitMQ, both on ports they pick."""
import json
import os
import shutil
import subprocess

from processes import Process, accepts, free_port, run, wait_until

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


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

    def start(self):
        self.process = Process([self.program, "--listen", f"127.0.0.1:{self.port}", *self.extra],
                               self.folder / f"broker-{self.port}.log")
        wait_until(lambda: accepts(self.port) or not self.process.running(), 20, "mco-broker listens")
        assert self.process.running(), self.process.output()

    def kill(self):
        self.process.kill()

    def stop(self):
        self.process.stop()


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

    def stop(self):
        self.process.stop(30)
        run(["epmd", "-port", str(self.epmd_port), "-kill"], env=self.env) if shutil.which("epmd") else None
