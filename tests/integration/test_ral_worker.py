"""The worker with real Puppet: every trap of the specification that it must not fall into ("trap N" is a row of resources §2)."""
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import need
from processes import wait_until
from ral_worker import ENVIRONMENT, OTHER_PUPPET, PATH, ROOT, TWO, Ended, Plugins, RalWorker

CLIMB = "../" * 12  # from any folder of plug-ins to the root
DEBIAN_MODULES = Path("/usr/share/puppet/modules")  # with types that Puppet has had within itself once


class Site:
    """A node's Puppet with folders of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.tools = folder / "tools"
        for name in ("conf", "code", "modules", "tools", "notes"):
            (folder / name).mkdir()
        for name in ("host_core", "cron_core"):
            if (DEBIAN_MODULES / name).exists():
                (folder / "modules" / name).symlink_to(DEBIAN_MODULES / name)
        self.plugins = Plugins(folder / "var/lib")
        self.module = Plugins(folder / "modules/extra/lib")
        # trap 19: an environment that does not exist
        (folder / "conf/puppet.conf").write_text(f"[main]\nenvironment = nowhere\nbasemodulepath = {folder}/modules\n")
        (folder / "evil.rb").write_text(f"File.write('{folder}/pwned', 'x')\n")
        self.workers = []

    def words(self):
        return [f"--confdir={self.folder}/conf", f"--vardir={self.folder}/var", f"--codedir={self.folder}/code"]

    def start(self, name, *words, **options):
        worker = RalWorker(self.folder / name, *self.words(), *words, **options)
        self.workers.append(worker)
        return worker

    def evil(self):
        """A name that leads to a file of Ruby."""
        return f"{CLIMB}{self.folder}/evil".replace("//", "/")

    def executed(self):
        return (self.folder / "pwned").exists()

    def tool(self, name, text):
        path = self.tools / name
        path.write_text(text)
        path.chmod(0o755)
        return path

    def plant(self):
        self.plugins.add("plain")
        self.plugins.add("noisy", "puts 'JUNK'; STDOUT.puts 'JUNK'; $stderr.puts 'ERR'; system('echo JUNK; cat'); Puppet.warning('hey'); "
                         f"warn 'ruby'; Puppet.deprecation_warning('old'); STDIN.read; fork {{ exit }}; Process.wait; {TWO}")
        self.plugins.add("badprop", more="def color; raise Puppet::Error, \"no color for #{name}\" if name == 'b'; 'red'; end")
        for name, act in (("exiter", "exit 3"), ("aborter", "abort 'bye'"), ("deep", "def self.r(n); r(n + 1); end; r(0)"),
                          ("loaderror", "require 'zork'"), ("nomethod", "nil.upcase_it")):
            self.plugins.add(name, act)
        self.plugins.add("quitter", "exit! 4")
        self.plugins.add("endless", f"spawn('sleep', '1000').tap {{ |pid| File.write('{self.folder}/endless', pid.to_s) }}; sleep")
        self.plugins.type("cron", "newparam(:user)")
        self.plugins.provider("cron")
        self.plugins.add("latin1", "[new(name: \"caf\\xE9\".dup.force_encoding('BINARY'), ensure: :present, color: \"\\xE2\\x82-*\".b), "
                         "new(name: 'star', ensure: :present, color: '*'.b)]")
        self.plugins.add("twoprov")
        self.plugins.provider("twoprov", "two", "raise LoadError, 'cannot load such file -- zork'")
        self.plugins.write("provider/twoprov/three.rb", "Puppet::Type.type(:twoprov).provide(:three) do; end; end\n")
        self.plugins.type("noinst")
        self.plugins.write("provider/noinst/one.rb", "Puppet::Type.type(:noinst).provide(:one) do\n  mk_resource_methods\n  def exists?; true; end\n  def color; 'red'; end\nend\n")
        self.plugins.type("noprov")
        self.plugins.type("needy")
        self.plugins.provider("needy", more=f"commands zork: '{self.tools}/zork'")
        self.plugins.type("sticky")
        self.plugins.provider("sticky", "first", "[new(name: 'of_first', ensure: :present)]",
                              f"commands tool: '{self.tools}/sticky'\n  defaultfor kernel: 'Linux'")
        self.plugins.provider("sticky", "second", "[new(name: 'of_second', ensure: :present)]")
        self.plugins.add("secretive", more="def color; Puppet::Pops::Types::PSensitiveType::Sensitive.new('hush'); end")
        self.plugins.write("type/synerr.rb", "Puppet::Type.newtype(:synerr) do; end; end\n")
        self.module.add("modular")
        self.plant_changing_types()

    def plant_changing_types(self):
        notes = self.folder / "notes"
        self.plugins.type("stubborn", "def noop?; false; end")
        self.plugins.provider("stubborn", instances="[]", more=f"def exists?; false; end\n  def create; File.write('{notes}/stubborn', ''); end")
        self.plugins.add("conditional", "[]")
        self.plugins.type("conditional", "newparam(:onlyif)")
        # Keeps what it is told in a file, and can fail or hang on the way.
        self.plugins.type("kept")
        self.plugins.provider("kept", instances=f"Dir.glob('{notes}/*.kept').map {{ |file| new(name: File.basename(file, '.kept'), ensure: :present, "
                              "color: File.read(file)) }", more=f"""
  def self.prefetch(resources); instances.each {{ |one| (it = resources[one.name]) && it.provider = one }}; end
  def create
    raise Puppet::Error, 'it fails' if resource[:color] == 'fail'
    hang if resource[:color] == 'hang'
    File.write("{notes}/#{{resource[:name]}}.kept", resource[:color].to_s)
  end
  def hang
    pid = spawn('setsid', 'sleep', '1000')
    File.write('{self.folder}/hang', pid)
    Process.wait(pid)
  end
  def destroy; File.delete("{notes}/#{{resource[:name]}}.kept"); end
  def color=(value); File.write("{notes}/#{{resource[:name]}}.kept", value); end""")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    need(os.path.exists("/usr/bin/puppet"), "puppet-agent")
    need(os.geteuid() == 0 and subprocess.run(["unshare", "--mount", "true"], check=False).returncode == 0, "root, who may have namespaces of his own,")
    made = Site(tmp_path_factory.mktemp("ral"))
    made.plant()
    yield made
    for worker in made.workers:
        worker.stop()


@pytest.fixture(scope="module")
def worker(site):
    """One for all tests that leave it alive."""
    return site.start("worker", environment=ENVIRONMENT | {"PATH": f"{site.tools}:{PATH}"})


@pytest.fixture
def other(site, request):
    """One for a test that ends it."""
    return site.start(request.node.name)


# --- names -----------------------------------------------------------------------------------------------------------------------


def test_nothing_is_executed_because_of_a_name(worker, site):  # trap 1
    evil = site.evil()
    assert "is not the name of a type" in worker.error("find", type=evil, title="x")
    assert "is not the name of a type" in worker.error("search", type=evil)
    assert "is not the name of a provider" in worker.error("search", type="plain", provider=evil)
    for noop in (True, False):
        assert "is not the name of a type" in worker.apply((evil, "x", {}), noop=noop)["error"]
        assert "is not the name of a provider" in worker.apply(("plain", "x", {"provider": evil}), noop=noop)["error"]
        assert not worker.apply(("plain", "x", {"provider": [evil]}), noop=noop)["ok"]
        assert not worker.apply(("plain", "x", {"require": f"{evil}[x]"}), noop=noop)["ok"]
        assert "is not the name of a type" in worker.apply(("resources", evil, {}), noop=noop)["error"]
        assert not worker.apply(("resources", "plain", {"name": evil}), noop=noop)["ok"]
    assert "is not the name of a type" in worker.error("find", type="resources", title=evil)
    for name in ("user\n", "", "1user", "us er", "user/root", None, 7, ["user"]):
        assert "is not the name of a type" in worker.error("find", type=name, title="x"), name
    assert not site.executed()


def test_titles_do_not_become_options_or_ways_out(worker):
    for type_name, title in (("package", "--pipe=touch /tmp/x"), ("package", "x;touch${IFS}/tmp/x"), ("package", "x|y"), ("package", "x y"),
                             ("service", "-H"), ("service", "../../tmp/evil"), ("user", "-x"), ("group", "-x")):
        assert "cannot be the name of a" in worker.error("find", type=type_name, title=title)
        for names in ((title, {}), ("x", {"name": title})):
            assert "cannot be the name of a" in worker.apply((type_name, *names), noop=True)["error"], names
    assert "a resource needs a title" in worker.error("find", type="plain", title="")
    for noop in (True, False):
        assert worker.apply(("cron", "a", {"user": "root; touch /tmp/x"}), noop=noop)["error"] == "user of a cron should be one word"
    assert worker.apply(("cron", "a", {"user": "www-data"}), noop=True)["ok"]


def test_an_unknown_type_is_none(worker):  # trap 3
    for answer in (worker.ask("find", type="nosuch", title="x"), worker.ask("search", type="nosuch"), worker.apply(("nosuch", "x", {})),
                   worker.apply(("nosuch", "x", {}), noop=True), worker.ask("find", type="foo::bar", title="x")):
        assert not answer["ok"] and answer["error"].startswith("Could not find type "), answer


def test_questions_are_only_those_that_there_are(worker):
    for kind in ("to", "send", "instance_eval", "", None):
        assert "is no question" in worker.error(kind)


# --- reading ---------------------------------------------------------------------------------------------------------------------


def test_the_hello_says_what_there_is_though_the_environment_is_not(worker, site):  # trap 19
    hello = worker.hello
    assert hello["ral"] == 1 and hello["puppet"][0].isdigit() and hello["ruby"][0].isdigit()
    assert hello["libdir"] == f"{site.folder}/var/lib"
    assert f"{site.folder}/modules" in hello["modules"]
    assert f"{site.folder}/conf/puppet.conf" in hello["files"]
    assert f"{site.folder}/modules/extra/lib/puppet" in hello["folders"]
    assert os.path.exists(f"{hello['library']}/version.rb")
    assert hello["resourcefile"].startswith(f"{site.folder}/var/")
    assert worker.titles("modular") == ["a", "b"]


def test_what_providers_print_is_not_said_to_us(worker):  # traps 7, 17
    answer = worker.good("search", type="noisy")
    assert [one["title"] for one in answer["resources"]] == ["a", "b"]
    assert answer["warnings"] == []
    assert any("hey" in line for line in answer["log"])
    printed = worker.log.read_text()
    for word in ("JUNK", "ERR", "ruby"):
        assert word in printed


def test_shape(worker):
    answer = worker.good("search", type="plain")
    assert answer["resources"][0] == {"type": "Plain", "title": "a", "tags": ["plain", "a"], "exported": False,
                                      "parameters": {"ensure": "present", "color": "red"}}
    assert answer["rss"] > 20
    assert worker.good("find", type="plain", title="a")["resource"] == answer["resources"][0]
    assert worker.find("plain", "nosuch") == {"ensure": "absent"}
    assert worker.find("PLAIN", "a") == {"ensure": "present", "color": "red"}


def test_bytes(worker):  # traps 5, 6
    answer = worker.good("search", type="latin1")
    assert [(one["title"], one["parameters"]["color"]) for one in answer["resources"]] == [("caf\ufffd", "\ufffd\ufffd-*"), ("star", "*")]
    assert answer["warnings"] == ["Latin1[caf\ufffd]: bytes that are not UTF-8 are shown as U+FFFD"]


def test_what_providers_raise_is_an_error_and_no_more(worker):  # traps 8, 27
    for name, said in (("exiter", "it wanted to exit with status 3"), ("aborter", "it wanted to exit with status 1"),
                       ("deep", "its calls are nested too deeply"), ("loaderror", "cannot load such file -- zork"),
                       ("nomethod", "undefined method `upcase_it' for nil")):
        error = worker.error("search", type=name)
        assert error.startswith("provider one: ") and said in error and "\n" not in error, error
        assert worker.find(name, "a")["ensure"] == "absent", "it is asked itself instead"
    assert worker.titles("plain") == ["a", "b"]


def test_one_that_fails_does_not_take_the_others_with_it(worker):  # trap 9
    answer = worker.good("search", type="badprop")
    assert [one["title"] for one in answer["resources"]] == ["a"]
    assert answer["warnings"] == ["badprop b (one): no color for b"]
    for _ in range(2):
        answer = worker.good("search", type="twoprov")
        assert [one["title"] for one in answer["resources"]] == ["a", "b"]
        assert len(answer["warnings"]) == 2, answer["warnings"]
        assert answer["warnings"][0].startswith("provider three: Could not autoload puppet/provider/twoprov/three")
        assert answer["warnings"][1] == "provider two: cannot load such file -- zork"
    assert worker.titles("twoprov", provider="one") == ["a", "b"]
    assert "cannot load such file -- zork" in worker.error("search", type="twoprov", **{"except": ["one"]}), "which is not an empty list"
    assert worker.find("noinst", "x") == {"ensure": "present", "color": "red"}


def test_a_broken_type_is_a_name_and_an_error(worker):  # trap 10
    types = worker.good("types")["types"]
    assert {"synerr", "plain", "modular", "user", "package"} <= set(types)
    assert "component" not in types and types == sorted(types)
    for _ in range(2):
        assert "Could not autoload puppet/type/synerr" in worker.error("search", type="synerr")


def test_no_provider_is_an_error_that_names_the_command(worker, site):  # trap 11
    for answer in (worker.error("search", type="needy"), worker.error("find", type="needy", title="x")):
        assert answer == f"no provider for needy is usable here: one needs {site.tools}/zork"
    assert worker.error("search", type="needy", provider="one") == f"this provider of needy is not usable here: one needs {site.tools}/zork"
    assert worker.error("search", type="needy", provider="nosuch") == "needy has no provider nosuch"
    assert "noprov has no providers" in worker.error("search", type="noprov")
    zork = site.tool("zork", "#!/bin/sh\n")
    assert worker.titles("needy") == ["a", "b"]
    zork.unlink()
    assert "is usable here" in worker.error("search", type="needy")


def test_the_default_provider_goes_with_its_tool(worker, site):  # trap 12
    tool = site.tool("sticky", "#!/bin/sh\n")
    assert worker.titles("sticky", provider="system") == ["of_first"]
    assert worker.find("sticky", "of_first")["ensure"] == "present"
    tool.unlink()
    assert worker.titles("sticky", provider="system") == ["of_second"]
    assert worker.find("sticky", "unknown")["ensure"] == "absent"
    assert worker.apply(("sticky", "of_second", {"ensure": "present"}), noop=True)["statuses"][0]["failed"] is False


def test_secrets(worker):
    answer = worker.good("search", type="secretive")
    assert {one["parameters"]["color"] for one in answer["resources"]} == {"[redacted]"}
    assert "hush" not in json.dumps(answer)


def test_special_files_are_not_read(worker, site):  # trap 20
    os.mkfifo(site.folder / "fifo")
    for path, kind in ((str(site.folder / "fifo"), "fifo"), ("/dev/zero", "characterSpecial")):
        found = worker.find("file", path)
        assert found["ensure"] == kind and "content" not in found
    assert worker.find("file", str(site.folder / "evil.rb"))["content"].startswith("{")
    assert worker.find("file", str(site.folder))["ensure"] == "directory"
    assert "all files cannot be listed" in worker.error("search", type="file")


def test_accounts_are_those_of_the_system_now(worker):  # traps 5, 15
    root = worker.find("user", "root")
    assert root["uid"] == 0 and root["home"] == "/root" and root["shell"]
    with open("/etc/shadow", encoding="utf-8") as shadow:
        assert root["password"] == shadow.readline().split(":")[1]
    assert worker.find("user", "mcofresh") == {"ensure": "absent"}
    worker.inside("useradd", "--no-create-home", "--comment", "First", "mcofresh")
    assert worker.find("user", "mcofresh")["comment"] == "First"
    worker.inside("usermod", "--comment", "Second", "mcofresh")
    assert worker.find("user", "mcofresh")["comment"] == "Second"
    assert "mcofresh" in worker.titles("group")
    worker.inside("userdel", "mcofresh")
    assert worker.find("user", "mcofresh") == {"ensure": "absent"}


def test_hosts_are_those_of_the_file_now_and_lines_of_others_stay(worker):  # trap 15
    need((DEBIAN_MODULES / "host_core").exists(), "puppet-module-puppetlabs-host-core")

    def lines():
        return [line.split() for line in worker.inside("cat", "/etc/hosts").splitlines()]
    assert worker.find("host", "mcofresh.lab.test") == {"ensure": "absent"}
    worker.inside("tee", "-a", "/etc/hosts", stdin="192.0.2.1 mcofresh.lab.test fresh\n")
    found = worker.find("host", "mcofresh.lab.test")
    assert (found["ensure"], found["ip"], found["host_aliases"]) == ("present", "192.0.2.1", ["fresh"])
    worker.inside("sed", "-i", "s/^192.0.2.1 /192.0.2.2 /", "/etc/hosts")
    assert worker.find("host", "mcofresh.lab.test")["ip"] == "192.0.2.2" and "mcofresh.lab.test" in worker.titles("host")
    worker.inside("tee", "-a", "/etc/hosts", stdin="# planted\n192.0.2.3 mcoother.lab.test\n")
    done = worker.apply(("host", "mcofresh.lab.test", {"ip": "192.0.2.4"}))
    assert done["ok"] and done["statuses"][0]["changed"], done
    assert ["192.0.2.4", "mcofresh.lab.test", "fresh"] in lines()
    assert ["#", "planted"] in lines() and ["192.0.2.3", "mcoother.lab.test"] in lines(), "which came after the last look"
    worker.inside("sed", "-i", "/mcofresh/d", "/etc/hosts")
    assert worker.find("host", "mcofresh.lab.test") == {"ensure": "absent"}


def test_jobs_of_cron_are_those_of_the_table_now_and_lines_of_others_stay(worker):  # trap 15
    need((DEBIAN_MODULES / "cron_core").exists() and shutil.which("crontab"), "puppet-module-puppetlabs-cron-core, or cron,")

    def plant(*lines):
        worker.inside("crontab", "-u", "root", "-", stdin="".join(f"{line}\n" for line in lines))
    assert worker.find("cron", "mcofresh")["ensure"] == "absent"
    plant("# Puppet Name: mcofresh", "5 * * * * /bin/true")
    found = worker.find("cron", "mcofresh")
    assert (found["ensure"], found["command"], found["minute"]) == ("present", "/bin/true", ["5"])
    plant("MAILTO=nobody", "# planted", "0 1 * * * /bin/planted", "# Puppet Name: mcofresh", "6 * * * * /bin/true")
    done = worker.apply(("cron", "mcofresh", {"command": "/bin/false", "user": "root"}))
    assert done["ok"] and done["statuses"][0]["changed"], done
    table = worker.inside("crontab", "-u", "root", "-l").splitlines()
    assert {"MAILTO=nobody", "# planted", "0 1 * * * /bin/planted", "# Puppet Name: mcofresh", "6 * * * * /bin/false"} <= set(table), "also of the last moment"
    worker.inside("crontab", "-u", "root", "-r")
    assert worker.find("cron", "mcofresh")["ensure"] == "absent"


# --- packages --------------------------------------------------------------------------------------------------------------------

ORACLE = """
require 'puppet'; require 'json'
Puppet.initialize_settings(ARGV)
type = Puppet::Type.type(:package)
names = JSON.parse(STDIN.read)
found = type.provider(:apt).instances.select { |one| names.include?(one.name) }.map do |one|
  resource = type.new(name: one.name, provider: one)
  type.properties.each { |property| resource.newattr(property) }
  described = resource.to_resource
  provider, tags = described[:provider], described.tags.to_a
  [one.name, [described.prune_parameters.to_hash.reject { |name, _| name == :name }.merge(provider: provider), tags]]
end
puts JSON.generate(Hash[found])
"""


def test_packages_of_dpkg_are_what_puppet_says_at_length(worker, site):  # trap 21
    need(shutil.which("dpkg-query"), "dpkg")
    marks = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Package}\n"], capture_output=True, text=True, check=True).stdout
    names = {}
    for line in marks.splitlines():
        names.setdefault(line[:3], []).append(line[4:])
    wanted = [name for some in names.values() for name in some[:12]]
    listed = {one["title"]: [one["parameters"], one["tags"]] for one in worker.good("search", type="package", provider="system")["resources"]}
    assert len(listed) == len({line[4:] for line in marks.splitlines()})
    oracle = subprocess.run(["/usr/bin/ruby", "-e", ORACLE, "--", *site.words()], input=json.dumps(wanted), capture_output=True, text=True, check=True,
                            env=os.environ | OTHER_PUPPET)
    said = json.loads(oracle.stdout)
    assert said and {name: listed[name] for name in said} == said
    assert worker.find("package", wanted[0]) == listed[wanted[0]][0]
    assert worker.find("package", "dpkg")["mark"] == "none"
    for selection, mark in (("hold", "hold"), ("install", "none")):  # trap 15
        worker.inside("dpkg", "--set-selections", stdin=f"dpkg {selection}\n")
        assert worker.find("package", "dpkg")["mark"] == mark


def test_other_package_lists_are_kept_until_their_command_changes(worker, site):  # traps 13, 21
    calls = site.folder / "gem-calls"

    def gem(lists):
        site.tool("gem", f"#!/bin/sh\necho >>{calls}\necho '{lists} (1.0)'\n")

    def called():
        return len(calls.read_text()) if calls.exists() else 0
    gem("first")
    assert worker.titles("package", provider="gem") == ["first"]
    assert worker.titles("package", provider="gem") == ["first"] and called() == 1
    assert worker.find("package", "bash")["provider"] == "apt" and called() == 1
    gem("the-second")
    assert worker.titles("package", provider="gem") == ["the-second"] and called() == 2
    assert worker.apply(("plain", "a", {"ensure": "present"}))["ok"]
    assert worker.titles("package", provider="gem") == ["the-second"] and called() == 3, "after a change it is looked at anew"
    (site.tools / "gem").unlink()
    assert "the-second" not in worker.titles("package", provider="gem")


# --- changes ---------------------------------------------------------------------------------------------------------------------


def test_a_noop_that_would_act_is_refused_before_anything_happens(worker, site):  # trap 2
    answer = worker.apply(("kept", "before", {"ensure": "present", "color": "red"}), ("stubborn", "x", {"ensure": "present"}), noop=True)
    assert answer["error"] == "Stubborn[x] would not keep to a no-op; nothing was done"
    assert not list((site.folder / "notes").iterdir())
    assert worker.apply(("kept", "before", {"ensure": "present"}))["statuses"][0]["changed"], "later ones are none again"
    assert worker.apply(("kept", "before", {"ensure": "absent"}))["statuses"][0]["changed"]


def test_what_acts_while_it_looks_has_no_preview(worker, site):  # trap 4
    mark = site.folder / "acted"
    touch = f"/usr/bin/touch {mark}"
    for type_name, parameters, said in (("exec", {"command": "/bin/true", "unless": touch}, "exec cannot be previewed"),
                                        ("service", {"status": touch, "hasstatus": False, "provider": "base"}, "service cannot be previewed with status"),
                                        ("service", {"path": "/tmp"}, "service cannot be previewed with path"),
                                        ("package", {"command": "/tmp/evil", "provider": "gem"}, "package cannot be previewed with command"),
                                        ("conditional", {"onlyif": touch}, "conditional cannot be previewed with onlyif")):
        assert worker.apply((type_name, "x", parameters), noop=True)["error"].startswith(said)
    assert not mark.exists()


def test_a_preview_changes_nothing_and_says_what_would_be(worker, site):  # traps 2, 18
    secret = site.folder / "secret"
    secret.write_text("old secret")
    before = worker.changed()
    wanted = [("user", "root", {"comment": "changed", "groups": ["daemon"]}), ("user", "mconew", {"ensure": "present", "managehome": True}),
              ("group", "mconew", {"ensure": "present"}), ("group", "daemon", {"ensure": "absent"}), ("package", "bash", {"ensure": "absent"}),
              ("package", "hello", {"ensure": "present"}), ("file", "/etc/mconew", {"ensure": "file", "content": "x"}),
              ("file", str(secret), {"content": "new"}), ("file", "/srv/mconew", {"ensure": "directory"}), ("notify", "hey", {}),
              ("tidy", "/etc", {"recurse": True, "matches": "*.conf"}), ("resources", "group", {"purge": True}),
              ("kept", "new", {"ensure": "present", "noop": False})]
    answer = worker.apply(*wanted, noop=True)
    assert answer["ok"], answer
    by_name = {status["ref"]: status for status in answer["statuses"]}
    assert list(by_name) == [f"{name.capitalize()}[{title}]" for name, title, _ in wanted]
    for ref in ("User[root]", "User[mconew]", "Group[daemon]", "Package[bash]", "File[/etc/mconew]", "Kept[new]"):
        assert by_name[ref]["out_of_sync"] and not by_name[ref]["changed"] and not by_name[ref]["failed"], by_name[ref]
    comment = next(event for event in by_name["User[root]"]["events"] if event["property"] == "comment")
    assert comment["desired"] == "changed" and comment["status"] == "noop" and "changed" in comment["message"]
    assert worker.changed() == before
    assert secret.read_text() == "old secret" and "old secret" not in json.dumps(answer)
    assert not list((site.folder / "notes").iterdir())
    assert {path.name for path in (site.folder / "var").iterdir()} <= {"lib", "clientbucket"}, "no state among Puppet's own"
    assert not (worker.home / "private/state.yaml").exists(), "nor does it grow among ours"


def test_nothing_is_said_to_be_done_where_puppet_is_told_to_do_nothing(site):
    answer = site.start("told_noop", "--noop").apply(("kept", "undone", {"ensure": "present", "color": "red"}))
    assert answer["error"] == "noop is set in the configuration of Puppet; nothing was done"
    assert not list((site.folder / "notes").iterdir())


def test_changes_in_order_with_what_became_of_each(worker, site):  # traps 22, 24
    answer = worker.apply(("kept", "late", {"ensure": "present", "color": "blue", "require": "Kept[bad]"}),
                          ("kept", "bad", {"ensure": "present", "color": "fail"}),
                          ("kept", "good", {"ensure": "present", "color": "red", "list": ["x", "y"], "number": "7"}),
                          ("plain", "a", {"ensure": "present", "color": None}))
    assert answer["ok"], answer
    late, bad, good, same = answer["statuses"]
    assert [status["ref"] for status in answer["statuses"]] == ["Kept[late]", "Kept[bad]", "Kept[good]", "Plain[a]"]
    assert late["skipped"] and not late["failed"] and late["events"] == []
    assert bad["failed"] and not bad["changed"] and "it fails" in bad["events"][0]["message"] and bad["events"][0]["status"] == "failure"
    assert good["changed"] and good["events"][0] == {"property": "ensure", "previous": "absent", "desired": "present", "message": "created", "status": "success"}
    assert any("it fails" in line for line in answer["log"])
    assert worker.find("kept", "good") == {"ensure": "present", "color": "red"}
    changed = worker.apply(("kept", "good", {"color": "green"}))["statuses"][0]
    assert changed["events"][0]["previous"] == "red" and changed["events"][0]["desired"] == "green"
    assert worker.find("kept", "good")["color"] == "green"
    assert not worker.apply(("kept", "good", {"color": "green"}))["statuses"][0]["out_of_sync"]
    assert worker.apply(("kept", "good", {"ensure": "absent"}))["ok"] and worker.find("kept", "good") == {"ensure": "absent"}
    for wrong, said in (({"nosuch": "x"}, "no parameter named"), ({"ensure": "perhaps"}, "Invalid value")):
        assert said in worker.apply(("kept", "good", wrong))["error"]
    assert "already declared" in worker.apply(("kept", "a", {}), ("kept", "a", {}))["error"]
    assert not list((site.folder / "notes").iterdir()) and same["ref"] == "Plain[a]"


def test_accounts_change_and_a_user_waits_for_its_group(worker):
    done = worker.apply(("user", "mconew", {"ensure": "present", "gid": "mconew", "password": "*", "groups": ["daemon", "adm"]}),
                        ("group", "mconew", {"ensure": "present"}))
    assert all(status["changed"] for status in done["statuses"]), done
    found = worker.find("user", "mconew")
    assert sorted(found["groups"]) == ["adm", "daemon"] and found["password"] == "*"
    failing = worker.apply(("user", "mcolate", {"ensure": "present", "gid": "mcotaken"}), ("group", "mcotaken", {"ensure": "present", "gid": "0"}))
    assert [(status["skipped"], status["failed"]) for status in failing["statuses"]] == [(True, False), (False, True)], failing
    assert worker.find("user", "mcolate") == {"ensure": "absent"}
    assert {"etc/passwd", "etc/shadow", "etc/group"} <= set(worker.changed()), "in the copy"
    assert worker.apply(("user", "mconew", {"ensure": "absent"}))["statuses"][0]["changed"]


# --- ends ------------------------------------------------------------------------------------------------------------------------


def test_one_that_cannot_start_says_why(site):  # trap 28
    empty = site.folder / "empty"
    empty.mkdir()
    (empty / "puppet.rb").write_text("raise LoadError, 'cannot load such file -- puppet'\n")
    assert site.start("missing", ruby=["-I", str(empty)]).hello == {
        "ral": 1, "error": "Puppet is not installed here: cannot load such file -- puppet"}
    setpriv = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    homeless = RalWorker(site.folder / "homeless", prefix=setpriv, environment={"PATH": PATH, "LANG": "C.UTF-8", **OTHER_PUPPET})
    site.workers.append(homeless)
    assert homeless.hello.keys() == {"ral", "error"} and homeless.hello["error"], homeless.hello


def test_it_ends_when_nobody_asks(site):
    idle = site.start("idle", idle=1)
    assert idle.read_end(60) == [{"bye": "idle"}]


def test_an_end_in_a_question_is_an_end(other):  # trap 8
    with pytest.raises(Ended):
        other.ask("search", type="quitter")


def test_a_change_that_takes_too_long_ends_with_its_children(other, site):
    with pytest.raises(Ended):
        other.apply(("kept", "never", {"ensure": "present", "color": "hang"}), limit=1)
    child = int((site.folder / "hang").read_text())
    wait_until(lambda: not os.path.exists(f"/proc/{child}") or ") Z " in open(f"/proc/{child}/stat", encoding="utf-8").read(), 20, "its child ended")


def test_an_answer_that_takes_too_long_ends_with_its_children(other, site):
    """Also when the daemon is gone, which would have seen to it."""
    with pytest.raises(Ended) as ended:
        other.ask("search", type="endless", limit=1)
    assert "it took more than 1 s" in str(ended.value)
    child = int((site.folder / "endless").read_text())
    wait_until(lambda: not os.path.exists(f"/proc/{child}") or ") Z " in open(f"/proc/{child}/stat", encoding="utf-8").read(), 20, "its child ended")


def test_what_needs_too_much_memory_ends():
    greedy = "require ARGV[0]; kept = []; Mco::Bounds.within(nil, 80) { loop { kept << 'x' * 1_000_000; sleep 0.002 } }"
    done = subprocess.run(["/usr/bin/ruby", "-e", greedy, ROOT / "puppet/ral/worker/bounds.rb"], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (1, "it needed more than 80 MiB\n")


def test_it_ends_with_its_input(worker):
    assert worker.titles("plain") == ["a", "b"]
    assert worker.end_of_input() == 0
