#!/usr/bin/env python3
"""scripts/demo --puppet: Puppet makes a broker, two nodes and an operator from nothing, each on a machine that boots, and the operator has the nodes run Puppet.

It takes root, for the machines are copies in namespaces of their own (tests/support/machines.py), and the packages of this tree.
MCO_PACKAGES names a folder of those; else scripts/package makes them.
"""
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))

import repository  # noqa: E402
from machines import Machine, Network, missing  # noqa: E402
from pki import Authority  # noqa: E402
from processes import wait_until  # noqa: E402

BROKER, NODES = "mq.demo.example", ("web1.demo.example", "web2.demo.example")
OPERATOR = "alice"
SSL = "/var/lib/puppet/ssl"
MANIFEST = "/etc/puppet/code/environments/production/manifests/site.pp"
SITE = f"""node '{BROKER}' {{
  include mcollective::broker
  class {{ 'mcollective':
    brokers => ['{BROKER}'],
    server  => false,
    client  => true,
  }}
  mcollective::user {{ '{OPERATOR}': }}
}}

node /^web/ {{
  class {{ 'mcollective':
    brokers         => ['{BROKER}'],
    site_rules      => [{{ callers => 'cert={OPERATOR}.mcollective' }}],
    policies        => {{ 'puppet' => {{}}, 'rpcutil' => {{}} }},
    plugin_settings => {{ 'puppet' => {{ 'command' => 'puppet apply {MANIFEST}', 'splay' => 0 }} }},
  }}
}}
"""
MOTD = """
file { '/etc/motd':
  content => "${facts['networking']['hostname']} is kept by Puppet.\\n",
}
"""


def say(text):
    print(f"\n\033[1m{text}\033[0m", flush=True)


def check(condition, what):
    if not condition:
        sys.exit(f"demo: {what}")


def enrol(machine, authority, name, ssldir=SSL):
    """What a node's first talk with a Puppet Server leaves there: its key, its certificate, the CA's, and the list of the revoked ones."""
    authority.issue(name)
    folder = authority.folder
    for place, file, mode in ((f"private_keys/{name}.pem", f"{name}.key", "640"), (f"certs/{name}.pem", f"{name}.pem", "644"),
                              ("certs/ca.pem", "ca.pem", "644"), ("crl.pem", "crl.pem", "644")):
        machine.write(f"{ssldir}/{place}", (folder / file).read_text(), mode)


def apply(machine, code):
    """Puppet on a machine, as its admin starts it; 2 stands for changes, 0 for none."""
    done = machine.run("puppet", "apply", "--detailed-exitcodes", "--color=false", MANIFEST, timeout=300)
    changes = done.out.count("\nNotice: /")
    print(f"{machine.name}: {done.out.splitlines()[-1] if done.out else ''} {changes} changes")
    check(done.code == code, f"puppet apply on {machine.name}: {done}")


def show(machine, *words):
    """A command of the operator's, and its screen."""
    say(f"{OPERATOR}@{machine.name}$ {' '.join(words)}")
    done = machine.login(OPERATOR, *words, timeout=180)
    print(done.out, flush=True)
    check(done.code == 0, f"'{' '.join(words)}': {done}")
    return done.out


def expect(screen, *texts):
    for text in texts:
        check(text in screen, f"the screen above lacks: {text}")


def make(machine, authority):
    """A fresh machine becomes one that Puppet can work on."""
    machine.use_packages()
    machine.sh("apt-get -qqy --no-install-recommends install puppet-module-mcollective", timeout=120)
    machine.write(MANIFEST, SITE, mode="600")
    enrol(machine, authority, machine.name)


def main():
    if missing():
        sys.exit(f"demo: this system lacks {missing()}")
    folder = repository.of_this_tree()
    with ExitStack() as stack:
        authority = Authority(Path(stack.enter_context(tempfile.TemporaryDirectory())), "Demo CA")
        network = stack.enter_context(Network(BROKER, *NODES, hub="hub.demo.example"))
        say("Three machines with nothing on them but systemd and Puppet, and a throw-away CA in the place of a Puppet Server's")
        machines = [stack.enter_context(Machine(name, network, folder)) for name in (BROKER, *NODES)]
        for machine in machines:
            make(machine, authority)
            print(f"{machine.name}: {machine.run('systemctl', 'is-system-running').out.strip()}")
        broker, *nodes = machines
        broker.sh(f"useradd --create-home --shell /bin/bash {OPERATOR}")
        enrol(broker, authority, f"{OPERATOR}.mcollective", f"/home/{OPERATOR}/.puppet/etc/ssl")
        broker.sh(f"chown -R {OPERATOR}: /home/{OPERATOR}")
        tell(broker, nodes)
    say("Everything was as it should be.")


def tell(broker, nodes):
    say("What all three are to be")
    print(SITE)
    for code, text in ((2, "Puppet makes them that"), (0, "Puppet has nothing left to do")):
        say(f"{text}: puppet apply {MANIFEST}")
        for machine in (broker, *nodes):
            apply(machine, code)
    names = sorted(node.name for node in nodes)
    wait_until(lambda: sorted(broker.login(OPERATOR, "mco", "find").out.split()) == names, 60, "both nodes answer")
    expect(show(broker, "mco", "ping"), "2 replies", *names)
    for node in nodes:
        node.write(MANIFEST, SITE + MOTD, mode="600")
    expect(show(broker, "mco", "puppet", "runonce", "--wait"), *(f"{name}: changed 1 of" for name in names))
    expect(show(broker, "mco", "puppet", "status"), *(f"{name}: Currently stopped; last completed run" for name in names))
    for node in nodes:
        text = node.read("/etc/motd")
        say(f"root@{node.name}$ cat /etc/motd")
        print(text)
        check(text == f"{node.name.partition('.')[0]} is kept by Puppet.\n", "Puppet did not write it")


if __name__ == "__main__":
    main()
