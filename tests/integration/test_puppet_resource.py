"""Single resources applied by real Puppet, and filters and policies that ask what Puppet manages: each node with directories of its own."""
import json
import os

import pytest

import puppet_home
from conftest import need
from nodes import Client, Node
from processes import run, wait_until

pytestmark = pytest.mark.threads
WEB, DB = "web1.lab.test", "db1.lab.test"
# Those of the machine take Facter longer, on a busy one, than the action has time.
FACTS_FROM_A_FILE = """[main]
certname = {name}
facts_terminus = yaml
"""
# What would spoil a run of ours, or be spoilt by it, if it heeded everything that a node's own runs do.
PUPPET_CONF = FACTS_FROM_A_FILE + """environment = gone
node_terminus = exec
external_nodes = /bin/false
prerun_command = /bin/false
postrun_command = /bin/false
use_cached_catalog = true
strict_environment_mode = true
reports = store,http
noop = false
"""


class ResourceNode(Node):
    """With a directory of its own for what is temporary."""

    def start(self):
        self.environment["TMPDIR"] = str(self.folder / "tmp")
        super().start()


class Site:
    """A node with a server that is not there, and one that applies a manifest of its own."""

    def __init__(self, broker, folder, binaries):
        self.folder, self.binaries = folder, binaries
        self.client = Client(broker, folder / "client", binaries / "mco")
        self.nodes = {name: self._node(broker, name, mode) for name, mode in ((WEB, "agent"), (DB, "apply"))}

    def _node(self, broker, name, mode):
        home = self.folder / name
        (home / "conf").mkdir(parents=True)
        (home / "policies").mkdir()
        puppet_home.add_type(home, "mco_note", puppet_home.NOTE_TYPE)
        (home / "site.pp").write_text(f"file {{ '{home}/Managed': ensure => file, content => 'kept by Puppet' }}\n")
        (home / "var/client_yaml/facts").mkdir(parents=True)
        (home / f"var/client_yaml/facts/{name}.yaml").write_text(f"--- !ruby/object:Puppet::Node::Facts\nname: {name}\nvalues: {{}}\n")
        (home / "conf/puppet.conf").write_text(PUPPET_CONF.format(name=name) if mode == "agent" else FACTS_FROM_A_FILE.format(name=name))
        command = f"puppet {mode} {' '.join(puppet_home.directories(home))}" + (f" --write-catalog-summary {home}/site.pp" if mode == "apply" else "")
        settings = (f"plugin.puppet.splay = 0\nplugin.puppet.command = {command}\n"
                    f"plugin.puppet.paths_cache = {home}/paths.json\n"
                    "plugin.puppet.resource_type_whitelist = file, notify, exec, group, mco_note, nosuch\n"
                    "plugin.puppet.resource_name_whitelist.exec = /bin/true\n"
                    f"plugin.puppet.resource_name_blacklist.file = {home}/secret\n"
                    "rpcauthorization = 1\nrpcauthprovider = action_policy\nplugin.actionpolicy.allow_unconfigured = 1\n")
        (home / "tmp").mkdir()
        return ResourceNode(broker, home, name, {}, ["base"], self.binaries / "mcollectived", extra=settings)

    def path(self, node, name):
        return self.folder / node / name

    def reply(self, node, *words):
        done = self.client.run("rpc", "puppet", "resource", "-j", "-I", node, *words)
        replies = json.loads(done.out)
        assert len(replies) == 1, (done, self.nodes[node].log_text()[-3000:])
        return replies[0]

    def refusal(self, node, *words):
        reply = self.reply(node, *words)
        assert reply["statuscode"] == 1, reply
        return reply["statusmsg"]

    def found(self, expression, *words):
        done = self.client.run("find", "--dt", "1", "-S", expression, *words)
        return sorted(done.out.split())

    def left_behind(self, node):
        """What a run of a node's own writes, with the times of it."""
        names = [self.folder / node / place for place in
                 ("public/last_run_summary.yaml", "var/state/last_run_report.yaml", "var/state/resources.txt", "var/state/classes.txt",
                  "var/state/state.yaml", "var/state/agent_catalog_run.lock", "var/state/transactionstore.yaml")]
        return {str(name): name.stat().st_mtime_ns for name in names if name.exists()}


@pytest.fixture(scope="module")
def site(mco_broker, binaries, tmp_path_factory):
    need(os.path.exists("/usr/bin/puppet"), "puppet-agent")
    made = Site(mco_broker, tmp_path_factory.mktemp("resource"), binaries)
    try:
        wait_until(lambda: len(made.client.run("find", "--dt", "1").out.split()) == 2, 40, "the nodes answer")
        yield made
    finally:
        for node in made.nodes.values():
            node.stop()


@pytest.mark.parametrize("node", [WEB, DB])
def test_a_node_asks_puppet_for_its_paths_before_anybody_asks_the_node(site, node):
    """A filter would wait for a second only."""
    wait_until((site.folder / node / "paths.json").exists, 60, "Puppet has told its paths")
    assert site.found("puppet().enabled=true", "-I", node) == [node]


@pytest.mark.parametrize("node", [WEB, DB])
def test_a_resource_is_changed_once_and_the_nodes_own_state_is_left_alone(site, node):
    path, before = site.path(node, "note"), site.left_behind(node)
    words = ("type=File", f"name={path}", "ensure=present", "mode=0604", "content=s3cret 'quoted' $x")
    reply = site.reply(node, *words)
    assert reply["statuscode"] == 0, reply
    assert reply["data"]["changed"] is True and "defined content" in reply["data"]["result"]
    assert "Applied catalog" not in reply["data"]["result"]
    assert path.read_text() == "s3cret 'quoted' $x" and path.stat().st_mode & 0o7777 == 0o604
    again = site.reply(node, *words)
    assert again["data"] == {"result": "no output produced", "changed": False}
    assert site.left_behind(node) == before
    assert "s3cret" not in site.nodes[node].log_text()
    assert os.listdir(site.path(node, "tmp")) == []


def test_what_fails_says_why(site):
    missing = site.path(WEB, "no/such/directory")
    reply = site.reply(WEB, "type=file", f"name={missing}", "ensure=present")
    assert reply["statuscode"] == 1
    assert reply["statusmsg"].startswith(f"Failed to apply File[{missing}]: ") and "No such file or directory" in reply["statusmsg"]
    assert reply["data"]["changed"] is False and "No such file or directory" in reply["data"]["result"]
    path = site.path(WEB, "x")
    assert "no parameter named 'bogus'" in site.refusal(WEB, "type=file", f"name={path}", "bogus=1")
    assert "Could not retrieve dependency" in site.refusal(WEB, "type=file", f"name={path}", "ensure=present", "require=File[/none]")
    assert "Resource type 'Nosuch' was not found" in site.refusal(WEB, "type=nosuch", "name=x", "ensure=present")
    assert not path.exists()


def test_types_that_puppet_synchronised_can_be_used(site):
    path = site.path(WEB, "thing")
    reply = site.reply(WEB, "type=mco_note", f"name={path}", "value=5")
    assert reply["statuscode"] == 0 and reply["data"]["changed"] is True, reply
    assert path.read_text() == "5"


@pytest.mark.parametrize("words, changed", [
    (("type=notify", "name=hello"), True), (("type=group", "name=mconosuchgroup", "ensure=absent"), False),
    (("type=exec", "name=/bin/true"), True)], ids=str)
def test_other_types(site, words, changed):
    reply = site.reply(WEB, *words)
    assert reply["statuscode"] == 0 and reply["data"]["changed"] is changed, reply


def test_what_is_not_allowed_is_refused(site):
    assert site.refusal(WEB, "type=User", "name=bob", "ensure=present") == "The user type is not listed in the type whitelist"
    assert site.refusal(WEB, "type=exec", "name=/bin/touch /tmp/x") == "The /bin/touch /tmp/x name is not listed in the name whitelist"
    assert "cannot be given" in site.refusal(WEB, "type=exec", "name=/bin/true", "command=/bin/echo")
    secret = f"{site.path(WEB, 'policies')}/../secret"
    assert site.refusal(WEB, "type=file", f"name={secret}", "ensure=present") == f"The {secret} name is listed in the name blacklist"
    assert "cannot be given" in site.refusal(WEB, "type=file", f"name={site.path(WEB, 'x')}", f"path={site.path(WEB, 'secret')}", "ensure=present")
    assert not site.path(WEB, "secret").exists()


def test_where_puppet_keeps_its_files_is_remembered(site):
    site.reply(WEB, "type=notify", "name=x")
    cache = site.path(WEB, "paths.json")
    assert cache.stat().st_mode & 0o7777 == 0o600
    assert json.loads(cache.read_text())["settings"]["vardir"] == str(site.path(WEB, "var"))


@pytest.fixture(scope="module")
def managed(site):
    """The masterless node has run, by itself."""
    home = site.folder / DB
    done = run(["puppet", "apply", *puppet_home.directories(home), "--write-catalog-summary", home / "site.pp"],
               env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"}, timeout=120)
    assert done.code == 0 and (home / "var/state/resources.txt").exists(), done
    return str(home / "Managed")


def test_what_puppet_manages_is_not_touched(site, managed):
    said = site.refusal(DB, "type=file", f"name={managed}", "ensure=absent")
    assert said == f"Puppet is managing the resource 'File[{managed}]', refusing to create conflicting states"
    assert "Puppet is managing" in site.refusal(DB, "type=file", f"name=/{managed}/", "ensure=absent")
    assert os.path.exists(managed)


def asked(site, expression, expected):
    """Puppet is asked for its paths at the first question, and on a loaded machine its second is over by then."""
    wait_until(lambda: site.found(expression) == expected, 60, f"{expression} finds {expected}, not {site.found(expression)}")


def test_filters_choose_by_what_is_managed_and_how_the_last_run_went(site, managed):
    asked(site, f"resource('File[{managed}]').managed=true", [DB])
    asked(site, "resource('File[/etc/nothing]').managed=false", [DB, WEB])
    asked(site, "resource().total_resources>0", [DB])
    asked(site, "resource().failed_resources=0 and puppet().since_lastrun<3600", [DB])
    asked(site, "puppet().status=stopped and not resource().lastrun=0", [DB])


def test_filters_choose_by_the_state_of_the_agent(site, managed):
    asked(site, "puppet().enabled=true", [DB, WEB])
    assert site.client.run("rpc", "puppet", "disable", "message=upgrade", "-I", DB).code == 0
    try:
        asked(site, "puppet().enabled=false", [DB])
        asked(site, "puppet().disable_message=upgrade", [DB])
    finally:
        assert site.client.run("rpc", "puppet", "enable", "-I", DB).code == 0
    asked(site, "puppet().enabled=false", [])


def test_a_wrong_question_is_refused_before_anything_is_sent(site):
    for expression in ("resource('motd').managed=true", "puppet('x').enabled=true", "puppet().nothing=1"):
        done = site.client.run("find", "--dt", "1", "-S", expression)
        assert done.code not in (0, None) and done.err and not done.out.split(), (expression, done)


def test_policies_ask_too(site, managed):
    (site.folder / DB / "policies/rpcutil.policy").write_text(
        f"policy default deny\nallow\t*\tping\tresource('File[{managed}]').managed=true\n"
        "allow\t*\tcollective_info\tpuppet().enabled=false\n")
    assert json.loads(site.client.run("rpc", "rpcutil", "ping", "-j", "-I", DB).out)[0]["statuscode"] == 0
    assert json.loads(site.client.run("rpc", "rpcutil", "collective_info", "-j", "-I", DB).out)[0]["statuscode"] == 1
