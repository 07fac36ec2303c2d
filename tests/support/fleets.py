"""Emulated fleets: processes that hold thousands of complete daemons each, and what the broker counts of them."""
import json
import resource
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from nodes import common, connection, plain_environment
from pki import Authority
from processes import Process, wait_until

FAMILIES = ("Debian", "RedHat", "Suse", "FreeBSD")
CALLER = "alice.mcollective"
_authority = None  # what the processes that issue certificates inherit


def allow_descriptors(count):
    """Lets this process and its children open so many files; false when the system forbids it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        return False
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))
    return True


def status_options(folder):
    """What the command line of a broker in `folder` needs so that counters() can tell."""
    return ["--status-file", folder / "status.json", "--status-interval", "0.5", "--max-connections", "30000", "--log-level", "warn"]


def counters(broker):
    """What the broker counted, up to half a second ago; nothing before the first time."""
    try:
        return json.loads((broker.folder / "status.json").read_text())["counters"]
    except FileNotFoundError:
        return {}


class EmulatedFleet:
    """`count` daemons in one process, named NAME1.lab.test and so on, all with the facts os.family = `family` and fleet = `name`; `facts`: more YAML."""

    def __init__(self, broker, folder, program, name, count, family="Debian", security=None, facts=""):
        folder.mkdir(parents=True, exist_ok=True)
        self.name, self.count, self.family = name, count, family
        (folder / "facts.yaml").write_text(f"---\nos:\n  family: {family}\n  name: {family} Linux\nfleet: {name}\n{facts}")
        (folder / "classes.txt").write_text("base\n")
        settings = (f"logger_type = file\nlogfile = {folder}/fleet.log\nloglevel = warn\nfactsource = yaml\n"
                    f"plugin.yaml = {folder}/facts.yaml\nclassesfile = {folder}/classes.txt\n")
        pattern = f"{name}.lab.test"
        config = folder / "server.cfg"
        config.write_text(security(pattern, settings) if security else common(broker, pattern, settings))
        self.process = Process([program, config, count], folder / "output.log", env=plain_environment())

    def names(self):
        return [f"{self.name}{number}.lab.test" for number in range(1, self.count + 1)]

    def stop(self):
        self.process.stop(60)


class Emulation:
    """`nodes` emulated daemons in four processes, a quarter of them of each family, behind one mco-broker that was made with status_options()."""

    def __init__(self, broker, folder, program, nodes, security=None):
        self.broker, self.folder, self.program, self.security = broker, folder, program, security
        self.fleets = []
        shares = [nodes // len(FAMILIES) + (number < nodes % len(FAMILIES)) for number in range(len(FAMILIES))]
        self.shares = list(zip(FAMILIES, shares))

    def planned(self):
        """The names of all nodes there will be, by family."""
        return {family: [f"{family.lower()}{number}.lab.test" for number in range(1, count + 1)] for family, count in self.shares}

    def start(self):
        for family, count in self.shares:
            self.fleets.append(EmulatedFleet(self.broker, self.folder / family, self.program, family.lower(), count, family, self.security))

    def ready(self, seconds=300):
        """Waits until every node is connected and has subscribed to what all others have subscribed to."""
        nodes = sum(count for _, count in self.shares)

        def all_there():
            assert all(fleet.process.running() for fleet in self.fleets), [fleet.process.output() for fleet in self.fleets]
            counted = counters(self.broker)
            subscriptions = counted.get("subscriptions", 0)
            return counted.get("sessions") == nodes and subscriptions >= nodes and subscriptions % nodes == 0

        wait_until(all_there, seconds, f"{nodes} nodes are connected")

    def rss_mib(self):
        return [fleet.process.rss_kib() / 1024 for fleet in self.fleets]

    def stop(self):
        for fleet in self.fleets:
            fleet.stop()


def _issue(names):
    for name in names:
        _authority.issue(name, kind="p256")


def issue_for_all(folder, names, workers=2):
    """An authority as Puppet's and a P-256 certificate for each name and for the caller; several processes share the work."""
    global _authority
    _authority = Authority(folder)
    names = [*names, CALLER]
    parts = [names[start::4 * workers] for start in range(4 * workers)]
    with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
        list(pool.map(_issue, parts))
    return _authority


def x509_settings(broker, authority, certificate=None):
    """What Node, Client and EmulatedFleet take as `security`; `certificate`: of the client, nodes have that of their identity."""
    return lambda identity, rest: (f"identity = {identity}\n{authority.settings(certificate or identity)}{connection(broker)}{rest}")
