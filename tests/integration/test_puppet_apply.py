"""Our Puppet module without a Puppet Server, on one machine: in the place of the original, with secrets, beside its broker, and in an image."""
import json

import pytest

from machines import PACKAGES, base_root
from module_site import CHANGED, UNCHANGED, PuppetImage, PuppetMachine, settings
from processes import wait_until
from repository import source

pytestmark = pytest.mark.machines

NAME = "solo.example.net"
SERVICE, BROKER_SERVICE = "mcollective.service", "mco-broker.service"
PSK, NEXT_PSK, PASSWORD = "first-shared-secret", "second-shared-secret", "brokers-password"
# As a site had it for years. Ruby's plug-ins are what ours replace.
ORIGINAL = f"""main_collective = mcollective
collectives = mcollective
libdir = /usr/share/mcollective/plugins
logger_type = syslog
loglevel = warn
daemonize = 1
identity = {NAME}
securityprovider = psk
plugin.psk = {PSK}
connector = activemq
plugin.activemq.pool.size = 1
plugin.activemq.pool.1.host = localhost
plugin.activemq.pool.1.port = 61613
plugin.activemq.pool.1.user = mcollective
plugin.activemq.pool.1.password = {PASSWORD}
factsource = yaml
plugin.yaml = /etc/mcollective/facts.yaml
"""
KEPT = ("main_collective", "collectives", "identity", "securityprovider", "plugin.psk", "connector", "plugin.activemq.pool.size",
        *(f"plugin.activemq.pool.1.{name}" for name in ("host", "port", "user", "password")))
BROKER = f"""class {{ 'mcollective::broker':
  listen => ['127.0.0.1:61613'], tls_listen => [], users => Sensitive("mcollective any plain:{PASSWORD}\\n"),
}}
"""
LEGACY = f"""class {{ 'mcollective::legacy':
  middleware_hosts => ['localhost'], middleware_user => 'mcollective', middleware_password => '{PASSWORD}',
  securityprovider => 'psk', psk => '{PSK}', version => 'latest', client => true,
}}
"""


def node(psk=PSK, more=""):
    return f"""class {{ 'mcollective':
  brokers => ['localhost'], tls => false, broker_user => 'mcollective', broker_password => Sensitive('{PASSWORD}'), client => true,
  securityprovider => 'psk', psk => Sensitive('{psk}'), policies => {{ 'rpcutil' => {{ default => 'allow' }} }}, {more}
}}
"""


class Solo(PuppetMachine):
    """It asks itself."""

    def found(self):
        return self.run("mco", "find").out.split()

    def wait_found(self):
        wait_until(lambda: self.found() == [NAME], 30, f"{NAME} answers")

    def has(self, manifest):
        """Has it applied, whatever there was before."""
        self.apply(manifest, UNCHANGED + CHANGED)


@pytest.fixture(scope="module")
def solo(debian_packages):
    """With the original as Debian has it and a site configured it, and with our module."""
    with Solo(NAME, packages=debian_packages) as machine:
        machine.sh("apt-get -qqy --no-install-recommends install mcollective mcollective-client", timeout=120)
        machine.write("/etc/mcollective/server.cfg", ORIGINAL, mode="600")
        machine.use_packages()
        # apt takes whatever is of the same source package along, unless it is told not to.
        machine.sh("apt-get -qqy --no-install-recommends -o APT::Get::Upgrade-By-Source-Package=false install puppet-module-mcollective", timeout=120)
        yield machine


def test_the_original_is_replaced(solo):
    assert solo.sh("dpkg-query -Wf '${Version}' mcollective").startswith("2.12.5")
    first = solo.settle_by(BROKER + LEGACY)
    assert PASSWORD not in first.out + first.err and PSK not in first.out + first.err
    told, old = settings(solo.read("/etc/mcollective/server.cfg")), settings(ORIGINAL)
    assert {name: told.get(name) for name in KEPT} == {name: old[name] for name in KEPT}
    assert not solo.sh("dpkg-query -Wf '${Version}' mcollective").startswith("2.12.5")
    assert solo.unit(SERVICE) == "active" and solo.unit(SERVICE, "UnitFileState") == "enabled"
    solo.wait_found()


def test_secrets_are_in_no_output(solo):
    solo.has(BROKER + node())
    done = solo.settle_by(BROKER + node(NEXT_PSK), "--debug")
    assert "server.cfg" in done.out
    reports = solo.sh("find /var/cache/puppet /var/log -type f -exec cat {} +")
    for secret in (PSK, NEXT_PSK, PASSWORD):
        assert secret not in done.out + done.err + reports
    assert solo.sh("stat -c '%a %U' /etc/mcollective/server.cfg") == "600 root\n"
    assert solo.sh("stat -c '%a' /etc/mcollective/client.cfg") == "640\n"
    assert settings(solo.read("/etc/mcollective/server.cfg"))["plugin.psk"] == NEXT_PSK
    solo.wait_found()


def test_a_node_goes_and_its_machines_broker_stays(solo):
    solo.has(BROKER + node())
    broker = solo.unit(BROKER_SERVICE, "MainPID")
    solo.settle_by(BROKER + node(more="ensure => absent,"))
    assert solo.unit(BROKER_SERVICE, "MainPID") == broker and not solo.exists("/etc/mcollective/server.cfg")
    solo.settle_by(BROKER + node())
    solo.wait_found()


def test_a_broker_goes_and_its_machines_node_stays(solo):
    solo.has(BROKER + node())
    daemon = solo.unit(SERVICE, "MainPID")
    solo.settle_by("class { 'mcollective::broker': ensure => absent }\n" + node())
    assert solo.unit(SERVICE, "MainPID") == daemon and solo.exists("/etc/mcollective/server.cfg")
    assert not solo.exists("/etc/mcollective/broker") and not solo.exists("/etc/mcollective/broker.cfg")
    solo.settle_by(BROKER + node())
    solo.wait_found()


def test_an_image_is_built_without_systemd(debian_packages):
    with PuppetImage(base_root()) as image:
        image.bind(debian_packages, PACKAGES)
        image.write("/etc/apt/sources.list.d/packages.list", source(PACKAGES))
        image.sh("apt-get -qq update; apt-get -qqy --no-install-recommends install puppet-module-mcollective", timeout=120)
        image.settle_by("class { 'mcollective': brokers => ['mq.example.net'], manage_service => false }\n", "--certname", "web1.example.net")
        assert settings(image.read("/etc/mcollective/server.cfg"))["identity"] == "web1.example.net"


def test_facts_tell_where_puppet_is(solo):
    """What the module knows of the node's Puppet, when it has been installed and nothing is configured."""
    fact = json.loads(solo.run("puppet", "facts", "show", "mcollective").out)["mcollective"]
    assert fact["layout"] == "system" and fact["puppet"]["ssldir"] == "/var/lib/puppet/ssl"
    assert fact["puppet"]["classfile"] == "/var/cache/puppet/state/classes.txt"
