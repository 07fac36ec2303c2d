"""Puppet agents of a real Puppet Server: what runs when it is asked to, and what is told of it. Puppet's own files are the witness."""
import re

import pytest

from processes import wait_until
from puppet_server import PuppetSite

WEB = tuple(f"web{number}.lab.test" for number in range(1, 5))
DB = tuple(f"db{number}.lab.test" for number in range(1, 5))
NEVER_RUN = DB[3]
ELSEWHERE = WEB[3]  # its server is not where its puppet.conf says


@pytest.fixture(scope="module")
def site(puppet_server, mco_broker, binaries, tmp_path_factory):
    made = PuppetSite(puppet_server, mco_broker, tmp_path_factory.mktemp("puppet"), binaries,
                      special={ELSEWHERE: {"extra": "plugin.puppet.allow_server_override = 1\n"}})
    yield made
    made.stop()


def start(site, name, *words):
    """Has `mco puppet runonce` start a run, which it does."""
    done = site.client.run("puppet", "runonce", "-I", name, *words)
    assert done.code == 0 and "1 / 1" in done.out, done
    return done


def run_to_end(site, name, *words):
    """A run by `mco puppet runonce`; returns its report."""
    before = site[name].runs()
    start(site, name, *words)
    site[name].wait_ended(before + 1)
    assert site[name].runs() == before + 1
    return site[name].report()


def refusal(site, name, *words):
    """The words with which the node refuses to run; it does not run, then."""
    agent = site[name]
    before = (agent.runs(), site.server.reports(name))
    done = site.client.run("puppet", "runonce", "-I", name, *words)
    assert done.code == 2, done
    assert (agent.runs(), site.server.reports(name)) == before
    return done.out


def test_runonce_on_a_filtered_half_runs_exactly_those_and_each_once(site):
    half = WEB[:3] + DB[:1]
    catalogs = {name: site.server.catalogs(name) for name in site.roles}
    reports = {name: site.server.reports(name) for name in site.roles}
    for name in site.roles:
        site[name].holds(site[name].file("motd", f"for {name}"))
    done = site.client.run("puppet", "runonce", "-S", "role=web and not role=mail", "-I", "/^web[123]/")
    assert done.code == 0 and "3 / 3" in done.out, done
    done = site.client.run("puppet", "runonce", "-F", "role=db", "-I", "/1/")
    assert done.code == 0 and "1 / 1" in done.out, done
    for name in half:
        site[name].wait_ended(1)
    for name in site.roles:
        agent, ran = site[name], int(name in half)
        assert agent.runs() == ran, name
        assert site.server.catalogs(name) - catalogs[name] == ran, name
        assert site.server.reports(name) - reports[name] == ran, name
        assert (agent.home / "motd").exists() == bool(ran)
        if ran:
            assert (agent.home / "motd").read_text() == f"for {name}"
            assert agent.report()["host"] == name and agent.report()["status"] == "changed"


def test_noop_changes_nothing_and_tells_what_would_change(site):
    agent = site[DB[1]]
    agent.holds(agent.file("motd"))
    report = run_to_end(site, DB[1], "--noop")
    assert not (agent.home / "motd").exists()
    assert report["noop"] and report["noop_pending"]
    told = site.data("last_run_summary", "logs=true", "-I", DB[1])[DB[1]]
    assert told["out_of_sync_resources"] == 1 and told["changed_resources"] == 0
    assert [line["msg"] for line in told["logs"] if line["source"].endswith(f"File[{agent.home}/motd]/ensure")] == [
        "current_value 'absent', should be 'file' (noop)"]


def test_tags_restrict_a_run_to_what_has_one_of_them(site):
    agent = site[DB[1]]
    agent.holds(*(agent.file(name, more=f"tag => '{name}'") for name in ("kernel", "web", "mail")))
    run_to_end(site, DB[1], "--tag", "web", "--tags", "mail")
    assert {name: (agent.home / name).exists() for name in ("kernel", "web", "mail")} == {"kernel": False, "web": True, "mail": True}


def test_another_environment_gives_another_catalog(site):
    agent = site[DB[2]]
    agent.holds(agent.file("motd", "from production"))
    agent.holds(agent.file("motd", "from staging"), environment="staging")
    report = run_to_end(site, DB[2], "--environment", "staging")
    assert report["environment"] == "staging"
    assert (agent.home / "motd").read_text() == "from staging"
    assert run_to_end(site, DB[2])["environment"] == "production"
    assert (agent.home / "motd").read_text() == "from production"


def test_a_cached_catalog_is_applied_without_asking_the_server(site):
    agent = site[DB[2]]
    agent.holds(agent.file("cached", "old"))
    assert run_to_end(site, DB[2])["cached_catalog_status"] == "not_used"
    agent.holds(agent.file("cached", "new"))
    (agent.home / "cached").unlink()
    catalogs = site.server.catalogs(DB[2])
    assert run_to_end(site, DB[2], "--use_cached_catalog")["cached_catalog_status"] == "explicitly_requested"
    assert site.server.catalogs(DB[2]) == catalogs
    assert (agent.home / "cached").read_text() == "old"


def test_another_server_is_asked_where_the_node_allows_it(site):
    agent = site[ELSEWHERE]
    config = agent.home / "conf/puppet.conf"
    config.write_text(config.read_text().replace(f"serverport = {site.server.port}", "serverport = 1"))
    agent.holds(agent.file("motd"))
    report = run_to_end(site, ELSEWHERE, "--server", f"127.0.0.1:{site.server.port}")
    assert report["status"] == "changed" and (agent.home / "motd").exists()
    assert "Passing 'server' option is not allowed in module configuration" in refusal(site, WEB[0], "--server", "localhost")


def test_a_disabled_node_refuses_to_run_and_says_why(site):
    assert site.client.run("puppet", "disable", "kernel upgrade", "-I", WEB[1]).code == 0
    assert "Puppet is disabled: 'kernel upgrade'" in refusal(site, WEB[1])
    assert "kernel upgrade" in site[WEB[1]].run("--verbose").out  # so does Puppet itself
    assert site.client.run("puppet", "enable", "-I", WEB[1]).code == 0
    run_to_end(site, WEB[1])


def test_a_node_that_applies_a_catalog_refuses_to_run_again(site):
    agent = site[WEB[0]]
    agent.holds(agent.gated())
    start(site, WEB[0])
    wait_until(agent.waiting.exists, 60, "the run is under way")
    assert "Puppet is currently applying a catalog, cannot run now" in refusal(site, WEB[0])
    before = agent.runs()
    agent.open()
    agent.wait_ended(before + 1)
    assert agent.runs() == before + 1


def test_a_daemon_is_signalled_and_takes_no_options(site):
    agent = site[DB[0]]
    before = agent.runs()
    agent.start_daemon()
    agent.wait_ended(before + 1)
    for words in (["--noop"], ["--tag", "web"], ["--environment", "staging"]):
        assert "Cannot specify any custom puppet options when the daemon is running" in refusal(site, DB[0], *words)
    agent.holds(agent.file("signalled"))
    assert site.data("runonce", "-I", DB[0])[DB[0]]["summary"] == "Signalled the running Puppet Daemon"
    agent.wait_ended(before + 2)
    assert (agent.home / "signalled").exists() and agent.runs() == before + 2
    agent.stop_daemon()


STATES = {"running": WEB[0], "disabled": WEB[1], "failed resource": WEB[2], "failed catalog": DB[2], "idle": DB[0], "never run": NEVER_RUN}


@pytest.fixture(scope="module")
def states(site):
    """A node in each of STATES, and Puppet itself brought it there."""
    agents = {state: site[name] for state, name in STATES.items()}
    agents["running"].shut()
    agents["running"].holds(agents["running"].gated())
    agents["disabled"].holds(agents["disabled"].file("motd", "before it was disabled"))
    agents["failed resource"].holds(agents["failed resource"].file("missing/motd"), agents["failed resource"].file("motd", "although one failed"))
    agents["failed catalog"].holds("fail('no catalog for you')")
    agents["idle"].holds(agents["idle"].file("motd", "by the daemon"))
    before = {state: agent.runs() for state, agent in agents.items()}
    agents["idle"].start_daemon()
    for state in ("disabled", "failed resource", "failed catalog"):
        agents[state].run("--no-usecacheonfailure")
    agents["disabled"].run("--disable", "moved to \"rack 7\"")
    site.client.run("puppet", "runonce", "-I", STATES["running"])
    agents["idle"].wait_ended(before["idle"] + 1)
    wait_until(agents["running"].waiting.exists, 90, "a run is under way")
    yield agents
    agents["running"].open()
    agents["running"].wait_ended(before["running"] + 1)
    agents["idle"].stop_daemon()
    agents["disabled"].run("--enable")


def true_ones(data):
    """What is so in a reply of `status`."""
    return {name for name in ("applying", "enabled", "daemon_present", "idling") if data[name]}


def test_status_tells_each_state_as_puppet_left_it(site, states):
    told = {state: site.data("status", "-I", STATES[state])[STATES[state]] for state in states}
    assert {state: data["status"] for state, data in told.items()} == {
        "running": "applying a catalog", "disabled": "disabled", "failed resource": "stopped", "failed catalog": "stopped",
        "idle": "idling", "never run": "stopped"}
    assert {state: true_ones(data) for state, data in told.items()} == {
        "running": {"applying", "enabled"}, "disabled": set(), "failed resource": {"enabled"}, "failed catalog": {"enabled"},
        "idle": {"enabled", "daemon_present", "idling"}, "never run": {"enabled"}}
    for state, data in told.items():
        summary = states[state].summary()
        assert data["lastrun"] == (summary["time"]["last_run"] if summary else 0), state
        assert data["disable_message"] == ("moved to \"rack 7\"" if state == "disabled" else "")
        without = ", without a catalog" if state == "failed catalog" else ""
        when = ".* seconds ago" if summary else "never"
        assert re.fullmatch(f"Currently {data['status']}; last completed run {when}{without}", data["message"])
    assert states["never run"].summary() is None


def test_status_on_the_screen_and_count_add_the_states_up(site, states):
    done = site.client.run("puppet", "status")
    assert done.code == 0, done
    for state, data in ((state, site.data("status", "-I", STATES[state])[STATES[state]]) for state in states):
        assert f"{STATES[state]}: Currently {data['status']}; last completed run" in done.out
    count = site.client.run("puppet", "count")
    assert count.code == 0, count
    assert dict(re.findall(r"^ *([^:\n]+): (\d+)$", count.out, re.M)) == {
        "Total Puppet nodes": "8", "Nodes currently enabled": "7", "Nodes currently disabled": "1",
        "Nodes currently doing puppet runs": "1", "Nodes currently stopped": "7", "Nodes with daemons started": "1",
        "Nodes without daemons started": "7", "Daemons started but idling": "1"}


def section(summary, name):
    return (summary or {}).get(name) or {}


def test_last_run_summary_equals_what_puppet_wrote(site, states):
    for state, agent in states.items():
        name, summary = STATES[state], agent.summary()
        data = site.data("last_run_summary", "logs=true", "-I", name)[name]
        for ours, theirs in (("out_of_sync", "out_of_sync"), ("failed", "failed"), ("changed", "changed"), ("total", "total"),
                             ("corrected", "corrective_change")):
            assert data[f"{ours}_resources"] == section(summary, "resources").get(theirs, 0), (state, ours)
        assert data["total_time"] == section(summary, "time").get("total", 0), state
        assert data["config_retrieval_time"] == section(summary, "time").get("config_retrieval", 0), state
        assert data["lastrun"] == section(summary, "time").get("last_run", 0), state
        assert data["config_version"] == section(summary, "version").get("config", "unknown"), state
        types = [line.split("[")[0].capitalize() for line in agent.resources()]
        assert data["type_distribution"] == {kind: types.count(kind) for kind in types}, state
        for key, value in (summary or {}).items():
            if key != "resources":
                assert data["summary"][key] == value, (state, key)
        logs = (agent.report() or {"logs": []})["logs"]
        assert [(line["level"], line["source"], line["msg"]) for line in data["logs"]] == [
            (line["level"].lstrip(":"), line["source"], line["message"].rstrip("\n")) for line in logs], state


def test_failures_are_told_as_puppet_counts_them(site, states):
    data = {state: site.data("last_run_summary", "logs=true", "-I", STATES[state])[STATES[state]] for state in states}
    assert data["failed resource"]["failed_resources"] == 1 and data["failed resource"]["changed_resources"] == 1
    assert states["failed resource"].report()["status"] == states["failed catalog"].report()["status"] == "failed"
    assert any("missing/motd" in line["source"] and line["level"] == "err" for line in data["failed resource"]["logs"])
    assert data["failed catalog"]["total_resources"] == 0
    assert any("no catalog for you" in line["msg"] for line in data["failed catalog"]["logs"])
    assert data["never run"]["lastrun"] == 0 and data["never run"]["logs"] in ({}, [])


def test_summary_shows_how_puppets_own_figures_are_distributed(site, states):
    done = site.client.run("puppet", "summary")
    assert done.code == 0 and "Summary statistics for 8 nodes:" in done.out, done
    summaries = [site[name].summary() for name in site.roles]
    for label, name in (("Total resources", "total"), ("Failed resources", "failed"), ("Changed resources", "changed")):
        values = [section(summary, "resources").get(name, 0) for summary in summaries]
        line = next(line for line in done.out.splitlines() if line.strip().startswith(label + ":"))
        assert re.findall(r"(?:min|avg|max): ([0-9.]+)", line) == [
            f"{figure:.1f}" for figure in (min(values), sum(values) / len(values), max(values))], line




def test_filters_on_what_puppet_does_select_the_right_nodes(site, states):
    def found(expression):
        done = site.client.run("find", "-S", expression)
        assert done.code == (0 if done.out else 1), done
        return set(done.out.split())

    assert found("puppet().enabled=false") == {STATES["disabled"]}
    assert found("puppet().applying=true") == {STATES["running"]}
    assert found("puppet().idling=true") == {STATES["idle"]}
    assert found("resource().failed_resources>0") == {name for name in site.roles if section(site[name].summary(), "resources").get("failed", 0) > 0}
    motd = f"{states['idle'].home}/motd"
    assert f"file[{motd}]" in states["idle"].resources()
    for written in ("file", "File"):
        assert found(f"resource('{written}[{motd}]').managed=true") == {STATES["idle"]}
    assert found(f"resource('File[{motd}.old]').managed=true") == set()
