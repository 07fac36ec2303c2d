"""What Puppet, or anybody else, asks before a file replaces another: is it good? Costs three seconds."""
import shutil

import pytest

from brokers import example
from nodes import connection, plain_environment
from pki import Authority
from processes import free_port, run
from stomp import Stomp

ENVIRONMENT = plain_environment()


class Nowhere:
    connector, port, vhost = "activemq", 1, "mcollective"


@pytest.fixture
def check_policy(binaries):
    return lambda *words: run([binaries / "mcollectived", "--check-policy", *words], env=ENVIRONMENT)


@pytest.fixture
def check_config(binaries, tmp_path):
    """A good configuration with a folder plugin.d, and what is said of it."""
    config = tmp_path / "server.cfg"
    config.write_text(f"securityprovider = psk\nplugin.psk = x1y2z3\nidentity = n1\nplugin.daemon.accepted = {tmp_path}/accepted\n"
                      f"plugin.puppet.runs = {tmp_path}/runs\n" + connection(Nowhere()))
    config.chmod(0o600)
    (tmp_path / "plugin.d").mkdir()
    return lambda *words: run([binaries / "mcollectived", "--check-config", "--config", config, *words], env=ENVIRONMENT)


def test_only_what_refuses_a_policy_is_an_error(check_policy, tmp_path):
    strange = tmp_path / "puppet.policy"
    strange.write_text("allow\tpos\tpnig\t*\t*\nallow\t*\t*\t*\t*\ndeny\t*\tstatus\t*\t*\n")  # mco policy lint has three things to say
    groups = tmp_path / "groups20261130-77-1x"  # as Puppet calls it until it is known to be good
    groups.write_text("ops cert=alice bob\n")
    done = check_policy(strange, f"groups={groups}")
    assert done.code == 0 and done.err == "", done
    done = check_policy(strange, groups)
    assert done.code == 1 and f"{groups}:1: " in done.err, done


def test_every_line_that_refuses_a_policy_is_named(check_policy, tmp_path):
    bad = tmp_path / "new"
    bad.write_text("policy default deny\npermit\t*\nallow x y\n")
    done = check_policy(f"uk/puppet.policy={bad}")
    lines = [line.removeprefix("mcollectived: ") for line in done.err.splitlines()]
    assert done.code == 1 and [line.split(": ")[0] for line in lines] == ["uk/puppet.policy:2", "uk/puppet.policy:3"], done
    done = check_policy(f"filter.policy={bad}", tmp_path / "none")
    assert done.code == 1 and "filter.policy:2: " in done.err and f"{tmp_path}/none" in done.err, done
    done = check_policy()
    assert done.code == 1 and "[NAME=]FILE" in done.err, done


def test_a_file_of_plugin_d_is_judged_before_it_is_there(check_config, tmp_path):
    fresh = tmp_path / "plugin.d/daemon.cfg20261130-77-1x"
    fresh.write_text("workers = 8\n")
    done = check_config("--plugin-file", f"daemon.cfg={fresh}")
    assert done.code == 0, done
    fresh.write_text("workers = many\n")
    done = check_config("--plugin-file", f"daemon={fresh}")
    assert done.code == 1 and f"{tmp_path}/plugin.d/daemon.cfg:1" in done.err, done
    assert check_config().code == 0, "Puppet's own file does not count"
    (tmp_path / "plugin.d/daemon.cfg").write_text("workers = many\n")
    assert check_config().code == 1
    fresh.write_text("workers = 8\n")
    assert check_config("--plugin-file", f"daemon.cfg={fresh}").code == 0, "what it replaces does not count"


def test_what_the_service_makes_need_not_be_there_yet(check_config, tmp_path):
    fresh = tmp_path / "new"
    fresh.write_text("status_file = /run/no-such-service-here/status.json\n")
    done = check_config("--plugin-file", f"daemon.cfg={fresh}")
    assert done.code == 0 and "/run/no-such-service-here/status.json" in done.err, done
    fresh.write_text(f"status_file = {tmp_path}/none/status.json\n")
    assert check_config("--plugin-file", f"daemon.cfg={fresh}").code == 1


def test_an_empty_file_of_facts_is_no_error(check_config, tmp_path):
    (tmp_path / "facts.yaml").write_text("")
    config = tmp_path / "server.cfg"
    config.write_text(config.read_text() + f"factsource = yaml\nplugin.yaml = {tmp_path}/facts.yaml\n")
    done = check_config()
    assert done.code == 0 and "Facts are missing" not in done.err, done


class Broker:
    """The guide's configuration of mco-broker in a folder of its own."""

    def __init__(self, program, folder):
        authority = Authority(folder / "pki", kind="p256")
        authority.issue("broker.lab.test", kind="p256")
        authority.issue("node1.lab.test", kind="p256")
        pki = authority.folder
        self.program, self.authority, self.folder, self.config = program, authority, folder, folder / "broker.cfg"
        self.port = free_port()
        self.config.write_text(example("mco-broker/broker.cfg", {
            "/etc/mcollective/broker/broker.pem": pki / "broker.lab.test.pem",
            "/etc/mcollective/broker/broker.key": pki / "broker.lab.test.key",
            "/etc/puppetlabs/puppet/ssl/certs/ca.pem": pki / "ca.pem",
            "/etc/puppetlabs/puppet/ssl/crl.pem": pki / "crl.pem"}))

    def check(self, *words):
        return run([self.program, "--check-config", "--config", self.config, "--tls-listen", f"127.0.0.1:{self.port}", *words],
                   env=ENVIRONMENT)


@pytest.fixture
def broker(binaries, tmp_path):
    return Broker(binaries / "mco-broker", tmp_path)


def test_the_broker_is_checked_without_starting_it(broker, mco_broker):
    before = sorted(broker.folder.iterdir())
    broker.port = mco_broker.port  # which another one has
    done = broker.check("--port-file", broker.folder / "ports")
    assert done.code == 0 and done.err == "" and "good" in done.out, done
    assert sorted(broker.folder.iterdir()) == before
    Stomp(mco_broker.port).close()


@pytest.mark.parametrize("file", ["broker.lab.test.key", "broker.lab.test.pem", "ca.pem", "crl.pem"])
def test_the_broker_names_the_file_that_it_could_not_use(broker, file):
    path = broker.authority.folder / file
    path.write_text("nonsense")
    done = broker.check()
    assert done.code == 1 and str(path) in done.err, done


def test_the_broker_names_the_key_of_another_certificate(broker):
    pki = broker.authority.folder
    shutil.copy(pki / "node1.lab.test.key", pki / "broker.lab.test.key")
    done = broker.check()
    assert done.code == 1 and "broker.lab.test.key" in done.err, done


def test_the_broker_names_lines_of_users_and_settings(broker):
    users = broker.folder / "users"
    users.write_text("# nobody\ncert=* node\nruby node secret\n")
    users.chmod(0o600)
    done = broker.check("--users", users)
    assert done.code == 1 and f"{users}:3" in done.err and "secret" not in done.err, done
    number = len(broker.config.read_text().splitlines()) + 1
    broker.config.write_text(broker.config.read_text() + "max-queue = plenty\n")
    done = broker.check()
    assert done.code == 1 and f"{broker.config}:{number}" in done.err, done


def test_the_broker_looks_for_the_folders_of_what_it_writes(broker):
    done = broker.check("--status-file", broker.folder / "none/status.json", "--pid-file", broker.folder / "nowhere/pid")
    assert done.code == 1 and f"{broker.folder}/none" in done.err and f"{broker.folder}/nowhere" in done.err, done
    done = broker.check("--status-file", "/run/no-such-service-here/status.json")
    assert done.code == 0 and "/run/no-such-service-here" in done.err, done
