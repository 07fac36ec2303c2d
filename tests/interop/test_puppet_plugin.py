"""The puppet agent among the original's: its Ruby client drives our agent, our client its puppet plug-in.

What needs no more than Debian's packages always runs. The plug-in itself is in no package: with MCO_PUPPET_PLUGIN naming a folder of its
files (agent, application, util, data, aggregate and validator of mcollective-puppet-agent 1.14 in it) the rest runs, too.
"""
import difflib
import json
import os
import re
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from brokers import McoBroker
from conftest import need
from nodes import Client, original_available
from processes import Process, run, wait_until
from puppet_plugin import VARIABLE, ControlledNode, PuppetFiles, declarations_libdir, plugin_folder, plugin_libdir
from puppet_server import ENVIRONMENT

NAMES = ("node1.lab.test", "node2.lab.test", "node3.lab.test")
PAINTED = {"CLICOLOR_FORCE": "1"}  # the original paints into pipes, too
CHANGING = [
    (r"hosts in \d+\.\d\d ms", "hosts in T ms"),
    (r"last completed run (.* ago|never)", "last completed run T ago"),
    (r"Since Last Run: \d+", "Since Last Run: T"),
    (r"(Start Time|Discovery Time|Agent Time|Total Time): .*(?:ms|\+0000)", r"\1: T"),
    (r"Initiated at: \d{10}", "Initiated at: T"),
    (r"Time since last run \(seconds\): .*", "Time since last run (seconds): T"),
    (r"at \d{4}-\d\d-\d\d \d\d:\d\d", "at T"),
    (r"(?m)^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d: ", "T: "),
    (r"\r[^\n]*(?=\d+ / \d+)", "\r"),
    (r":initiated_at=>\d{10}", ":initiated_at=>T"),
    (r"since_lastrun(=>|: )\d+", r"since_lastrun\1T"),
    (r" \(corrective\)", ""),  # Puppet remembers what it made before
    (r", use -v for full error backtrace details", ""),  # there are none with ours
    (r"invalid value for Integer\(\): \"(\w+)\"", r"The concurrency for the runall command has to be a whole number, not '\1'"),
]
OURS_SAY_MORE = [
    (r"\n(Never completed a run|Completed one in the future[^:\n]*): [^\n]*\n", ""),
    (r",\s+:run=>\"[^\"]*\"", ""),               # the name of a run that was started, to ask run_result
    (r", which input \w+ must be", ""),          # which of the words cannot be read
    (r"look like a boolean argument", "look like a boolean"),
]


def need_puppet():
    need(original_available(), "the original (mcollective, mcollective-client)")
    need(os.path.exists("/usr/bin/puppet"), "puppet-agent")


def need_plugin():
    """Not on CI: nobody packages the plug-in."""
    if not plugin_folder():
        pytest.skip(f"{VARIABLE} does not name a folder with the original's puppet plug-in")


def everybody(client, count):
    """All answer, and know where their Puppet keeps its files: until then a node cannot answer filters in time."""
    return len(client.run("find", "--dt", "1").out.split()) == count and len(answers(client, "status")) == count


def answers(client, action, *words):
    """Reply data by sender, of those that succeeded; messages of the others."""
    done = client.run("rpc", "puppet", action, "-j", *words)
    assert done.out, done
    return {reply["sender"]: reply["data"] if reply["statuscode"] == 0 else reply["statusmsg"] for reply in json.loads(done.out)}


# ---- Debian's client with our declarations


class Declared:
    """Two of our nodes with a Puppet without a server, and both clients; the original's knows of puppet what our declarations say."""

    NAMES = ("db1.lab.test", "web1.lab.test")

    def __init__(self, broker, folder, binaries):
        libdir = declarations_libdir(folder / "libdir")
        self.nodes = {name: ControlledNode(broker, folder / name, name, binaries / "mcollectived", extra="plugin.puppet.splay = 0\n",
                                           facts={"role": name[:-len("1.lab.test")]},
                                           manifest=f"file {{ '{folder}/{name}/motd': ensure => file, content => 'kept by Puppet' }}\n")
                      for name in self.NAMES}
        self.ours = Client(broker, folder / "client", binaries / "mco")
        self.original = Client(broker, folder / "ruby-client", extra=f"libdir = {libdir}\n")
        self.folder = folder

    def motd(self, name):
        return self.folder / name / "motd"


@pytest.fixture(scope="module")
def declared(mco_broker, binaries, tmp_path_factory):
    need_puppet()
    made = Declared(mco_broker, tmp_path_factory.mktemp("declared"), binaries)
    wait_until(lambda: everybody(made.ours, len(made.NAMES)), 40, f"the nodes answer; logs in {made.folder}")
    yield made
    for node in made.nodes.values():
        node.stop()


def test_the_original_client_runs_puppet_where_the_filter_matches(declared):
    done = declared.original.run("rpc", "puppet", "runonce", "-F", "role=web")
    assert done.code == 0, done
    wait_until(lambda: answers(declared.original, "last_run_summary", "-I", "web1.lab.test")["web1.lab.test"]["lastrun"] > 0, 90, "the run")
    assert declared.motd("web1.lab.test").read_text() == "kept by Puppet"
    assert not declared.motd("db1.lab.test").exists()
    assert answers(declared.original, "status")["db1.lab.test"]["lastrun"] == 0


def test_the_original_client_asks_how_its_run_ended(declared):
    name = "web1.lab.test"
    declared.motd(name).write_text("changed by hand")
    started = answers(declared.original, "runonce", "-I", name)[name]

    def result():
        return answers(declared.original, "run_result", f"run={started['run']}", "since=0", "-I", name)[name]
    wait_until(lambda: result()["state"] == "finished", 90, "the run has finished")
    assert result()["outcome"] == "changed" and result()["changed_resources"] == 1
    assert any("motd" in line for line in result()["output"])


def test_the_original_client_enables_and_disables(declared):
    name = "db1.lab.test"
    assert answers(declared.original, "disable", "message=kernel upgrade", "-I", name)[name]["enabled"] is False
    assert answers(declared.original, "runonce", "-I", name) == {name: "Puppet is disabled: 'kernel upgrade'"}
    assert answers(declared.original, "disable", "-I", name) == {name: "Could not disable Puppet: Already disabled"}
    assert answers(declared.original, "enable", "-I", name)[name] == {"status": "Succesfully enabled the Puppet agent", "enabled": True}
    assert answers(declared.original, "enable", "-I", name) == {name: "Could not enable Puppet: Already enabled"}


def without_boolean_summaries(text):
    """What both clients show of a summary that one of them has no function for."""
    return re.sub(r"\x1b\[1mSummary of (Enabled|Daemon Running|enabled|daemon_present):\x1b\[0m\n\n[^\n]*\n\n", "", text)


def replaced(text):
    for pattern, replacement in CHANGING + OURS_SAY_MORE:
        text = re.sub(pattern, replacement, text)
    return text


@pytest.mark.parametrize("action", ["status", "last_run_summary"])
def test_screens_and_summaries_are_the_same(declared, action):
    nodes = [word for name in declared.NAMES for word in ("-I", name)]
    ours, original = [replaced(client.run("rpc", "puppet", action, *nodes, env=PAINTED).out)
                      for client in (declared.ours, declared.original)]
    assert sorted(without_boolean_summaries(ours).split("\n")) == sorted(without_boolean_summaries(original).split("\n"))
    assert "Summary of" in without_boolean_summaries(ours)


def test_without_the_plugin_one_aggregate_is_missing_and_said_to_be(declared):
    """boolean_summary came with the plug-in: whoever has its files installed keeps it."""
    done = declared.original.run("rpc", "puppet", "status", env=PAINTED)
    assert done.code == 0, done
    assert done.out.count("Could not compute summary - exception raised while processing startup hook") == 2
    assert "Aggregate function file 'boolean_summary.rb' cannot be loaded" in done.err
    assert "   enabled = 2" in declared.ours.run("rpc", "puppet", "status").out


@pytest.mark.parametrize("words", [
    ["runonce", "noop=perhaps"], ["runonce", "splaylimit=soon"], ["disable", "message=a;b"], ["disable", "message=" + 121 * "x"],
    ["last_run_summary", "logs=5"], ["run_result"], ["run_result", "run=../etc"], ["run_result", "run=" + 81 * "x"],
    ["run_result", "run=a", "since=x"], ["nosuch"]], ids=str)
def test_both_clients_refuse_bad_inputs_with_the_same_words(declared, words):
    ours, original = [client.run("rpc", "puppet", *words, env=PAINTED) for client in (declared.ours, declared.original)]
    assert ours.code == original.code == 1
    assert replaced(ours.err) == replaced(original.err)


@pytest.mark.parametrize("word, validator", [
    ("tags=a", "puppet_tags"), ("environment=a", "puppet_variable"), ("server=a", "puppet_server_address")])
def test_without_the_plugin_the_original_client_cannot_check_some_inputs(declared, word, validator):
    done = declared.original.run("rpc", "puppet", "runonce", word)
    assert done.code == 1 and f"Unknown validator: '{validator}'" in done.err


# ---- The plug-in itself


class Site:
    """Three nodes and both clients. `libdir`: the nodes are the original's with the plug-in there."""

    def __init__(self, folder, binaries, libdir, is_ours):
        (folder / "kept").mkdir(parents=True)
        self.folder = folder
        self.broker = McoBroker(binaries / "mco-broker", folder)
        program = binaries / "mcollectived" if is_ours else None
        self.nodes = [ControlledNode(self.broker, folder / name, name, program, None if is_ours else libdir,
                                     extra="plugin.puppet.resource_type_whitelist = file,notify,nosuch\n"
                                           "plugin.puppet.resource_name_blacklist.file = /etc/shadow,/etc/passwd\n") for name in NAMES]
        self.ours = Client(self.broker, folder / "client", binaries / "mco")
        self.original = Client(self.broker, folder / "ruby-client", extra=f"libdir = {libdir}\n")
        (folder / "nodes.txt").write_text("".join(f"{name}\n" for name in NAMES))

    def puppets(self):
        return [node.puppet for node in self.nodes]

    def screen(self, client, case, ended, daemons):
        """What a command shows, and what it left behind, when the nodes are as the case wants them."""
        for puppet in self.puppets():
            puppet.reset()
        case.state(self.puppets(), ended, daemons)
        listed = ["--nodes", self.folder / "nodes.txt"] if case.listed else []
        made = self.folder / "made"
        made.unlink(missing_ok=True)
        done = client.run(*(word.replace("{folder}", str(self.folder)) for word in case.words), *listed, env=PAINTED)
        left = [f"{puppet.disabled_lock.exists()} {puppet.disabled_lock.read_text() if puppet.disabled_lock.exists() else ''}"
                for puppet in self.puppets()]
        if case.calls:
            wait_until(lambda: sum(len(puppet.called()) for puppet in self.puppets()) == case.calls, 20, f"{case.calls} runs after {done}")
        calls = [puppet.called() for puppet in self.puppets()]
        text = f"exit {done.code}\n--- stdout\n{done.out}\n--- stderr\n{done.err}\n--- disabled\n{left}\n--- calls\n{calls}"
        for puppet in self.puppets():
            text = text.replace(str(puppet.home), "{home}")
        return replaced(text.replace(str(self.folder), "{folder}") + f"\n--- made\n{made.read_text() if made.exists() else None}")

    def stop(self):
        for node in self.nodes:
            node.stop()
        self.broker.stop()


class Daemon:
    """A process as Puppet's daemon: notes that it was woken."""

    def __init__(self, folder):
        folder.mkdir(exist_ok=True)
        self.woken = folder / "woken"
        program = ("import signal, sys\n"
                   "signal.signal(signal.SIGUSR1, lambda *_: open(sys.argv[1], 'a').write('woken\\n'))\n"
                   "print('ready', flush=True)\n"
                   "while True: signal.pause()\n")
        self.process = Process([sys.executable, "-c", program, self.woken], folder / "daemon.log", env=ENVIRONMENT)
        wait_until(lambda: "ready" in self.process.output(), 20, "the daemon has started")

    @property
    def pid(self):
        return self.process.pid


def mixed(puppets, ended, _):
    """Ran, ran and disabled since, never ran."""
    for puppet in puppets[:2]:
        shutil.copy(ended.summary, puppet.summary)
        shutil.copy(ended.report, puppet.report)
        puppet.resources.write_text("file[/etc/motd]\nconcat::fragment[a]\nconcat::fragment[b]\n")
    puppets[1].disable("kernel upgrade")


def busy(puppets, _, daemon):
    """Applying a catalog, idling, and a daemon that applies one."""
    for puppet in (puppets[0], puppets[2]):
        puppet.run_lock.write_text(str(daemon.pid))
    for puppet in puppets[1:]:
        puppet.pidfile.write_text(str(daemon.pid))


def idling(puppets, _, daemon):
    for puppet in puppets:
        puppet.pidfile.write_text(f"{daemon.pid}\n")


def left_behind(puppets, _, __):
    """Locks of processes that are gone, and one that is empty."""
    puppets[0].run_lock.write_text("4194305")
    puppets[1].pidfile.write_text("4194305")
    puppets[2].run_lock.write_text("")


def odd(puppets, ended, _):
    """Locks without a message, and a summary of a run whose catalog failed."""
    puppets[0].disabled_lock.write_text("{}")
    puppets[1].disable("")
    puppets[2].summary.write_text("---\nversion:\n  config:\n  puppet: 6.28.0\ntime:\n  last_run: 1600000000\nevents:\n  total: 0\n")


def fresh(*_):
    pass


@dataclass
class Case:
    words: list
    state: object = mixed
    listed: bool = True
    calls: int = 0       # so many runs are started
    why: str = ""        # why we differ, on purpose
    aside: str = ""      # what a difference takes out of the screens
    ours: str = ""       # what our node makes the screens have there


def puppet(*words, **more):
    return Case(["puppet", *words], **more)


def rpc(*words, **more):
    return Case(["rpc", "puppet", *words], **more)


def resource(*words, **more):
    """Of one node only: all of them share a disk."""
    return Case(["puppet", "resource", *words, "-I", NAMES[0]], listed=False, **more)


def find(expression, **more):
    return Case(["find", "-S", expression, "--dt", "1"], listed=False, **more)


SCREEN = r"(?<=\n--- stdout\n).*(?=\n--- stderr\n)"
CRASH = "what cannot be applied is a failure with a reason, not an exception of the agent's"
CASES = {
    "status": puppet("status"),
    "status_verbose": puppet("status", "-v"),
    "status_busy": puppet("status", state=busy),
    "status_left_behind": puppet("status", state=left_behind),
    "status_odd": puppet("status", state=odd),
    "count": puppet("count"),
    "count_busy": puppet("count", state=busy),
    "summary": puppet("summary"),
    "summary_fresh": puppet("summary", state=fresh),
    "summary_odd": puppet("summary", state=odd),
    "enable": puppet("enable"),
    "enable_verbose": puppet("enable", "-v"),
    "disable": puppet("disable"),
    "disable_message": puppet("disable", "upgrade of 'the' kernel"),
    "disable_empty": puppet("disable", ""),
    "disable_bad": puppet("disable", "a;b"),
    "runonce": puppet("runonce", calls=2),
    "runonce_busy": puppet("runonce", state=busy),
    "runonce_idling": puppet("runonce", state=idling),
    "runonce_idling_options": puppet("runonce", "--tags", "a", state=idling),
    "runonce_idling_splay": puppet("runonce", "--splay", "--splaylimit", "5", state=idling),
    "runonce_left_behind": puppet("runonce", state=left_behind, calls=3),
    "runonce_odd": puppet("runonce", state=odd, calls=1, why="a lock without a message has none", aside=r"(?<=Puppet is disabled): ''"),
    "runonce_force": puppet("runonce", "--force", state=fresh, calls=3),
    "runonce_options": puppet("runonce", "--tags", "a,b::c", "--tag", "d", "--noop", "--environment", "test", "--splay",
                              "--splaylimit", "7", "--use_cached_catalog", "--ignoreschedules", state=fresh, calls=3),
    "runonce_no_options": puppet("runonce", "--no-noop", "--no-splay", "--no-use_cached_catalog", state=fresh, calls=3),
    "runonce_limit_alone": puppet("runonce", "--splaylimit", "7", state=fresh, calls=3),
    "runonce_limit_no_splay": puppet("runonce", "--no-splay", "--splaylimit", "7", state=fresh, calls=3),
    "runonce_server": puppet("runonce", "--server", "puppet.example.net:8141"),
    "runonce_verbose": puppet("runonce", "-v", state=fresh, calls=3),
    "tags_blank_after_comma": puppet("runonce", "--tags", "a, b", state=fresh),
    "tags_blank": puppet("runonce", "--tags", "a b", state=fresh),
    "tags_shell": puppet("runonce", "--tags", "a;b", state=fresh),
    "tags_digit": puppet("runonce", "--tags", "a::1", state=fresh),
    "environment_bad": puppet("runonce", "--environment", "../etc", state=fresh),
    "server_bad": puppet("runonce", "--server", "not_a_name", state=fresh),
    "server_bad_port": puppet("runonce", "--server", "a:b", state=fresh),
    "splaylimit_bad": puppet("runonce", "--splaylimit", "soon", state=fresh),
    "force_splay": puppet("runonce", "--force", "--splay"),
    "force_splaylimit": puppet("runonce", "--force", "--splaylimit", "3"),
    "no_action": puppet(),
    "unknown_action": puppet("explode"),
    "runall_nothing": puppet("runall"),
    "runall_zero": puppet("runall", "0"),
    "runall_negative": puppet("runall", "-1"),
    "runall_word": puppet("runall", "many"),
    "resource_nothing": puppet("resource"),
    "resource_no_name": puppet("resource", "file"),
    "resource_property": puppet("resource", "file", "/tmp/x", "ensure"),
    "resource_type": resource("user", "root", "ensure=absent"),
    "resource_name": resource("file", "/etc/shadow", "ensure=absent"),
    "resource_managed": resource("file", "/etc/motd", "ensure=absent"),
    "resource_change": resource("file", "{folder}/made", "ensure=present", "content=a=b"),
    "resource_no_change": resource("file", "{folder}/kept", "ensure=directory"),
    "resource_noop": resource("file", "{folder}/made", "ensure=present", "noop=true"),
    "resource_fails": resource("file", "{folder}/nowhere/made", "ensure=present"),
    "resource_bad_value": resource("file", "{folder}/made", "ensure=perhaps"),
    "resource_bad_property": resource("file", "{folder}/made", "colour=red", why=CRASH, aside=SCREEN,
                                      ours=r"Failed to apply File\[{folder}/made\]: no parameter named 'colour'"),
    "resource_no_property": resource("notify", "hello"),
    "resource_unknown_type": resource("nosuch", "hello", why=CRASH, aside=SCREEN,
                                      ours=r"Failed to apply Nosuch\[hello\]: Resource type 'Nosuch' was not found"),
    "rpc_status": rpc("status"),
    "rpc_status_busy": rpc("status", state=busy),
    "rpc_last_run_summary": rpc("last_run_summary"),
    "rpc_last_run_summary_logs": rpc("last_run_summary", "logs=true"),
    "rpc_last_run_summary_odd": rpc("last_run_summary", state=odd),
    "rpc_runonce": rpc("runonce", "-v", calls=2),
    "rpc_splaylimit_real": rpc("runonce", "splay=true", "splaylimit=1.5", state=fresh),
    "rpc_splaylimit_negative": rpc("runonce", "splay=true", "splaylimit=-1", state=fresh),
    "rpc_ignoreschedules": rpc("runonce", "ignoreschedules=true", state=fresh, calls=3),
    "rpc_status_mixed": rpc("status", "-v"),
    "rpc_force": rpc("runonce", "force=true", "splay=true", state=fresh, calls=3),
    "rpc_force_false": rpc("runonce", "force=false", "tags=a", state=fresh, calls=3),
    "find_disabled": find("puppet().enabled=false"),
    "find_enabled": find("puppet().enabled=true"),
    "find_applying": find("puppet().applying=true", state=busy),
    "find_idling": find("puppet().idling=true", state=busy),
    "find_daemon": find("puppet().daemon_present=true", state=busy),
    "find_status": find("puppet().status='applying a catalog'", state=busy),
    "find_message": find("puppet().disable_message=/upgrade/"),
    "find_never_ran": find("puppet().lastrun=0"),
    "find_long_ago": find("puppet().since_lastrun>1000000"),
    "find_managed": find("resource('File[/etc/motd]').managed=true"),
    "find_managed_as_written": find("resource('file[/etc/motd]').managed=true"),
    "find_unmanaged": find("resource('file[/etc/motd]').managed=false"),
    "find_nothing_like_a_resource": find("resource('motd').managed=true"),
    "find_total": find("resource().total_resources>5"),
    "find_version": find("resource().config_version=unknown"),
    "find_both": find("puppet().enabled=true and resource().failed_resources=0"),
    "data_puppet": Case(["rpc", "rpcutil", "get_data", "source=puppet"]),
    "data_resource": Case(["rpc", "rpcutil", "get_data", "source=resource", "query=file[/etc/motd]"]),
    "data_resource_no_query": Case(["rpc", "rpcutil", "get_data", "source=resource"]),
}


class Stage:
    """Our nodes and the original's, and every screen that either client shows of either."""

    def __init__(self, folder, binaries):
        libdir = plugin_libdir(folder / "libdir")
        self.sites = {}
        self.ended = PuppetFiles(folder / "ended", NAMES[0], f"notify {{ 'hello': }}\nfile {{ '{folder}/motd': ensure => file }}\n")
        self.daemon = Daemon(folder / "daemon")
        try:
            for kind in ("our nodes", "the plug-in"):
                self.sites[kind] = Site(folder / kind.split()[1], binaries, libdir, kind == "our nodes")
            done = run([*self.ended.command.split(), "--color=false"], env=ENVIRONMENT)
            assert done.code == 0 and self.ended.report.exists(), done
            for site in self.sites.values():
                wait_until(lambda s=site: everybody(s.ours, len(NAMES)), 40, f"the nodes answer; logs in {folder}")
        except BaseException:
            self.stop()
            raise

    def screens(self, case):
        """By who shows it of whose nodes."""
        def on(site):
            return site.screen(site.original, case, self.ended, self.daemon), site.screen(site.ours, case, self.ended, self.daemon)
        with ThreadPoolExecutor(len(self.sites)) as pool:
            shown = list(pool.map(on, self.sites.values()))
        return {f"{client} of {kind}": text for kind, texts in zip(self.sites, shown)
                for client, text in zip(("the original's", "ours"), texts)}

    def stop(self):
        for site in self.sites.values():
            site.stop()
        self.daemon.process.stop()


@pytest.fixture(scope="module")
def stage(binaries, tmp_path_factory):
    need_plugin()
    need_puppet()
    made = Stage(tmp_path_factory.mktemp("plugin"), binaries)
    yield made
    made.stop()


@pytest.mark.parametrize("name", CASES)
def test_either_client_shows_the_same_of_either_kind_of_nodes(stage, name):
    case = CASES[name]
    screens = stage.screens(case)
    reference = screens.pop("the original's of the plug-in")
    different = {who: difference(case, reference, text) for who, text in screens.items()}
    assert {who: lines for who, lines in different.items() if lines} == {}
    for who in ("the original's of our nodes", "ours of our nodes"):
        assert re.search(case.ours, screens[who]), screens[who]


def test_every_difference_has_a_reason():
    assert [name for name, case in CASES.items() if bool(case.why) != bool(case.aside)] == []


def difference(case, reference, text):
    """The lines that only one of the screens has, in any order."""
    return [line for line in difflib.ndiff(compared(case, reference), compared(case, text)) if line[0] in "-+"]


def compared(case, text):
    return sorted((re.sub(case.aside, "", text, flags=re.S) if case.aside else text).split("\n"))


def test_empty_tags_do_not_stand_for_everything(stage):
    """The original's node takes them for none at all and applies the whole catalog; a script's empty variable means something else."""
    ours = stage.sites["our nodes"]
    for puppet in ours.puppets():
        puppet.reset()
    done = ours.ours.run("puppet", "runonce", "--tags", "")
    assert done.code == 2 and done.out.count("Invalid tag '' specified") == len(NAMES), done
    assert [puppet.called() for puppet in ours.puppets()] == [[], [], []]


# ---- Both kinds of nodes in one fleet


class Mixed:
    """Two nodes of each kind with a Puppet without a server; each run leaves a line in the node's ledger."""

    NAMES = ("ours1.lab.test", "ours2.lab.test", "ruby1.lab.test", "ruby2.lab.test")

    def __init__(self, folder, binaries):
        libdir = plugin_libdir(folder / "libdir")
        self.folder = folder
        self.broker = broker = McoBroker(binaries / "mco-broker", folder)
        self.nodes = {name: ControlledNode(broker, folder / name, name, None if name.startswith("ruby") else binaries / "mcollectived",
                                           libdir if name.startswith("ruby") else None, extra="plugin.puppet.splay = 0\n", manifest="")
                      for name in self.NAMES}
        self.ours = Client(broker, folder / "client", binaries / "mco")
        self.original = Client(broker, folder / "ruby-client", extra=f"libdir = {libdir}\n")

    def runs(self):
        return {name: len(path.read_text().split()) if (path := self.folder / name / "ledger").exists() else 0 for name in self.NAMES}

    def manifest(self, name, text):
        self.nodes[name].puppet.site.write_text(text)

    def reset(self):
        """Nobody ran, and nobody is disabled."""
        for name, node in self.nodes.items():
            node.puppet.reset()
            self.manifest(name, f"exec {{ '/bin/sh -c \"echo run >>{self.folder}/{name}/ledger\"': }}\n")
            (self.folder / name / "ledger").unlink(missing_ok=True)

    def stop(self):
        for node in self.nodes.values():
            node.stop()
        self.broker.stop()


@pytest.fixture(scope="module")
def whole_mix(binaries, tmp_path_factory):
    need_plugin()
    need_puppet()
    made = Mixed(tmp_path_factory.mktemp("mixed"), binaries)
    wait_until(lambda: everybody(made.ours, len(made.NAMES)), 40, f"the nodes answer; logs in {made.folder}")
    yield made
    made.stop()


@pytest.fixture
def mix(whole_mix):
    whole_mix.reset()
    return whole_mix


@pytest.fixture(params=["ours", "original"])
def mco(mix, request):
    return getattr(mix, request.param)


def test_filters_select_disabled_nodes_of_both_kinds(mix, mco):
    for name in ("ours2.lab.test", "ruby1.lab.test"):
        mix.nodes[name].puppet.disable("kernel upgrade")
    assert sorted(mco.run("find", "-S", "puppet().enabled=false").out.split()) == ["ours2.lab.test", "ruby1.lab.test"]
    assert sorted(mco.run("find", "-S", "puppet().enabled=true").out.split()) == ["ours1.lab.test", "ruby2.lab.test"]


def test_runall_runs_every_enabled_node_once(mix, mco):
    mix.nodes["ruby2.lab.test"].puppet.disable("kernel upgrade")
    done = mco.run("puppet", "runall", "2", timeout=120)
    assert done.code == 0, done
    expected = {name: 0 if name == "ruby2.lab.test" else 1 for name in mix.NAMES}
    wait_until(lambda: mix.runs() == expected, 60, f"{expected}, not {mix.runs()}")


def test_our_client_waits_for_the_runs_of_both_kinds(mix):
    done = mix.ours.run("puppet", "runonce", "--wait", timeout=120)
    assert done.code == 0, done
    assert mix.runs() == dict.fromkeys(mix.NAMES, 1)
    for name in mix.NAMES:
        assert re.search(rf"{name}.*changed", done.out), done


def test_our_client_tells_which_runs_failed(mix):
    """A node that cannot tell why has no more than the number."""
    for name in ("ours1.lab.test", "ruby1.lab.test"):
        mix.manifest(name, "exec { '/bin/false': }\n")
    done = mix.ours.run("puppet", "runonce", "--wait", timeout=120)
    assert done.code == 2, done
    assert re.search(r"(?m)^ +changed: 2$", done.out) and re.search(r"(?m)^ +failed: 2$", done.out), done
    assert "'/bin/false' returned 1 instead of one of [0]" in done.out, done


def test_resources_are_refused_by_both_kinds(mix, mco):
    done = mco.run("puppet", "resource", "notify", "hello", timeout=120)
    assert done.code == 2 and done.out.count("The notify type is not listed in the type whitelist") == len(mix.NAMES), done
