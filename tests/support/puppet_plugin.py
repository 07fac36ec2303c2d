"""Nodes with Puppet as ours and as the original's puppet plug-in control it, and clients that know the plug-in or our declarations."""
import json
import os
import shutil
from pathlib import Path

from nodes import Node
from puppet_server import PATH

VARIABLE = "MCO_PUPPET_PLUGIN"
AGENTS = Path(__file__).parents[2] / "agents"
SHIM = Path(__file__).with_name("puppet_agent_mgr_shim.rb")
KINDS = ("agent", "aggregate", "application", "data", "util", "validator")


def plugin_folder():
    """The plug-in's files, or nothing: no package of Debian's has them."""
    folder = os.environ.get(VARIABLE)
    return Path(folder) if folder else None


def plugin_libdir(folder):
    """A libdir in `folder` with the plug-in's files, made fit for this Puppet and this Ruby."""
    for kind in KINDS:
        target = folder / "mcollective" / kind
        target.mkdir(parents=True)
        for file in (plugin_folder() / kind).iterdir():
            (target / file.name).symlink_to(file)
    manager = folder / "mcollective/util/puppet_agent_mgr.rb"
    manager.unlink()
    manager.symlink_to(SHIM)
    return folder


def declarations_libdir(folder, agent="puppet"):
    """A libdir in `folder` with nothing but our declarations of one agent and of its data plug-ins."""
    for file in (AGENTS / agent).glob("*.ddl"):
        target = folder / "mcollective" / ("data" if file.stem.endswith("_data") else "agent")
        target.mkdir(parents=True, exist_ok=True)
        (target / file.name).symlink_to(file)
    return folder


class PuppetFiles:
    """The directories of one Puppet. `manifest`: `puppet apply` of it takes the place of an agent with a server.

    Without one a script takes the place of the agent's runs: it notes how it was called.
    """

    def __init__(self, home, certname, manifest=None):
        self.home, self.certname = home, certname
        self.conf, self.state, self.public = home / "conf", home / "var/state", home / "public"
        self.calls = home / "calls"
        for folder in (self.conf, self.state, self.public, home / "run"):
            folder.mkdir(parents=True)
        directories = "".join(f"{name}dir = {home}/{name}\n" for name in ("ssl", "var", "run", "log", "public", "code"))
        (self.conf / "puppet.conf").write_text(f"[main]\ncertname = {certname}\n{directories}")
        if manifest is None:
            program = home / "puppet"
            program.write_text(f'#!/bin/sh\ncase $1 in\nagent) shift 3; echo "$@" >>{self.calls} ;;\n*) exec /usr/bin/puppet "$@" ;;\nesac\n')
            program.chmod(0o755)
            self.command = f"{program} agent --confdir {self.conf}"
        else:
            self.site = home / "site.pp"
            self.site.write_text(manifest)
            self.command = f"puppet apply --confdir {self.conf} {self.site}"

    def settings(self):
        """Lines for the configuration of a node."""
        return (f"plugin.puppet.config = {self.conf}/puppet.conf\nplugin.puppet.command = {self.command}\n"
                f"plugin.puppet.paths_cache = {self.home}/paths.json\nplugin.puppet.runs = {self.home}/runs\n")

    def reset(self):
        """Enabled, not running, never run."""
        for file in (self.disabled_lock, self.run_lock, self.pidfile, self.summary, self.report, self.resources, self.calls):
            file.unlink(missing_ok=True)
        shutil.rmtree(self.home / "runs", ignore_errors=True)

    @property
    def disabled_lock(self):
        return self.state / "agent_disabled.lock"

    @property
    def run_lock(self):
        return self.state / "agent_catalog_run.lock"

    @property
    def pidfile(self):
        return self.home / "run/agent.pid"

    @property
    def summary(self):
        return self.public / "last_run_summary.yaml"

    @property
    def report(self):
        return self.state / "last_run_report.yaml"

    @property
    def resources(self):
        return self.state / "resources.txt"

    def disable(self, message):
        self.disabled_lock.write_text(json.dumps({"disabled_message": message}))

    def called(self):
        """How the runs were started."""
        return self.calls.read_text().splitlines() if self.calls.exists() else []


class ControlledNode(Node):
    """A daemon and the Puppet that it controls; `libdir`: the original's daemon with the plug-in that is there."""

    def __init__(self, broker, folder, identity, program=None, libdir=None, manifest=None, extra="", facts=None):
        self.puppet = PuppetFiles(folder / "puppet", identity, manifest)
        self.libdir = libdir
        settings = self.puppet.settings() + extra + (f"libdir = {libdir}\n" if libdir else "")
        super().__init__(broker, folder, identity, facts or {"role": "web"}, ["base"], program, extra=settings)

    def start(self):
        self.environment["PATH"] = PATH
        if self.libdir:
            self.environment[VARIABLE] = str(plugin_folder())
        super().start()
