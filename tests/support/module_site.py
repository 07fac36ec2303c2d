"""A site whose machines are configured by our Puppet module: a Puppet Server with Hiera, machines whose agents ask it, operators with certificates."""
import json
import re
import shutil

from machines import Machine, Network, base_root
from processes import run, wait_until
from puppet_server import ENVIRONMENT, PuppetServer
from throwaway import Copy

DOMAIN = "example.net"
SERVER, BROKER, ADMIN = f"puppet.{DOMAIN}", f"mq.{DOMAIN}", f"admin.{DOMAIN}"
NODES = tuple(f"web{number}.{DOMAIN}" for number in (1, 2, 3))
OPTIONS = ("--detailed-exitcodes", "--color=false", "--show_diff")
UNCHANGED, CHANGED, FAILED = (0,), (2,), (1, 4, 6)
SITE = "include(lookup('classes', Array[String], 'unique', []))\n"
HIERA = {"version": 5, "defaults": {"datadir": "data", "data_hash": "yaml_data"},
         "hierarchy": [{"name": "node", "path": "%{trusted.certname}.yaml"}, {"name": "common", "path": "common.yaml"}]}


class Manifests:
    """What has a root of its own to apply manifests in."""

    def apply(self, manifest, expected, *words, timeout=180):
        """`puppet apply` of this text, which has to end as expected: UNCHANGED, CHANGED or FAILED."""
        self.write("/root/site.pp", manifest, mode="600")
        return self._ended(self.run("puppet", "apply", *OPTIONS, *words, "/root/site.pp", timeout=timeout), expected)

    def settle_by(self, manifest, *words):
        """It changes something, and does not when it is applied again; the first one's end."""
        first = self.apply(manifest, CHANGED, *words)
        self.apply(manifest, UNCHANGED, *words)
        return first

    def _ended(self, done, expected):
        assert done.code in expected, done
        return done


class PuppetImage(Manifests, Copy):
    """A root that nothing has booted, as an image is while it is built."""


class PuppetMachine(Manifests, Machine):
    """One with a Puppet agent."""

    def agent(self, expected, *words, timeout=180):
        """A run of Puppet's agent, which has to end as expected."""
        return self._ended(self.run("puppet", "agent", "--onetime", "--no-daemonize", "--verbose", *OPTIONS, *words, timeout=timeout), expected)

    def settle(self):
        """A run that changes something, and a second that does not; the first one's end."""
        first = self.agent(CHANGED)
        self.agent(UNCHANGED)
        return first

    def put_aside(self):
        """Takes away the libraries that nothing needs now."""
        self.sh("apt-get -qqy autoremove --purge", timeout=120)


class ModuleSite:
    """The server and its network; machines boot when they are first asked for. Puppet's CA signs nodes at once and operators never.

    `packages`: the folder that their packages come from; ours are in it.
    """

    def __init__(self, packages):
        self.packages = packages
        self.network = Network(BROKER, ADMIN, *NODES, hub=SERVER)
        self.server, self._machines, self._data = None, {}, {}
        try:
            self.server = PuppetServer(SERVER, self.network.addresses[SERVER], f"*.{DOMAIN}", self.network.enter())
            self.environment = self.server.folder / "code/environments/production"
            self._install_modules()
            self._write("hiera.yaml", json.dumps(HIERA))
            self._write("manifests/site.pp", SITE)
        except BaseException:
            self.stop()
            raise

    def _install_modules(self):
        """Ours as it is released, and those of Debian's that it needs."""
        folder = self.server.folder
        for name in ("stdlib", "concat"):
            shutil.copytree(base_root() / f"usr/share/puppet/modules.available/puppetlabs-{name}", folder / "code/modules" / name)
        tarball, = self.packages.glob("mcollective-mcollective-*.tar.gz")
        done = run(["puppet", "module", "install", tarball, "--ignore-dependencies", "--target-dir", folder / "code/modules",
                    "--confdir", folder / "conf", "--vardir", folder / "var"], env=ENVIRONMENT)
        assert done.code == 0, done

    def _write(self, path, text):
        file = self.environment / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def data(self, certname, **values):
        """Hiera's data for a node, or for all as `common`, beside those given before: `classes`, and parameters of `mcollective` by their short names;
        a name with two underscores is one of a class below. None takes a value away."""
        held = self._data.setdefault(certname, {})
        for name, value in values.items():
            key = name if name == "classes" else f"mcollective::{name.replace('__', '::')}"
            held.pop(key, None)
            if value is not None:
                held[key] = value
        self._write(f"data/{certname}.yaml", json.dumps(held))

    def module(self, name, manifest, files=None):
        """A module of the site's own, with a class of its name; `files` are texts by their paths below files/."""
        self._write(f"modules/{name}/manifests/init.pp", manifest)
        for path, text in (files or {}).items():
            self._write(f"modules/{name}/files/{path}", text)

    def __getitem__(self, name):
        """The machine of that name."""
        if name not in self._machines:
            machine = self._machines[name] = PuppetMachine(name, self.network, self.packages)
            machine.write("/etc/puppet/puppet.conf", f"[main]\nserver = {SERVER}\nkeylength = 2048\nwaitforcert = 0\n")
            machine.use_packages()
            machine.fresh = machine.files()
        return self._machines[name]

    def mco(self, user, *words, code=0):
        """What `mco WORDS` of an operator shows; it has to end with this code."""
        done = self[ADMIN].login(user, "mco", *words, timeout=120)
        assert done.code == code, done
        return done.out

    def found(self, user="alice"):
        """The nodes that answer an operator."""
        return sorted(self[ADMIN].login(user, "mco", "find").out.split())

    def rpc(self, user, *words):
        """Status code and message of each reply, by sender."""
        done = self[ADMIN].login(user, "mco", "rpc", *words, "--json")
        return {reply["sender"]: (reply["statuscode"], reply["statusmsg"]) for reply in json.loads(done.out)}

    def wait_found(self, *names, user="alice", seconds=30):
        """Until exactly these nodes answer."""
        wait_until(lambda: self.found(user) == sorted(names), seconds, f"{user} finds {names}")

    def new_operator(self, user):
        """Somebody with an account on the admin's machine."""
        self[ADMIN].sh(f"useradd --create-home --shell /bin/bash {user}")

    def stop(self):
        for machine in self._machines.values():
            machine.stop()
        if self.server:
            self.server.stop()
        self.network.stop()


def settings(text):
    """The settings of a configuration file."""
    return dict(re.findall(r"^\s*([A-Za-z][\w.]*)\s*=\s*(.*?)\s*$", text, re.M))
