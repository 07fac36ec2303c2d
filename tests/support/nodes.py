"""Daemons and clients, ours and the original's, configured alike so that they can be compared."""
import os
import tempfile
from pathlib import Path

from brokers import SYSTEM_PATH
from processes import Process, run

PSK = "a-shared-key-for-tests"
SHIM = Path(__file__).with_name("psych_shim.rb")
# For nodes that are to have the agents of the original and no others.
WITHOUT_PUPPET = "".join(f"plugin.{agent}.activate_agent = 0\n" for agent in ("package", "puppet", "puppetral", "service"))
RUBY_DAEMON = "/usr/sbin/mcollectived"
RUBY_CLIENT = "/usr/bin/mco"


def original_available():
    """Debian's MCollective 2.12 with its Ruby is installed."""
    return os.path.exists(RUBY_DAEMON) and os.path.exists(RUBY_CLIENT)


def connection(broker):
    """The lines of a configuration that lead to `broker`."""
    name = broker.connector
    return (f"connector = {name}\n"
            f"plugin.{name}.pool.size = 1\n"
            f"plugin.{name}.pool.1.host = 127.0.0.1\n"
            f"plugin.{name}.pool.1.port = {broker.port}\n"
            f"plugin.{name}.pool.1.user = mcollective\n"
            f"plugin.{name}.pool.1.password = marionette\n"
            f"plugin.{name}.vhost = {broker.vhost}\n"
            f"plugin.{name}.max_reconnect_delay = 2\n")


def puppet_paths(folder, extra):
    """Where a daemon notes runs and accepted requests, and Puppet's answer about its paths: all whose Puppet is the machine's have that in common."""
    own = "plugin.puppet.command" in extra or "plugin.puppet.config" in extra
    place = folder if own else tempfile.gettempdir()
    cache = "" if "puppet.paths_cache" in extra else f"plugin.puppet.paths_cache = {place}/mco-test-puppet-paths.json\n"
    cache += f"plugin.daemon.accepted = {folder}/accepted\n"
    return cache + ("" if "puppet.runs" in extra else f"plugin.puppet.runs = {folder}/runs\n")


def common(broker, identity, extra):
    return (f"identity = {identity}\n"
            "collectives = mcollective\nmain_collective = mcollective\n"
            "securityprovider = psk\n"
            f"plugin.psk = {PSK}\n"
            + connection(broker) + extra)


def ruby_environment():
    return {"PATH": SYSTEM_PATH, "LANG": "C.UTF-8", "HOME": "/nonexistent", "RUBYOPT": f"-W0 -r{SHIM}"}


def plain_environment():
    """What a service manager would give; the last is for sanitized builds, which else hold on to freed memory."""
    return {"ASAN_OPTIONS": "quarantine_size_mb=1:thread_local_quarantine_size_kb=64", "PATH": SYSTEM_PATH, "LANG": "C.UTF-8",
            "HOME": "/nonexistent"}


class Node:
    """One daemon in a folder of its own, with facts and classes."""

    def __init__(self, broker, folder, identity, facts, classes, program=None, extra="", security=None):
        self.identity, self.folder = identity, folder
        self.environment = {}  # on top of what every daemon gets
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "mcollective.log"
        (folder / "facts.yaml").write_text("---\n" + "".join(f"{key}: {value}\n" for key, value in facts.items()))
        (folder / "classes.txt").write_text("".join(f"{name}\n" for name in classes))
        self.config = folder / "server.cfg"
        settings = (f"logger_type = file\nlogfile = {self.log}\nloglevel = debug\ndaemonize = 0\n"
                    f"factsource = yaml\nplugin.yaml = {folder}/facts.yaml\n"
                    f"classesfile = {folder}/classes.txt\n" + extra)
        settings += puppet_paths(folder, extra) if program else "libdir = /usr/share/mcollective/plugins\n"
        self.config.write_text(security(identity, settings) if security else common(broker, identity, settings))
        self.config.chmod(0o600)
        self.program = program or RUBY_DAEMON
        self.is_ruby = program is None
        self.process = None
        self.start()

    def start(self):
        words = [self.program, "--no-daemonize", "--config", self.config]
        environment = (ruby_environment() if self.is_ruby else plain_environment()) | self.environment
        self.process = Process(words, self.folder / "output.log", env=environment)

    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def stop(self):
        self.process.stop()


class Client:
    """A configured `mco`: run(words…) gives code, screen and errors."""

    def __init__(self, broker, folder, program=None, extra="", identity="client.lab.test", security=None):
        folder.mkdir(parents=True, exist_ok=True)
        self.config = folder / "client.cfg"
        settings = f"logger_type = console\nloglevel = warn\nconnection_timeout = 10\n{extra}"
        if program is None:
            settings += "libdir = /usr/share/mcollective/plugins\n"
        self.config.write_text(security(identity, settings) if security else common(broker, identity, settings))
        self.config.chmod(0o600)
        self.program = program or RUBY_CLIENT
        self.is_ruby = program is None

    def run(self, *words, timeout=60, stdin=None, env=None):
        environment = ruby_environment() if self.is_ruby else plain_environment()
        environment["XDG_CACHE_HOME"] = str(self.config.parent / "cache")  # who answered before is its own affair
        environment.update(env or {})
        return run([self.program, *words, "-c", self.config], env=environment, timeout=timeout, stdin=stdin)
