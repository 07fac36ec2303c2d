"""`mco resource` with real daemons and the real agent, each in a throw-away copy of this system: what is planted is found, and made one by a clone (resources §9, line 7)."""
import json
import re
import signal
from pathlib import Path

import pytest

from conftest import need
from nodes import Client, common
from processes import Process, wait_until
from throwaway import Copy, can_copy

NAMES = [f"web{number}.lab.test" for number in range(1, 7)]
RIGHTS = "plugin.puppetral.apply = yes\nplugin.puppetral.resource_type_whitelist = {types}\n"
ACCOUNTS = """
groupadd -g 4001 gophers
useradd -u 4001 -g gophers -d /var/gopher -s {shell} gopher
"""
DEPLOY = """
groupadd -g 4010 deploy
groupadd -g 4011 operators
useradd -u 4010 -g deploy -G operators -s /bin/bash -c 'Deploys all' deploy
"""


class CopiedNode:
    """A daemon in a copy of its own."""

    def __init__(self, broker, folder, program, name, plant, types="user,group"):
        self.copy = Copy()
        assert self.copy.ready
        self.name, self.place = name, "/srv/mco"
        self.copy.sh(plant)
        settings = (f"logger_type = file\nlogfile = {self.place}/daemon.log\nfactsource = yaml\nplugin.yaml = {self.place}/facts.yaml\n"
                    f"classesfile = {self.place}/classes.txt\nplugin.daemon.accepted = {self.place}/accepted\n"
                    f"plugin.puppetral.directory = {self.place}/ral\nplugin.puppet.paths_cache = {self.place}/paths.json\n"
                    f"plugin.puppet.runs = {self.place}/runs\n")
        self.copy.sh(f"mkdir -p {self.place}; echo base >{self.place}/classes.txt; echo 'role: web' >{self.place}/facts.yaml")
        written = self.copy.run("tee", f"{self.place}/server.cfg", stdin=common(broker, name, settings + RIGHTS.format(types=types)))
        assert written.code == 0, written
        words = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8", program, "--no-daemonize", "--config",
                 f"{self.place}/server.cfg"]
        self.process = Process([*self.copy._enter(), *words], folder / f"{name}.log")

    def state(self):
        """Checksums of everything that a change of accounts would change."""
        return self.copy.sh("cd /etc; sha256sum passwd shadow group gshadow subuid subgid; ls /var/mail /home; stat -c '%n %Y %i' passwd shadow group")

    def account(self, name):
        return self.copy.run("getent", "passwd", name).out.strip()

    def stop(self):
        self.process.stop()
        self.copy.stop()


@pytest.fixture(scope="module")
def fleet(mco_broker, binaries, tmp_path_factory):
    need(can_copy(), "root with mount namespaces and overlays")
    folder = tmp_path_factory.mktemp("copies")
    common_plant = ACCOUNTS.format(shell="/usr/sbin/nologin")
    plants = {NAMES[0]: common_plant + DEPLOY,
              NAMES[2]: ACCOUNTS.format(shell="/bin/bash")}
    nodes = {}
    try:
        for name in NAMES:
            types = "group" if name == NAMES[3] else "user,group"
            nodes[name] = CopiedNode(mco_broker, folder, binaries / "mcollectived", name, plants.get(name, common_plant), types)
        client = Client(mco_broker, folder / "client", binaries / "mco", extra=f"plugin.client.known_nodes = {folder}/known\n")
        wait_until(lambda: set(client.run("find").out.split()) == set(NAMES), 60, "all nodes answer")
        yield client, nodes
    finally:
        for node in nodes.values():
            node.stop()


def workers(nodes):
    """The processes that have Puppet loaded for one of them; nobody's children, so they are known by their words."""
    scripts = {f"{node.place}/ral/worker.rb" for node in nodes.values()}
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if scripts & set((process / "cmdline").read_text(errors="replace").split("\0")):
                found.append(int(process.name))
        except OSError:  # it has ended
            continue
    return found


def plain(text):
    return re.sub(r"\x1b\[[\d;]*m", "", text)


def test_planted_variants_are_found(fleet):
    client, _ = fleet
    listed = client.run("resource", "list", "user", "--sort", "variants", "--match", "^(gopher|deploy)$")
    assert listed.code == 0, listed
    lines = plain(listed.out).splitlines()
    assert [line.split()[:3] for line in lines[1:3]] == [["gopher", "6/6", "2"], ["deploy", "1/6", "1"]], listed
    assert "missing on 5" in lines[2]
    shown = client.run("resource", "show", "user", "gopher")
    assert shown.code == 0 and "user gopher on 6 of 6 nodes, 2 variants" in shown.out, shown
    assert re.search(r"^\* shell +/usr/sbin/nologin +/bin/bash", shown.out, re.M), shown
    assert f"1 node ({NAMES[2]})" in shown.out and "gophers" in shown.out and "4001" not in shown.out, shown
    inspected = client.run("resource", "inspect", "user", "group", "--json")
    user, group = json.loads(inspected.out)
    assert user["differing"] == 1 and user["nodes"] == 6 and 0.9 < user["similarity"] < 1, inspected
    assert group["differing"] == 0 and group["similarity"] == 1, inspected


def test_nodes_are_compared(fleet):
    client, _ = fleet
    compared = client.run("resource", "compare", "user", NAMES[1], NAMES[2])
    assert compared.code == 3, compared
    assert re.search(r"^gopher +shell +/usr/sbin/nologin +/bin/bash$", compared.out, re.M), compared
    same = client.run("resource", "compare", "user", NAMES[1], NAMES[3])
    assert same.code == 0 and "0 differ, 0 missing" in same.out, same


def test_browsing_starts_no_ruby(fleet):
    client, nodes = fleet
    assert client.run("resource", "inspect", "user", "group", "package").code == 0
    assert not workers(nodes)
    assert client.run("resource", "find", "file", "/etc", "-I", NAMES[0], timeout=120).code == 0
    wait_until(lambda: workers(nodes), 20, "one that is asked of something else starts one")


def test_a_user_is_cloned_with_its_groups(fleet):
    """One node would refuse, one fails, one is silent; each is named. Nothing is changed before somebody agrees."""
    client, nodes = fleet
    refusing, failing, silent = (nodes[name] for name in NAMES[3:])
    targets = [word for name in NAMES[1:] for word in ("-I", name)]
    words = ["resource", "clone", "user", "deploy", "--from", NAMES[0], *targets, "-t", "8"]
    failing.copy.sh("printf '#!/bin/sh\\necho useradd: cannot lock /etc/passwd >&2\\nexit 1\\n' >/usr/sbin/useradd")
    warmed = client.run("resource", "diff", "user", "deploy", "comment=x", timeout=120)  # Ruby is started by the first question
    assert warmed.code == 3, warmed
    before = {name: node.state() for name, node in nodes.items()}
    silent.process.signal(signal.SIGSTOP)
    try:
        declined = client.run(*words, timeout=120)
        assert declined.code == 1 and "Nothing was changed" in declined.err, declined
        assert f"From {NAMES[0]}: user deploy, with its groups deploy, operators. Not copied: uid, gid (--ids), password (--with-password)." in declined.out
        assert re.search(r"^  create   3 nodes   web\[2-3\]\.lab\.test web5\.lab\.test$", declined.out, re.M), declined
        assert re.search(rf"^  refused  1 node    {re.escape(refusing.name)}: The user type is not listed in the type whitelist$", declined.out, re.M), declined
        assert re.search(rf"^  silent   1 node    {re.escape(NAMES[5])}$", declined.out, re.M), declined
        silent.process.signal(signal.SIGCONT)
        assert {name: node.state() for name, node in nodes.items()} == before, "a preview changes nothing"
        silent.process.signal(signal.SIGSTOP)
        cloned = client.run(*words, "-y", "--max-failures", "4", timeout=180)
        assert cloned.code == 2, cloned
        result = cloned.out.partition("silent")[2]
        assert "changed 2   failed 1" in result, cloned
        assert re.search(rf"{re.escape(failing.name)}: .*cannot lock /etc/passwd", result), cloned
    finally:
        silent.process.signal(signal.SIGCONT)
    for name in NAMES[1:3]:
        assert re.fullmatch(r"deploy:x:\d+:\d+:Deploys all:/home/deploy:/bin/bash", nodes[name].account("deploy"))
        assert "deploy" in nodes[name].copy.sh("id -nG deploy").split() and "operators" in nodes[name].copy.sh("id -nG deploy").split()
    assert not refusing.account("deploy") and not silent.account("deploy")


def test_a_second_preview_says_that_nothing_is_left_to_do(fleet):
    client, _ = fleet
    again = client.run("resource", "clone", "user", "deploy", "--from", NAMES[0], "-I", NAMES[1], "-I", NAMES[2], timeout=120)
    assert again.code == 0, again
    assert re.search(r"^  same     2 nodes   web\[2-3\]\.lab\.test$", again.out, re.M), again


def test_a_clone_makes_one_variant(fleet):
    """What the source has not is taken away, too."""
    client, nodes = fleet
    nodes[NAMES[2]].copy.sh("usermod -a -G games deploy")
    more = client.run("resource", "clone", "user", "deploy", "--from", NAMES[0], "-I", NAMES[2], "-y", timeout=120)
    assert more.code == 0, more
    assert re.search(rf"^  change   1 node    {re.escape(NAMES[2])}: groups .*games.* → operators$", more.out, re.M), more
    shown = client.run("resource", "show", "user", "deploy", "-I", NAMES[0], "-I", NAMES[2])
    assert "user deploy on 2 of 2 nodes\n" in shown.out, shown


def test_generated_code_is_puppet_code(fleet, tmp_path):
    client, _ = fleet
    code = client.run("resource", "generate", "user", "deploy", "-I", NAMES[0])
    assert code.code == 0, code
    assert re.search(r"^user \{ 'deploy':\n  ensure +=> 'present',$", code.out, re.M), code
    assert "# password: hidden" in code.out and "$" not in code.out, code
