"""Resources shown, compared and changed by a real daemon with real Puppet, which has directories of its own; and by the original's client."""
import base64
import concurrent.futures
import hashlib
import json
import os
import pwd
import re
import signal
import subprocess
import zlib
from pathlib import Path

import pytest

import puppet_home
from conftest import need
from nodes import Client, Node, original_available, ruby_environment
from processes import run, wait_until

NODE = "web1.lab.test"
DECLARATION = Path(__file__).parents[2] / "agents/puppetral/puppetral.ddl"
# A state of every kind of value that there is.
ODD_TYPE = r"""Puppet::Type.newtype(:mco_odd) do
  newparam(:name, :namevar => true)
  { :quotes => %q{it's "so"}, :folder => 'C:\temp\\', :dollar => '${facts} $x #{y}', :lines => "a\nb\n", :letters => "\u00dcn\u00efcode \u2603",
    :control => "\e[31m\r$x \"y\" \\",
    :latin => "caf\xE9".b, :list => ["a'", 2, nil, []], :table => { "k'" => { 'l' => nil, 'm' => [true] } }, :number => -7, :least => -2**63,
    :fraction => 1.5, :right => true, :wrong => false, :word => :running, :old_password => "s3cret'" }.each do |name, value|
    newproperty(name) { define_method(:retrieve) { value } }
  end
  newproperty(:token) { def retrieve; Puppet::Pops::Types::PSensitiveType::Sensitive.new('hush'); end }
end
"""
# As clients of the original know the agent: nothing keeps them from asking for a type that is a path.
TRUSTING = """metadata :name => "puppetral", :description => "d", :author => "a", :license => "l", :version => "1.0", :url => "u", :timeout => 180
action "find", :description => "d" do
  display :always
  input :type, :prompt => "t", :description => "t", :type => :string, :validation => '.', :optional => false, :maxlength => 90
  input :title, :prompt => "t", :description => "t", :type => :string, :validation => '.', :optional => false, :maxlength => 90
end
"""
RUBY_CALL = """require "mcollective"
include MCollective::RPC
options = MCollective::Util.default_options
options[:config] = ARGV[0]
client = rpcclient("puppetral", :options => options)
client.progress = false
client.identity_filter(ARGV[1])
replies = client.send(ARGV[2], JSON.parse(ARGV[3], :symbolize_names => true))
puts JSON.generate(replies.map(&:results))
"""


class Site:
    """A node whose Puppet has its own directories, and clients of both kinds."""

    def __init__(self, broker, folder, binaries):
        self.broker, self.folder, self.home = broker, folder, folder / NODE
        self.tree = folder / "tree"
        self.tree.mkdir()
        (self.home / "policies").mkdir(parents=True)
        (self.home / "conf").mkdir()
        (self.home / "conf/puppet.conf").write_text(f"[main]\ncertname = {NODE}\n")
        for name, text in (("mco_note", puppet_home.NOTE_TYPE), ("mco_odd", ODD_TYPE)):
            puppet_home.add_type(self.home, name, text)
        self.directories = puppet_home.directories(self.home)
        self.node = Node(broker, self.home, NODE, {}, ["base"], binaries / "mcollectived", extra=(
            f"plugin.puppet.command = puppet agent {' '.join(self.directories)}\nplugin.puppet.paths_cache = {self.home}/paths.json\n"
            f"plugin.puppetral.directory = {self.home}/puppetral\nplugin.puppetral.apply = yes\n"
            "plugin.puppetral.resource_type_whitelist = file, mco_note, service, package\n"
            f"plugin.puppetral.resource_name_blacklist.file = {self.tree}/secret\n"
            "rpcauthorization = 1\nrpcauthprovider = action_policy\nplugin.actionpolicy.allow_unconfigured = 1\n"))
        self.client = Client(broker, folder / "client", binaries / "mco")

    def path(self, name):
        return str(self.tree / name)

    def replies(self, action, *words, client=None):
        done = (client or self.client).run("rpc", "puppetral", action, "-I", NODE, "--json", *words)
        return done, json.loads(done.out or "[]")

    def reply(self, action, *words, **inputs):
        """The node's only reply. Lists and maps are given as JSON."""
        given = [f"{name}={value if isinstance(value, str) else json.dumps(value)}" for name, value in inputs.items()]
        done, replies = self.replies(action, *words, *given)
        assert len(replies) == 1, (done, self.node.log_text()[-3000:])
        return replies[0]

    def data(self, action, **inputs):
        reply = self.reply(action, **inputs)
        assert reply["statuscode"] == 0, (reply, self.node.log_text()[-3000:])
        return reply["data"]

    def refusal(self, action, **inputs):
        reply = self.reply(action, **inputs)
        assert reply["statuscode"] == 1, reply
        return reply["statusmsg"]

    def checksums(self):
        """Of everything in the tree: what it is, its mode, owner, times and content."""
        def state(path):
            seen = path.lstat()
            content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
            return (seen.st_ino, seen.st_mode, seen.st_uid, seen.st_mtime_ns, seen.st_ctime_ns, content)
        return {str(path): state(path) for path in sorted(self.tree.rglob("*"))}

    def workers(self):
        """The processes that have Puppet loaded for this node; nobody's children, so they are known by their words."""
        script = f"{self.home}/puppetral/worker.rb"
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if script in (process / "cmdline").read_text(errors="replace").split("\0"):
                    found.append(int(process.name))
            except OSError:  # it has ended
                continue
        return found


@pytest.fixture(scope="module")
def site(mco_broker, binaries, tmp_path_factory):
    need(os.path.exists("/usr/bin/puppet"), "puppet-agent")
    made = Site(mco_broker, tmp_path_factory.mktemp("puppetral"), binaries)
    try:
        wait_until(lambda: NODE in made.client.run("find", "--dt", "1").out, 40, "the node answers")
        yield made
    finally:
        made.node.stop()
    wait_until(lambda: not made.workers(), 20, "Puppet ends with the daemon")


def test_a_resource_is_found_as_the_original_tells_it(site):
    found = site.data("find", type="User", title="root")
    root = pwd.getpwnam("root")
    assert found["type"] == "User" and found["title"] == "root" and found["exported"] is False
    assert found["tags"] == ["user", "root"] and found["managed"] == "unknown"
    shown = found["parameters"]
    assert (shown["ensure"], shown["home"], shown["uid"], shown["shell"]) == ("present", root.pw_dir, 0, root.pw_shell)
    assert shown["password"].startswith("[hidden ")
    absent = site.data("find", type="user", title="mconosuchuser")
    assert absent["parameters"] == {"ensure": "absent"}
    assert "Could not find type" in site.refusal("find", type="nosuchtype", title="x")


def test_all_of_a_type_are_listed(site):
    groups = {line.split(":")[0] for line in Path("/etc/group").read_text().splitlines()}
    result = site.data("search", type="group")["result"]
    assert {resource["title"] for resource in result} == groups
    assert all(set(resource) == {"type", "title", "tags", "exported", "parameters"} for resource in result)


def test_digests_are_of_the_lines_that_are_listed(site):
    digests = site.data("digest", types="user,group", salt="pepper")["digests"]
    listed = site.data("list", type="user", salt="pepper")
    lines = zlib.decompress(base64.b64decode(listed["entries"])).decode().splitlines()
    assert listed["count"] == len(lines) == digests["user"]["count"] and listed["next"] == 0
    assert listed["digest"] == digests["user"]["digest"] != digests["group"]["digest"]
    users = dict(json.loads(line) for line in lines)
    assert list(users) == sorted(users, key=str.encode)
    assert users["root"]["group"] == "root" and "uid" not in users["root"]
    again = site.data("list", type="user", salt="pepper", offset=len(lines) - 1)
    assert zlib.decompress(base64.b64decode(again["entries"])).decode().splitlines() == lines[-1:]


def test_types_are_told(site):
    told = site.data("types")
    assert {"file", "user", "mco_note"} <= set(told["types"]) and "user" in told["native"]
    assert told["puppet_version"] == run(["puppet", "--version"], env=puppet_home.ENVIRONMENT).out.strip()


def test_generated_code_is_puppet_code(site):
    """Of values of every kind, under titles that are code themselves, and of what is on this machine; Puppet looks at all of it at once."""
    titles = ("it's \"odd\" ${x} \\", "\u00dcn\u00efcode: { 'x' } \u2603")
    codes = [site.client.run("resource", "generate", "mco_odd", title, "-I", NODE) for title in titles]
    codes += [site.client.run("resource", "generate", name, "--from", NODE) for name in ("user", "group")]
    assert all(code.code == 0 for code in codes), codes
    odd = codes[0].out
    assert r"""mco_odd { 'it\'s "odd" ${x} \\':""" in odd
    for name, value in (("quotes", r"""'it\'s "so"'"""), ("folder", r"'C:\\temp\\'"), ("dollar", "'${facts} $x #{y}'"), ("lines", "'a\nb\n'"),
                        ("control", r"""'\\x1b[31m\\r$x "y" \\'"""), ("letters", "'\u00dcn\u00efcode \u2603'"), ("list", r"['a\'', 2, undef, []]"),
                        ("table", r"{ 'k\'' => { 'l' => undef, 'm' => [true] } }"), ("number", "-7"), ("least", "'-9223372036854775808'"),
                        ("fraction", "'1.5'"), ("right", "true"), ("wrong", "false"), ("word", "'running'")):
        assert re.search(rf"^  {name} +=> {re.escape(value)},$", odd, re.M), (name, odd)
    assert "# latin: not UTF-8" in odd and "# old_password: hidden" in odd and "# token: hidden" in odd
    assert not {word for word in ("s3cret", "hush") if word in odd}
    file = site.folder / "all.pp"
    file.write_bytes("".join(code.out for code in codes).encode())
    done = run(["puppet", "parser", "validate", *site.directories, file], env=puppet_home.ENVIRONMENT)
    assert done.code == 0, done


def test_a_file_is_created_once(site):
    path = site.path("note")
    created = site.data("create", type="File", title=path, ensure="file", mode="0604", content="hello 'x' $y")
    assert created["status"] == "Resource was created" and created["changed"] is True
    assert created["resource"]["parameters"]["ensure"] == "file" and created["resource"]["parameters"]["mode"] == "0604"
    assert Path(path).read_text() == "hello 'x' $y" and os.stat(path).st_mode & 0o7777 == 0o604
    again = site.data("create", type="file", title=path, parameters={"ensure": "file", "mode": "0604"})
    assert again["changed"] is False
    failed = site.reply("create", type="file", title=site.path("no/file"), ensure="file")
    assert failed["statuscode"] == 1 and "No such file or directory" in failed["statusmsg"]
    assert failed["data"]["status"] == failed["statusmsg"] and failed["data"]["resource"]["parameters"]["ensure"] == "absent"


def test_types_that_puppet_synchronised_can_be_used(site):
    path = site.path("thing")
    assert site.data("diff", type="mco_note", title=path, value="5")["in_sync"] is False
    assert site.data("create", type="mco_note", title=path, value="5")["changed"] is True
    assert Path(path).read_text() == "5"
    assert site.data("diff", type="mco_note", title=path, value="5")["in_sync"] is True


def test_a_preview_changes_nothing(site):
    folder = site.tree / "folder"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / name).write_text(name)
        (folder / name).chmod(0o600)
    before = site.checksums()
    wished = [{"type": "file", "title": str(folder), "parameters": {"ensure": "directory", "recurse": True, "mode": "0777"}},
              {"type": "file", "title": str(folder / "b"), "parameters": {"ensure": "absent"}},
              {"type": "file", "title": str(folder / "new"), "parameters": {"ensure": "file", "content": "x"}},
              {"type": "tidy", "title": str(folder), "parameters": {"recurse": True, "age": "0"}},
              {"type": "user", "title": "mconosuchuser", "parameters": {"ensure": "present", "groups": ["mconosuchgroup"]}},
              {"type": "file", "title": str(folder / "no/file"), "parameters": {"ensure": "file"}},
              {"type": "user", "title": "root", "parameters": {"ensure": "present"}}]
    told = site.data("apply", resources=wished)
    outcomes = {result["resource"]: result for result in told["results"]}
    assert told["noop"] is True and told["failed"] == 0
    assert outcomes[f"File[{folder / 'new'}]"]["outcome"] == "would change"
    assert outcomes["User[root]"]["outcome"] == "unchanged"
    assert outcomes["User[mconosuchuser]"]["would_fail"] == "there is no group mconosuchgroup"
    assert outcomes[f"File[{folder / 'no/file'}]"]["would_fail"] == f"there is no directory {folder / 'no'}"
    difference = site.data("diff", type="file", title=str(folder / "a"), mode="0640")["differences"]
    assert [(each["property"], each["is"], each["should"]) for each in difference] == [("mode", "0600", "0640")]
    assert site.checksums() == before
    with pytest.raises(KeyError):
        pwd.getpwnam("mconosuchuser")


def test_several_resources_are_applied_in_one_go(site):
    wished = [{"type": "file", "title": site.path("dir/inside"), "parameters": {"ensure": "file", "content": "x"}},
              {"type": "file", "title": site.path("dir"), "parameters": {"ensure": "directory"}}]
    told = site.data("apply", resources=wished, noop=False)
    assert [result["outcome"] for result in told["results"]] == ["changed", "changed"] and told["changed"] == 2
    assert Path(site.path("dir/inside")).read_text() == "x"
    assert [result["outcome"] for result in site.data("apply", resources=wished)["results"]] == ["unchanged", "unchanged"]


def test_what_is_not_allowed_is_refused(site):
    before = site.checksums()
    other, secret = site.path("other"), site.path("secret")
    assert site.refusal("create", type="user", title="mconosuchuser", ensure="present", password="s3cret") == (
        "User[mconosuchuser]: The user type is not listed in the type whitelist")
    detour = f"{site.tree}/x/../secret"
    wished = [{"type": "file", "title": other, "parameters": {"ensure": "file"}}, {"type": "file", "title": detour, "parameters": {"ensure": "file"}}]
    assert site.refusal("apply", resources=wished, noop=False) == f"File[{detour}]: The {detour} name is listed in the name blacklist"
    for parameter in ("path", "name", "alias"):
        assert "cannot be given" in site.refusal("create", type="file", title=other, ensure="file", **{parameter: secret})
    assert "cannot be given" in site.refusal("diff", type="file", title=other, noop="false")
    assert "reaches more" in site.refusal("create", type="file", title=site.path("."), recurse="true", mode="0777")
    for wished in ({"type": "exec", "title": f"/bin/touch {site.path('pwned')}"}, {"type": "augeas", "title": "x"}):
        assert "without doing something" in site.refusal("diff", **wished)
    assert "would run" in site.refusal("diff", type="exec", title="/bin/true", onlyif=f"/bin/touch {site.path('pwned')}")
    assert "would run" in site.refusal("diff", type="service", title="x", provider="base", status=f"/bin/touch {site.path('pwned')}")
    assert "was hidden" in site.refusal("create", type="file", title=other, ensure="file", content="[hidden 0123ab]")
    assert site.checksums() == before
    assert "s3cret" not in site.node.log_text()


def test_no_name_becomes_a_path_that_puppet_executes(site):
    need(original_available(), "the original (mcollective, mcollective-client)")
    evil = site.folder / "evil.rb"
    evil.write_text(f"File.write('{site.folder}/pwned', 'x')\n")
    upwards = "../" * 12 + str(evil)[1:-len(".rb")]
    libdir = site.folder / "trusting/mcollective/agent"
    libdir.mkdir(parents=True)
    (libdir / "puppetral.ddl").write_text(TRUSTING)
    trusting = Client(site.broker, site.folder / "trusting-client", extra=f"libdir = {site.folder}/trusting\n")
    _, replies = site.replies("find", f"type={upwards[-90:]}", "title=x", client=trusting)
    assert [reply["statuscode"] for reply in replies] == [4] and "type" in replies[0]["statusmsg"], replies
    done, replies = site.replies("find", f"type={upwards}", "title=x")
    assert replies == [] and done.code != 0, "our client does not even send it"
    assert "one word" in site.refusal("create", type="file", title=site.path("x"), provider=upwards)
    assert "one word" in site.refusal("diff", type="user", title="root", provider=upwards)
    assert not (site.folder / "pwned").exists()


def test_a_change_waits_for_the_agents_run(site):
    """The preview, which does not wait, comes back first, though it was asked for later."""
    agent = subprocess.Popen(["puppet agent: applying configuration", "300"], executable="/bin/sleep")
    lock = site.home / "var/state/agent_catalog_run.lock"
    path = site.path("afterwards")
    with concurrent.futures.ThreadPoolExecutor() as pool:
        try:
            lock.parent.mkdir(exist_ok=True)
            lock.write_text(str(agent.pid))
            seen = site.node.log_text().count("create")
            creating = pool.submit(site.data, "create", type="file", title=path, ensure="file")
            wait_until(lambda: site.node.log_text().count("create") > seen, 20, "the request arrives")
            assert site.data("diff", type="file", title=path, ensure="file")["in_sync"] is False
            assert not os.path.exists(path)
        finally:
            lock.unlink()
            agent.kill()
            agent.wait()
        assert creating.result()["changed"] is True


def test_the_worker_ends_when_the_daemon_is_refreshed(site):
    assert site.data("find", type="file", title=str(site.tree))["parameters"]["ensure"] == "directory"
    [before] = site.workers()
    site.node.process.signal(signal.SIGUSR1)
    wait_until(lambda: before not in site.workers(), 20, "the worker ends")
    assert site.data("find", type="file", title=str(site.tree))["parameters"]["ensure"] == "directory"
    assert site.workers() != [before]


@pytest.fixture(scope="module")
def original(site):
    need(original_available(), "the original (mcollective, mcollective-client)")
    libdir = site.folder / "original/mcollective/agent"
    libdir.mkdir(parents=True)
    (libdir / "puppetral.ddl").symlink_to(DECLARATION)
    return Client(site.broker, site.folder / "original-client", extra=f"libdir = {site.folder}/original\n")


def test_clients_of_the_original_call_it(site, original):
    done, replies = site.replies("find", "type=user", "title=root", client=original)
    assert replies and replies[0]["statuscode"] == 0 and replies[0]["data"]["parameters"]["home"] == "/root", done
    _, replies = site.replies("create", "type=file", f"title={site.path('ruby')}", "ensure=file", "content=x", client=original)
    assert replies[0]["data"]["status"] == "Resource was created" and Path(site.path("ruby")).read_text() == "x"


def test_programs_of_the_original_send_maps_and_lists(site, original):
    def call(action, inputs):
        done = run(["ruby", "-e", RUBY_CALL, original.config, NODE, action, json.dumps(inputs)], env=ruby_environment())
        assert done.code == 0, done
        [reply] = json.loads(done.out)
        assert reply["statuscode"] == 0, reply
        return reply["data"]
    path = site.path("ruby-program")
    created = call("create", {"type": "file", "title": path, "parameters": {"ensure": "file", "mode": "0600"}})
    assert created["changed"] is True and os.stat(path).st_mode & 0o7777 == 0o600
    told = call("apply", {"resources": [{"type": "file", "title": path, "parameters": {"mode": "0644"}}], "noop": True})
    assert told["results"][0]["outcome"] == "would change" and os.stat(path).st_mode & 0o7777 == 0o600


def test_policies_tell_looking_from_changing(site):
    policy = site.home / "policies/puppetral.policy"
    policy.write_text("policy default deny\nallow\t*\tfind list\t*\t*\n")
    try:
        assert site.data("find", type="user", title="root")["title"] == "root"
        assert site.data("list", type="group")["count"] > 0
        assert "not authorized" in site.refusal("search", type="user")
        for action in ("diff", "create"):
            assert "not authorized" in site.refusal(action, type="user", title="root")
        assert "not authorized" in site.refusal("apply", resources=[{"type": "user", "title": "root", "parameters": {}}])
    finally:
        policy.unlink()
