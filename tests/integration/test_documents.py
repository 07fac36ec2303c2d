"""The guides tell what works: every command line in them is taken by the programs, every piece of configuration passes --check-config, and
getting-started.md works to the letter."""
import glob
import os
import re
import shutil
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conftest import need
from documents import GUIDES, ROOT, blocks, commands
from nodes import plain_environment
from pki import Authority
from processes import check_no_report, free_port, run

PLACEHOLDER = re.compile(r"^[A-Z]{2,}$|/[A-Z]{4,}$")
NO_COMMAND_OF_OURS = {"docs/differences.md"}  # shows what the original takes, and what we refuse
SETTING = re.compile(r"^[\w.-]+ *= ?.*$")


def long_options(text):
    found = set()
    for negatable, name in re.findall(r"(?<![\w-])--(\[no-\])?([a-z][a-z0-9_-]*)", text):
        found |= {name, f"no-{name}"} if negatable else {name}
    return found


def all_commands():
    return [(place, call) for guide in GUIDES if str(guide.relative_to(ROOT)) not in NO_COMMAND_OF_OURS for place, call in commands(guide)]


def unique(calls):
    """The first place of each."""
    places = {}
    for place, call in calls:
        places.setdefault(tuple(call), place)
    return places


class Desk:
    """An operator's folder with what the guides tell to put there, and a broker that is away: what is sent ends with that."""

    def __init__(self, binaries, folder):
        self.binaries, self.folder = binaries, folder
        self.environment = plain_environment() | {"HOME": str(folder), "MCOLLECTIVE_EXTRA_OPTS": ""}
        self.port = free_port()
        settings = ("securityprovider = psk\nplugin.psk = x1y2z3\nlogger_type = console\nloglevel = error\n"
                    f"plugin.activemq.pool.size = 1\nplugin.activemq.pool.1.host = 127.0.0.1\nplugin.activemq.pool.1.port = {self.port}\n"
                    f"plugin.activemq.max_reconnect_attempts = 1\nplugin.puppetdb.url = http://127.0.0.1:1\nplugin.yaml = {folder}/facts.yaml\n")
        self.write("client.cfg", settings)
        self.write("inventory.cfg", settings + f"default_discovery_options = {folder}/site.yaml\n")
        self.write("facts.yaml", "role: web\n")
        for guide in GUIDES:
            for block in blocks(guide):
                named = re.match(r"# /etc/mcollective/(policies/[\w./-]+)\n", block.text)
                if named:
                    self.write(named[1], block.text)
        site = next(block.text for block in blocks(ROOT / "docs/discovery.md") if block.language == "yaml")
        self.write("site.yaml", site)
        self.write("front-row.txt", "web1.example.net\n")
        reports = [block.text for block in blocks(ROOT / "docs/reports.md")]
        self.write("nodes.csv.mustache", next(text for text in reports if "{{identity}}" in text))
        self.write("hardware.mc", next(text for text in reports if text.startswith("formatted_inventory")))

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o600)

    def mco(self, words):
        words = [word.replace("/srv/site.yaml", f"{self.folder}/site.yaml").replace("/etc/mcollective/", f"{self.folder}/") for word in words]
        at = words.index("-c") if "-c" in words else len(words)
        words = [one for word in words[:at] + words[at + 2:]
                 for one in (sorted(glob.glob(word, root_dir=self.folder)) if "*" in word and "/" in word else [word])]
        if words[:2] == ["policy", "explain"] and "--trusted" in words:
            words += ["--facts", self.folder / "facts.yaml"]  # it is about the machine itself, which here need not be a node
        config = self.folder / ("inventory.cfg" if "inventory" in words[1:] else "client.cfg")
        piped = {"input": "web1.example.net\n"} if "stdin" in words else {"stdin": subprocess.DEVNULL}
        done = subprocess.run([self.binaries / "mco", *words, "-c", config], env=self.environment, cwd=self.folder,
                              capture_output=True, text=True, timeout=120, check=False, **piped)
        check_no_report(done.stderr)
        return done


@pytest.fixture(scope="module")
def desk(binaries, tmp_path_factory):
    return Desk(binaries, tmp_path_factory.mktemp("desk"))


def wrong_with(desk, call):
    """Why the program does not take this command line; empty if it does: it comes as far as the network, or to a good end."""
    done = desk.mco(call[1:])
    said = done.stdout + done.stderr
    gone_out = f"127.0.0.1:{desk.port}" in said or "http://127.0.0.1:1" in said
    if call[1] == "doctor":
        return "" if done.returncode == 1 and re.search(r"^\d+ ok, ", said, re.M) or '"status"' in said else said
    if call[1:3] == ["policy", "explain"] and not gone_out:
        return "" if re.match(r"cert=\w+\.mcollective calls \w+#\w+ in ", said) else said
    if call[1:3] == ["policy", "lint"]:
        return "" if "error" not in said else said
    return "" if done.returncode == 0 or gone_out else f"exit {done.returncode}: {said}"


def test_mco_takes_every_command_line_of_the_guides(desk):
    """Those that are complete, with agents, actions, inputs and filters."""
    calls = [(place, call) for place, call in all_commands()
             if ":" in place and call[0] == "mco" and not any(PLACEHOLDER.search(word) for word in call)]
    places = unique(calls)
    assert len(places) > 40
    with ThreadPoolExecutor(2) as pool:
        wrong = dict(zip(places, pool.map(lambda call: wrong_with(desk, list(call)), places)))
    assert not {f"{places[call]}: {' '.join(call)}": why for call, why in wrong.items() if why}


def test_such_a_test_can_fail(desk):
    for words in ("find --nosuch", "frobnicate", "rpc rpcutil nosuch", "rpc rpcutil get_fact nosuch=1", "puppet runall", "find -S 'a and'",
                  "policy explain", "rpc nosuch status"):
        assert wrong_with(desk, ["mco", *words.split(" ")]), words


def test_options_and_commands_that_are_mentioned_exist(desk):
    """Of calls in the text, which may be fragments."""
    listed = set(re.findall(r"^  +([a-z_]+) ", desk.mco(["help"]).stdout, re.M))
    assert {"ping", "puppet", "policy"} <= listed
    mentioned = {(place, call[1], option.split("=")[0][2:]) for place, call in all_commands() if call[0] == "mco"
                 for option in [*[word for word in call if word.startswith("--")], "--help"] if not PLACEHOLDER.search(call[1])}
    assert not {(place, command) for place, command, _ in mentioned if command not in listed}
    used = {command for _, command, _ in mentioned}
    with ThreadPoolExecutor(2) as pool:
        offered = dict(zip(used, pool.map(lambda command: long_options(desk.mco(["help", command]).stdout) | {"help"}, used)))
    assert not {(place, f"mco {command} --{option}") for place, command, option in mentioned if option not in offered[command]}


@pytest.mark.parametrize("program", ["mcollectived", "mco-broker"])
def test_options_of_the_services_exist(binaries, program):
    offered = long_options(run([binaries / program, "--help"]).out)
    calls = [(place, call) for place, call in all_commands() if call[0] == program]
    assert calls
    wrong = [(place, word) for place, call in calls for word in call[1:] if word.startswith("-") and word[2:].split("=")[0] not in offered]
    assert not wrong


# --- configuration

def settings_blocks():
    """Blocks that hold nothing but settings."""
    for guide in GUIDES:
        for block in blocks(guide):
            lines = [line for line in block.text.splitlines() if line and not line.startswith("#")]
            if block.language in ("", "ini") and lines and all(SETTING.match(line) for line in lines):
                yield pytest.param(block, id=block.place)


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """What the guides' paths stand for: a folder in place of /, with certificates where Puppet keeps them."""
    root = tmp_path_factory.mktemp("machine")
    authority = Authority(root / "authority", kind="p256")
    ssl = root / "etc/puppetlabs/puppet/ssl"
    for folder in ("certs", "private_keys"):
        (ssl / folder).mkdir(parents=True)
    for name in ("web1.example.com", "node1.example.net"):
        authority.issue(name, kind="p256")
        shutil.copy(authority.folder / f"{name}.pem", ssl / f"certs/{name}.pem")
        shutil.copy(authority.folder / f"{name}.key", ssl / f"private_keys/{name}.pem")
        (ssl / f"private_keys/{name}.pem").chmod(0o600)
    shutil.copy(authority.folder / "ca.pem", ssl / "certs/ca.pem")
    shutil.copy(authority.folder / "crl.pem", ssl / "crl.pem")
    (root / "etc/mcollective/policies").mkdir(parents=True)
    for folder in ("var/log/mcollective", "run/mcollective"):
        (root / folder).mkdir(parents=True)
    return root


def test_there_is_configuration_in_the_guides():
    assert len(list(settings_blocks())) >= 12


@pytest.mark.parametrize("block", settings_blocks())
def test_pieces_of_configuration_are_good(binaries, machine, block):
    keys = {line.split("=")[0].strip() for line in block.text.splitlines() if line and not line.startswith("#")}
    of_broker = {name.replace("_", "-") for name in long_options(run([binaries / "mco-broker", "--help"]).out)}
    if keys <= of_broker:
        return  # every setting of the broker is an option of the same name, and --help has them all
    text = re.sub(r"(?<![\w/.])/(etc|var|run)/", rf"{machine}/\1/", block.text)
    config = machine / "etc/mcollective/server.cfg"
    connector = "rabbitmq" if "plugin.rabbitmq" in text else "activemq"
    base = {"connector": connector, "securityprovider": "psk", "plugin.psk": "x1y2z3", "identity": "node1.example.net",
            f"plugin.{connector}.pool.size": "1", f"plugin.{connector}.pool.1.host": "localhost", "libdir": "/nonexistent",
            "plugin.puppet.runs": f"{machine}/runs", "plugin.daemon.accepted": f"{machine}/accepted"}
    config.write_text("".join(f"{key} = {value}\n" for key, value in base.items() if key not in keys) + text)
    config.chmod(0o600)
    client = all(key.startswith("plugin.puppetdb.") for key in keys)
    words = ["mco", "help", "-c", config] if client else ["mcollectived", "--check-config", "--config", config]
    done = run([binaries / words[0], *words[1:]], env=plain_environment())
    assert done.code == 0 and "is not a setting" not in done.out + done.err and "did you mean" not in done.err, done


# --- getting started

PRELUDE = r"""
set -euo pipefail
mount --make-rprivate /
mkdir -p "$PLACE"/{etc,home,root}
cp -a /etc/. "$PLACE/etc"
rm -rf "$PLACE"/etc/{mcollective,puppetlabs} "$PLACE/etc/puppet/ssl"
mount --bind "$PLACE/etc" /etc
for folder in /home /root /run /var/log /var/cache /var/lib/mcollective /var/lib/puppet; do
    [ -d "$folder" ] && mount -t tmpfs tmpfs "$folder"
done
ip link set lo up
echo '127.0.0.1 localhost node1.example.net' >/etc/hosts
getent passwd mco-broker >/dev/null || echo 'mco-broker:x:61613:61613::/run/mco-broker:/usr/sbin/nologin' >>/etc/passwd
export HOME=/root PATH="$MCO_BIN:/usr/sbin:/usr/bin:/sbin:/bin" LANG=C.UTF-8
mkdir -p /etc/puppetlabs/puppet && cp -a "$PLACE/ssl" /etc/puppetlabs/puppet/ssl
cd /root
# The daemon asks facter at the lowest priority, which takes minutes where tests use all processors: it answers what it answered here.
facter --json >"$PLACE/facts.json"
printf '#!/bin/sh\nexec cat %s/facts.json\n' "$PLACE" >"$PLACE/facter" && chmod 0755 "$PLACE/facter"
mount --bind "$PLACE/facter" "$(command -v facter)"
# What a fresh machine has and this one has not: a superuser to become, an authority that signs, a service manager.
sudo() { "$@"; }
puppetserver() { [ "$*" = "ca sign --certname alice.mcollective" ]; }
puppet() {
    case "$*" in
        "ssl bootstrap --certname alice.mcollective --ssldir "*) mkdir -p "$6" && cp -a "$PLACE/alice/." "$6" ;;
        *) return 1 ;;
    esac
}
systemctl() {
    case "$*" in
        "enable --now mco-broker") mco-broker --config /etc/mcollective/broker.cfg >"$PLACE/broker.log" 2>&1 & ;;
        "enable --now mcollective") mcollectived --no-daemonize >"$PLACE/daemon.log" 2>&1 & ;;
        *) return 1 ;;
    esac
}
within() {  # SECONDS COMMAND…: until it succeeds
    local end=$((SECONDS + $1)); shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || { echo "not in time: $*" >&2; exit 99; }
        read -r -t 0.5 _ <> <(:) || true  # whoever is waited for needs the processors, too
    done
}
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1"); }
"""

# What the reader waits for by looking, after the line that begins so.
WAITS = {
    "mco-broker": "within 60 listens 61613",
    "mcollectived --no-daemonize": "true",
    "chmod 0600 client.cfg": "within 150 eval '[ \"$(mco find -F os.name=Debian -c client.cfg)\" = node1.example.net ]'",
    "sudo systemctl enable --now mco-broker": "within 60 listens 61614",
    "mco policy explain": "within 150 mco puppet status",  # Puppet is asked where its files are
    "sudo systemctl enable --now mcollective": "within 150 eval '[ \"$(mco find -F os.name=Debian)\" = node1.example.net ]'",
}


def walkthrough(sections):
    """The commands of getting-started.md as one script: each line is announced, what serves goes to the background."""
    script = []
    for block in blocks(ROOT / "docs/getting-started.md"):
        if block.language != "sh" or not any(block.heading.startswith(number) for number in sections):
            continue
        lines = re.findall(r"(?:.*<<'END'.*\n(?:.*\n)*?END\n)|(?:.+\n)", block.text)
        for line in lines:
            command = line.rstrip("\n")
            serves = re.match(r"mco-broker|mcollectived --no-daemonize", command)
            script.append(f"printf '\\n### %s\\n' \"$(cat <<'SHOWN'\n{command.splitlines()[0]}\nSHOWN\n)\"\n")
            script.append(f"{command} >>\"$PLACE/served.log\" 2>&1 &\n" if serves else f"{command}\n")
            script += [f"{wait}\n" for begin, wait in WAITS.items() if command.startswith(begin)]
    return "".join(script)


def play(binaries, place, sections, timeout=500):
    """Runs them in namespaces of their own, where /etc, the home and the network are not this machine's."""
    authority = Authority(place / "authority", kind="p256")
    for folder, name in (("ssl", "node1.example.net"), ("alice", "alice.mcollective")):
        for part in ("certs", "private_keys"):
            (place / folder / part).mkdir(parents=True)
        authority.issue(name, kind="p256")
        shutil.copy(authority.folder / f"{name}.pem", place / folder / f"certs/{name}.pem")
        shutil.copy(authority.folder / f"{name}.key", place / folder / f"private_keys/{name}.pem")
        (place / folder / f"private_keys/{name}.pem").chmod(0o640)
        shutil.copy(authority.folder / "ca.pem", place / folder / "certs/ca.pem")
        shutil.copy(authority.folder / "crl.pem", place / folder / "crl.pem")
    (place / "ssl/private_keys/node1.example.net.pem").chmod(0o600)
    environment = plain_environment() | {"PLACE": str(place), "MCO_BIN": str(binaries)}
    done = subprocess.run(["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", "-c", PRELUDE + walkthrough(sections)],
                          env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout, check=False)
    logs = "".join(f"--- {log.name}\n{log.read_text()[-6000:]}" for log in sorted(place.glob("*.log")))
    check_no_report(done.stderr + logs)
    assert done.returncode == 0, f"exit {done.returncode}\n{done.stdout}\n--- stderr\n{done.stderr}\n{logs}"
    shown = re.split(r"^### (.*)\n", done.stdout, flags=re.M)[1:]
    return list(zip(shown[::2], shown[1::2])), done.stderr, logs


@pytest.fixture
def namespaces():
    need(os.geteuid() == 0 and run(["unshare", "--mount", "--net", "true"]).code == 0, "root, who may have namespaces of his own,")
    need(shutil.which("ip", path="/usr/sbin:/usr/bin:/sbin:/bin"), "ip (package iproute2)")
    need(shutil.which("facter"), "facter")


def screen(shown, begin):
    return next(text for command, text in shown if command.startswith(begin))


def test_getting_started_works_to_the_letter(binaries, tmp_path, namespaces):
    place = tmp_path / "place"
    place.mkdir()
    shown, errors, logs = play(binaries, place, "12345")
    commands_shown = [command for command, _ in shown]
    assert len(commands_shown) >= 30, commands_shown
    assert "node1.example.net" in screen(shown, "mco ping -c client.cfg") and "1 replies" in screen(shown, "mco ping -c client.cfg")
    assert screen(shown, "mco find -F os.name=Debian -c").split() == ["node1.example.net"]
    assert "Debian" in screen(shown, "mco rpc rpcutil get_fact"), shown
    assert "The configuration is good" in screen(shown, "sudo mcollectived --check-config")
    assert "1 replies" in screen(shown, "mco ping")
    assert "Debian" in screen(shown, "mco facts os.name")
    assert "1 / 1" in screen(shown, "mco rpc rpcutil ping -F os.name=Debian")
    explained = screen(shown, "mco policy explain")
    assert "cert=alice.mcollective calls puppet#status in mcollective on node1.example.net: allowed" in explained, explained
    status = [text for command, text in shown if command.startswith("mco puppet status")]
    assert "node1.example.net: Currently stopped" in status[0] and "node1.example.net: Currently disabled" in status[1], status
    assert "enabled = 1" in screen(shown, "mco puppet enable") and "Summary statistics for 1 nodes" in screen(shown, "mco puppet summary")
    assert stat.S_IMODE((place / "etc/mcollective/server.cfg").stat().st_mode) == 0o640
    assert "warn" not in screen(shown, "mcollectived --check-config --config server.cfg"), "the first configuration is warned about"
