"""What somebody meets who has configured nothing, or something wrong."""
import re

import pytest

from nodes import Client, connection, plain_environment
from processes import free_port, run


class Nowhere:
    connector, vhost = "activemq", "mcollective"

    def __init__(self):
        self.port = free_port()


def test_no_configuration_says_what_to_do(binaries):
    done = run([binaries / "mco", "ping", "-c", "/nonexistent/client.cfg"], env=plain_environment())
    assert done.code == 1 and done.seconds < 5, done
    assert "/nonexistent/client.cfg" in done.err


@pytest.mark.parametrize("words", [["ping"], ["find"], ["rpc", "rpcutil", "ping"], ["puppet", "status"]], ids=" ".join)
def test_broker_away_says_so_within_five_seconds(binaries, tmp_path, words):
    client = Client(Nowhere(), tmp_path, binaries / "mco", extra="connection_timeout = 4\n")
    done = client.run(*words)
    assert done.code == 1, done
    assert done.seconds < 5.5, done
    assert f"127.0.0.1:{Nowhere().port}" in done.err or re.search(r"127\.0\.0\.1:\d+", done.err), done
    assert "refused" in done.err


def test_broker_away_without_a_configured_timeout(binaries, tmp_path):
    config = tmp_path / "client.cfg"
    config.write_text("securityprovider = psk\nplugin.psk = x1y2z3\n" + connection(Nowhere()))
    done = run([binaries / "mco", "ping", "-c", config], env=plain_environment())
    assert done.code == 1 and done.seconds < 6, done


WRONG = {
    "ttl = soon": "ttl",
    "direct_addressing = perhaps": "direct_addressing",
    "identity = two words": "identity",
    "loglevel = loud": "loglevel",
    "libdir = relative/path": "libdir",
    "connector = carrier_pigeon": "carrier_pigeon",
}


@pytest.mark.parametrize("line", WRONG)
@pytest.mark.parametrize("program", ["mcollectived", "mco"])
def test_wrong_values_name_file_and_line(binaries, tmp_path, program, line):
    config = tmp_path / "some.cfg"
    config.write_text("# a comment\nsecurityprovider = psk\nplugin.psk = x1y2z3\n" + connection(Nowhere()) + line + "\n")
    number = config.read_text().splitlines().index(line) + 1
    words = ["--check-config", "--config", config] if program == "mcollectived" else ["find", "-c", config]
    done = run([binaries / program, *words], env=plain_environment())
    assert done.code == 1, done
    assert f"{config}:{number}" in done.err and WRONG[line] in done.err, done


def test_unknown_keys_warn_with_a_suggestion(binaries, tmp_path):
    config = tmp_path / "server.cfg"
    config.write_text("securityprovider = psk\nplugin.psk = x1y2z3\nidentity = n1\nloglevl = info\n" + connection(Nowhere()))
    done = run([binaries / "mcollectived", "--check-config", "--config", config], env=plain_environment())
    assert done.code == 0, done
    assert f"{config}:4" in done.err + done.out and "loglevel" in done.err + done.out


def test_check_config_names_every_unknown_key_and_opens_what_the_daemon_would(binaries, tmp_path):
    """Issue 12, 22."""
    config = tmp_path / "server.cfg"
    lines = ["securityprovider = psk", "plugin.psk = x1y2z3", "identity = n1", *connection(Nowhere()).splitlines(),
             "plugin.activemq.pool.1.hots = other", "plugin.nats.pool.1.host = other", "plugin.acme.colour = red",
             f"logfile = {tmp_path}/nowhere/the.log", f"plugin.yaml = {tmp_path}/facts.yaml", "rpcaudit = 1",
             "rpcauditprovider = logfile", f"plugin.rpcaudit.logfile = {tmp_path}/audit.log"]
    config.write_text("\n".join(lines) + "\n")
    config.chmod(0o600)
    before = sorted(tmp_path.iterdir())
    done = run([binaries / "mcollectived", "--check-config", "--config", config], env=plain_environment())
    assert done.code == 0, done
    for key, said in {"hots": "did you mean 'plugin.activemq.pool.1.host'", "nats": "no connector nats", "colour": "not a setting known here"}.items():
        number = next(i for i, line in enumerate(lines, 1) if key in line)
        assert any(f"{config}:{number}: " in line and said in line for line in done.err.splitlines()), (key, done)
    assert f"{tmp_path}/nowhere" in done.err and f"cannot read {tmp_path}/facts.yaml" in done.err, done
    assert sorted(tmp_path.iterdir()) == before, "nothing is made"
    done = run([binaries / "mcollectived", "--check-config", "--config", config, "--pidfile", tmp_path / "nowhere/pid"], env=plain_environment())
    assert done.code == 1 and "--pidfile" in done.err, done


def test_print_config_shows_origins_and_hides_secrets(binaries, tmp_path):
    config = tmp_path / "server.cfg"
    config.write_text("securityprovider = psk\nplugin.psk = x1y2z3\nidentity = n1\n" + connection(Nowhere()))
    done = run([binaries / "mcollectived", "--print-config", "--config", config], env=plain_environment())
    assert done.code == 0, done
    assert "x1y2z3" not in done.out + done.err and "marionette" not in done.out + done.err
    assert f"{config}:3" in done.out


def test_authorisation_is_never_silently_open(binaries, tmp_path):
    config = tmp_path / "server.cfg"
    config.write_text("securityprovider = psk\nplugin.psk = x1y2z3\nidentity = n1\nrpcauthorization = 1\n"
                      "rpcauthprovider = some_policy\n" + connection(Nowhere()))
    done = run([binaries / "mcollectived", "--no-daemonize", "--config", config], env=plain_environment(), timeout=20)
    assert done.code == 1, done
    assert f"{config}:5: rpcauthprovider" in done.err


@pytest.mark.parametrize("program", ["mco", "mcollectived", "mco-broker"])
def test_version_and_help(binaries, program):
    shown = run([binaries / program, "--help"], env=plain_environment())
    assert shown.code == 0 and "sage" in shown.out, shown
    assert run([binaries / program, "--version"], env=plain_environment()).out.strip()


def test_broker_refuses_a_users_file_that_others_can_read(binaries, tmp_path):
    users = tmp_path / "users"
    users.write_text("")
    users.chmod(0o644)
    done = run([binaries / "mco-broker", "--users", users, "--listen", "127.0.0.1:0"], env=plain_environment(), timeout=20)
    assert done.code != 0 and str(users) in done.err, done
