"""The Puppet module's unit tests, and its files in the hands of the programs that read them: what specs render (spec/classes/contract_spec.rb)
is checked by mcollectived, mco-broker and mco. Costs the time of rspec, some forty seconds."""
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import need
from nodes import plain_environment
from pki import Authority
from processes import run

MODULE = Path(__file__).parents[2] / "puppet-module"
MODULES = Path(os.environ.get("MCO_MODULES", "/usr/share/puppet/modules"))
NODE = "web1.example.net"
NODES = ("x509", "rabbitmq", "psk", "ssl", "aes_security", "legacy")
BROKERS = ("broker", "broker-with-users", "broker-with-passwords")
# What the programs say of settings that are none, but not of those that only a plug-in of the site reads.
UNKNOWN = re.compile(r"is not a setting known here(?!; a plug-in of this site)|did you mean|has no effect|should be a|is ignored")


def puppets_folder(folder):
    """What Puppet has of a node and an operator, as the facts of the specs say, and a key pair for the older providers."""
    authority = Authority(folder / "authority")
    for name in ("certs", "private_keys"):
        (folder / "puppet" / name).mkdir(parents=True)
    for name in (NODE, "alice.mcollective"):
        authority.issue(name)
        shutil.copy(authority.folder / f"{name}.pem", folder / "puppet/certs")
        shutil.copy(authority.folder / f"{name}.key", folder / f"puppet/private_keys/{name}.pem")
    shutil.copy(authority.folder / "ca.pem", folder / "puppet/certs/ca.pem")
    shutil.copy(authority.folder / "crl.pem", folder / "puppet/crl.pem")
    (folder / "keys").mkdir()
    subprocess.run(["openssl", "genrsa", "-out", folder / "keys/server.key", "2048"], check=True, capture_output=True)
    subprocess.run(["openssl", "rsa", "-in", folder / "keys/server.key", "-pubout", "-out", folder / "keys/server.pub"], check=True, capture_output=True)
    (folder / "keys/server.key").chmod(0o600)


@pytest.fixture(scope="module")
def specs(tmp_path_factory):
    """The folder with what the specs rendered, and how rspec ended."""
    need(shutil.which("rspec") and (MODULES / "concat").is_dir(), "rspec-puppet with stdlib and concat")
    folder = tmp_path_factory.mktemp("module")
    puppets_folder(folder)
    environment = os.environ | {"MCO_RENDERED": str(folder), "LC_ALL": "C.UTF-8"}
    return folder, run(["env", "-C", MODULE, "rspec"], env=environment, timeout=1200)


@pytest.fixture
def site(specs, request):
    folder = specs[0] / request.param
    assert folder.is_dir(), specs[1]
    return folder


def check(program, config):
    return run([program, "--check-config", "--config", config], env=plain_environment() | {"HOME": str(config.parent)})


def test_the_unit_tests_pass_and_cover_every_resource(specs):
    assert specs[1].code == 0, specs[1]
    assert "Resource coverage: 100.00%" in specs[1].out


@pytest.mark.parametrize("site", NODES, indirect=True)
def test_the_daemon_takes_its_configuration(binaries, site):
    done = check(binaries / "mcollectived", site / "server.cfg")
    assert done.code == 0, done
    assert not UNKNOWN.search(done.err), done


@pytest.mark.parametrize("site", ("x509", "rabbitmq", "psk", "legacy"), indirect=True)
def test_the_client_takes_its_configuration(binaries, site):
    """Every key of client.cfg and of operators' files is one that the client has: a broker that is away is all that it complains about."""
    files = [site / "client.cfg", *site.glob("alice/.mcollective")]
    for config in files:
        printed = run([binaries / "mcollectived", "--print-config", "--config", config], env=plain_environment())
        assert printed.code == 0 and not UNKNOWN.search(printed.err), printed


@pytest.mark.parametrize("site", ("x509", "rabbitmq"), indirect=True)
def test_an_operator_gets_as_far_as_the_broker(binaries, site):
    """With a file of her own, and with the one that is for all: there the files for TLS follow from the certificate, which mco finds itself
    (here it is named, for root's is looked for elsewhere)."""
    shared, key = site / "shared.cfg", "plugin.x509.certificate"
    named = [line for line in (site / "alice/.mcollective").read_text().splitlines() if line.startswith("plugin.x509.")]
    assert any(line.startswith(key) for line in named) and key not in (site / "client.cfg").read_text()
    shared.write_text("\n".join([(site / "client.cfg").read_text(), *named, ""]))
    for config in (site / "alice/.mcollective", shared):
        done = run([binaries / "mco", "ping", "-c", config, "--connection-timeout", "1"], env=plain_environment() | {"HOME": str(site)})
        assert done.code != 0 and "61614" in done.err + done.out, done


@pytest.mark.parametrize("site", BROKERS, indirect=True)
def test_the_broker_takes_its_configuration(binaries, site):
    done = check(binaries / "mco-broker", site / "broker.cfg")
    assert done.code == 0, done


def test_the_checks_refuse_what_they_should(binaries, specs, tmp_path):
    """Or the tests here would say nothing: a key that nobody knows is told, a value or a line that cannot be used is refused."""
    for name in ("plugin.d", "policies"):
        shutil.copytree(specs[0] / "x509" / name, tmp_path / name)
    config, good = tmp_path / "server.cfg", (specs[0] / "x509/server.cfg").read_text()
    for line, code in (("plugin.x509.calers = a", 0), ("loglevel = loud", 1)):
        config.write_text(f"{good}{line}\n")
        config.chmod(0o600)
        done = check(binaries / "mcollectived", config)
        assert done.code == code and (UNKNOWN.search(done.err) or "loglevel" in done.err), done
    broker = tmp_path / "broker.cfg"
    broker.write_text((specs[0] / "broker/broker.cfg").read_text() + "max-conections = 1\n")
    done = check(binaries / "mco-broker", broker)
    assert done.code == 1 and "max-conections" in done.err, done
    policy = tmp_path / "puppet.policy"
    policy.write_text("policy default maybe\n")
    done = run([binaries / "mcollectived", "--check-policy", f"puppet.policy={policy}"])
    assert done.code == 1 and "policy default allow" in done.err, done


@pytest.mark.parametrize("site", ("x509", "rabbitmq", "ssl", "aes_security"), indirect=True)
def test_the_daemon_and_the_client_take_the_policies(binaries, site):
    files = sorted(path for path in (site / "policies").rglob("*") if path.is_file())
    assert files
    for path in files:
        checked = run([binaries / "mcollectived", "--check-policy", f"{path.name}={path}"])
        assert checked.code == 0, checked
    linted = run([binaries / "mco", "policy", "lint", *files])
    assert linted.code == 0, linted
