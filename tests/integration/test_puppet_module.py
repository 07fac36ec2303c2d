"""Our Puppet module on real machines, with a real Puppet Server: what it deploys works, a second run changes nothing, and what it takes away is gone.

The tests share the machines of one site and leave it as they found it. docs/tests.md says what they cost.
"""
import re

import pytest

from conftest import need
from module_site import ADMIN, BROKER, CHANGED, FAILED, NODES, UNCHANGED, ModuleSite, settings
from processes import wait_until
from puppet_server import PuppetServer

pytestmark = pytest.mark.machines

WEB1, WEB2, WEB3 = NODES
OPERATORS = ("alice", "bob")
SERVICE = "mcollective.service"
RULES = [{"callers": "cert=alice.mcollective"}]
SEEN_AGAIN = 75  # seconds: daemons and brokers look every minute whether their list of revoked certificates changed
DEMO_DDL = """metadata :name => "demo", :description => "What a site has of its own", :author => "nobody", :license => "Apache-2.0",
         :version => "1.0", :url => "https://example.net", :timeout => 5
action "look", :description => "Looks" do
end
"""
# Two modules of the site that know nothing of each other. In the order of their lines' text the second would come first.
AUDIT = """class audit {
  mcollective::policy::rule { 'bob looks at no status': agent => 'puppet', action => 'deny', callers => 'cert=bob.mcollective', actions => ['status'], order => 20 }
}
"""
OPERATIONS = """class operations {
  mcollective::policy::rule { 'bob looks at Puppet':
    agent => 'puppet', callers => 'cert=bob.mcollective', actions => ['last_run_summary', 'status'], order => 30,
  }
}
"""


@pytest.fixture(scope="module")
def site(debian_packages):
    need(PuppetServer.available(), "puppetserver")
    made = ModuleSite(debian_packages)
    try:
        deploy(made)
        yield made
    finally:
        made.stop()


def deploy(site):
    """From nothing: a broker, two nodes, and two operators whose certificates the CA's admin signs."""
    site.data("common", brokers=[BROKER], site_rules=RULES, policies={"puppet": {}, "rpcutil": {}}, plugin_settings={"puppet": {"splay": 0}})
    site.data(BROKER, classes=["mcollective::broker"])
    site.data(ADMIN, classes=["mcollective"], server=False, client=True, users={name: {"request": True} for name in OPERATORS})
    site.module("demo", "class demo { }\n", {"mcollective/agent/demo.ddl": DEMO_DDL})
    site.module("audit", AUDIT)
    site.module("operations", OPERATIONS)
    for name in OPERATORS:
        site.new_operator(name)
    for name in NODES:
        site.data(name, classes=["mcollective"])
    for name in (BROKER, WEB1, WEB2):
        site[name].settle()
    site[ADMIN].agent(CHANGED)
    site.server.ca("sign", "--certname", ",".join(f"{name}.mcollective" for name in OPERATORS))
    site[ADMIN].settle()


def daemon(site, name):
    """The process of a node's daemon."""
    return site[name].unit(SERVICE, "MainPID")


def kept(machine):
    """What a node is configured by."""
    return {path for path in machine.files() if path.startswith(("/etc/mcollective/", "/usr/local/"))}


def test_a_site_from_nothing(site):
    site.wait_found(WEB1, WEB2)
    ping = site.mco("alice", "ping")
    assert all(f"{name} " in ping for name in (WEB1, WEB2)) and "2 replies" in ping
    assert "Debian" in site.mco("alice", "facts", "os.family")
    status = site.mco("alice", "puppet", "status")
    assert all(f"{name}: Currently stopped; last completed run" in status for name in (WEB1, WEB2))
    for name in (WEB1, WEB2):
        told = settings(site[name].read("/etc/mcollective/server.cfg"))
        assert (told["securityprovider"], told["plugin.activemq.pool.1.port"], told["plugin.activemq.pool.1.ssl"]) == ("x509", "61614", "1")
        assert told["identity"] == name and told["classesfile"] == "/var/cache/puppet/state/classes.txt"
    assert sorted(site.mco("alice", "find", "-C", "mcollective").split()) == [WEB1, WEB2], "classes are those of Puppet's last run"


def test_without_a_certificate_nobody_gets_in(site):
    site[ADMIN].sh("useradd --create-home mallory")
    done = site[ADMIN].login("mallory", "mco", "find")
    assert done.code == 1 and done.out == "" and "ertificate" in done.err, done


def test_keys_stay_where_they_were_made(site):
    """No catalog has one, and nobody else may read them."""
    for name in (BROKER, WEB1, ADMIN):
        catalog = site[name].read(f"/var/cache/puppet/client_data/catalog/{name}.json")
        assert "File" in catalog and "PRIVATE KEY" not in catalog and '"Cron"' not in catalog
    for user in OPERATORS:
        assert site[ADMIN].sh(f"stat -c '%a %U' /home/{user}/.mcollective") == f"600 {user}\n"
        key = settings(site[ADMIN].read(f"/home/{user}/.mcollective"))["plugin.x509.private_key"]
        assert re.fullmatch(f"[64][04]0 {user}\n", site[ADMIN].sh(f"stat -c '%a %U' {key}"))
    assert site[BROKER].sh("stat -c '%a %U' /etc/mcollective/broker") == "700 mco-broker\n"


def test_a_new_node_answers_after_its_first_run(site):
    site[WEB3].agent(CHANGED)
    wait_until(lambda: WEB3 in site.found(), 5, f"{WEB3} answers")
    site[WEB3].agent(UNCHANGED)


def test_the_run_that_restarts_the_daemon_is_reported(site):
    before = daemon(site, WEB1)
    site.data(WEB1, server_settings={"loglevel": "debug"}, site_facts={"site": "lab"})
    shown = site.mco("alice", "puppet", "runonce", "--wait", "-I", WEB1)
    assert re.search(rf"{WEB1}: changed \d+ of \d+ resources", shown), shown
    assert daemon(site, WEB1) not in (before, "0")
    assert settings(site[WEB1].read("/etc/mcollective/server.cfg"))["loglevel"] == "debug"
    assert site.mco("alice", "find", "-F", "site=lab").split() == [WEB1]
    site[WEB1].agent(UNCHANGED)
    site.data(WEB1, server_settings=None, site_facts=None)
    site[WEB1].settle()


def test_a_plugin_of_another_module_comes_and_goes(site):
    """With its settings and its policy, and with one restart each time."""
    web = site[WEB1]
    files = ("/usr/local/share/mcollective/mcollective/agent/demo.ddl", "/etc/mcollective/plugin.d/demo.cfg", "/etc/mcollective/policies/demo.policy")
    before, started = kept(web), web.count(SERVICE)
    site.data(WEB1, plugins={"demo": {"settings": {"colour": "blue"}, "policy": {"rules": [{"callers": "cert=bob.mcollective", "actions": ["look"]}]}}})
    web.settle()
    assert [web.exists(file) for file in files] == [True] * 3
    assert settings(web.read(files[1])) == {"colour": "blue"}
    assert "cert=bob.mcollective" in web.read(files[2])
    assert web.count(SERVICE) == started + 1
    site.data(WEB1, plugins=None)
    web.settle()
    assert kept(web) == before and web.count(SERVICE) == started + 2


def test_what_nobody_manages_is_purged_and_the_daemon_told(site):
    web = site[WEB1]
    started = web.count(SERVICE)
    web.write("/etc/mcollective/plugin.d/stray.cfg", "level = 1\n")
    web.write("/etc/mcollective/policies/stray.policy", "policy default allow\n")
    web.settle()
    assert not web.exists("/etc/mcollective/plugin.d/stray.cfg") and not web.exists("/etc/mcollective/policies/stray.policy")
    assert web.count(SERVICE) == started + 1


def test_policies_never_restart(site):
    before = daemon(site, WEB1)
    site.data(WEB1, caller_groups={"watchers": ["cert=bob.mcollective"]}, policies={"puppet": {"rules": [{"callers": "watchers"}]}})
    site[WEB1].settle()
    assert site.rpc("bob", "puppet", "status", "-I", WEB1)[WEB1][0] == 0
    site.data(WEB1, caller_groups=None, policies=None)
    site[WEB1].settle()
    assert site.rpc("bob", "puppet", "status", "-I", WEB1)[WEB1][0] != 0
    assert daemon(site, WEB1) == before


def test_a_wrong_setting_fails_the_run_and_the_daemon_goes_on(site):
    web, before = site[WEB1], daemon(site, WEB1)
    good = web.read("/etc/mcollective/server.cfg")
    site.data(WEB1, server_settings={"securityprovider": "none_such"})
    for _ in range(2):
        assert "none_such" in web.agent(FAILED).out
        assert web.read("/etc/mcollective/server.cfg") == good and daemon(site, WEB1) == before
    site.wait_found(WEB1, WEB2, WEB3)
    site.data(WEB1, server_settings=None)
    web.agent(UNCHANGED)


def test_a_wrong_setting_of_a_plugin_fails_every_run_until_it_is_mended(site):
    web, before = site[WEB1], daemon(site, WEB1)
    site.data(WEB1, plugin_settings={"puppet": {"splaylimit": "soon"}})
    for _ in range(2):
        web.agent(FAILED)
        assert daemon(site, WEB1) == before
    site.wait_found(WEB1, WEB2, WEB3)
    site.data(WEB1, plugin_settings=None)
    web.settle()
    assert web.unit(SERVICE) == "active"


def test_rules_of_two_modules_keep_their_order(site):
    web, before = site[WEB1], daemon(site, WEB1)
    site.data(WEB1, classes=["mcollective", "audit", "operations"])
    web.settle()
    policy = web.read("/etc/mcollective/policies/puppet.policy")
    places = [policy.index(text) for text in ("policy default deny", "deny\tcert=bob", "allow\tcert=bob", "allow\tcert=alice")]
    assert places == sorted(places), policy
    assert site.rpc("bob", "puppet", "status", "-I", WEB1)[WEB1][0] != 0, "or the rules were sorted"
    assert site.rpc("bob", "puppet", "last_run_summary", "-I", WEB1)[WEB1][0] == 0
    assert site.rpc("alice", "puppet", "status", "-I", WEB1)[WEB1][0] == 0
    site.data(WEB1, classes=["mcollective"])
    web.settle()
    assert site.rpc("bob", "puppet", "last_run_summary", "-I", WEB1)[WEB1][0] != 0
    assert daemon(site, WEB1) == before


def test_no_server_leaves_nothing_of_a_server(site):
    web = site[WEB2]
    site.data(WEB2, server=False)
    web.settle()
    assert web.unit(SERVICE) != "active"
    assert kept(web) <= web.fresh
    site.wait_found(WEB1, WEB3)
    site.data(WEB2, server=None)
    web.settle()
    site.wait_found(WEB1, WEB2, WEB3)


def test_absent_leaves_nothing(site):
    web = site[WEB3]
    site.data(WEB3, ensure="absent")
    web.settle()
    web.put_aside()
    assert web.files() - web.fresh <= {"/etc/mcollective"}
    assert web.unit(SERVICE, "LoadState") == "not-found"
    site.wait_found(WEB1, WEB2)
    site.data(WEB3, ensure=None)
    web.settle()
    site.wait_found(WEB1, WEB2, WEB3)


def test_a_revoked_operator_is_refused(site):
    """Puppet 7 fetches its list of revoked certificates once: the module brings the server's. Last, for bob does not come back."""
    site.wait_found(WEB1, WEB2, WEB3, user="bob")
    before = daemon(site, WEB1)
    site.server.ca("revoke", "--certname", "bob.mcollective")
    site[WEB1].settle()
    wait_until(lambda: WEB1 not in site.found("bob"), SEEN_AGAIN, f"{WEB1} refuses bob")
    assert site.found("bob") == [WEB2, WEB3], "the others have not been told yet"
    assert daemon(site, WEB1) == before
    site[BROKER].settle()
    wait_until(lambda: not site.found("bob"), SEEN_AGAIN, "the broker refuses bob")
    site.wait_found(WEB1, WEB2, WEB3)
