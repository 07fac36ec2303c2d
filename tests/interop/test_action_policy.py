"""Decisions of `mco policy explain` beside those of the original's authorizer, which are recorded in a data file.

With MCO_ACTIONPOLICY=FOLDER, a checkout of the original, it decides live, too. MCO_UPDATE_DECISIONS=1 then records what it says.
"""
import json
import os
import subprocess
from pathlib import Path

import pytest

from nodes import original_available, plain_environment, ruby_environment
from processes import run

DATA = Path(__file__).parent / "action_policy_decisions.json"
DRIVER = Path(__file__).parent / "action_policy_original.rb"
RECORDED = json.loads(DATA.read_text())
ROWS = RECORDED["decisions"]
REQUEST = {"caller": "cert=a", "agent": "service", "action": "stop"}
FACTS = "---\ncustomer: acme\nenvironment: production\ncpus: 16\n"
CLASSES = "base\nacme::devserver\n"


def request_of(row):
    return REQUEST | row.get("request", {})


def lay_out(row, folder):
    """The configuration and the policies of one row; returns the path of server.cfg."""
    policies = folder / "policies"
    policies.mkdir(parents=True)
    folder.chmod(0o755)
    for name, key in [("service.policy", "policy"), ("default.policy", "default"), ("groups", "groups")]:
        if key in row:
            (policies / name).write_bytes(row[key].encode())
    (folder / "facts.yaml").write_text(FACTS)
    (folder / "classes.txt").write_text(CLASSES)
    settings = {"libdir": "/usr/share/mcollective/plugins", "logger_type": "file", "logfile": folder / "log", "identity": "node1",
                "securityprovider": "psk", "plugin.psk": "decisions", "connector": "activemq", "collectives": "mcollective",
                "main_collective": "mcollective", "factsource": "yaml", "plugin.yaml": folder / "facts.yaml",
                "classesfile": folder / "classes.txt", "rpcauthorization": 1, "rpcauthprovider": "action_policy"}
    settings |= {f"plugin.actionpolicy.{name}": value for name, value in row.get("settings", {}).items()}
    config = folder / "server.cfg"
    config.write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
    return config


def ours(binaries, row, folder):
    request = request_of(row)
    config = lay_out(row, folder)
    done = run([binaries / "mco", "policy", "explain", request["caller"], request["agent"], request["action"],
                "--server-config", config, "--json", "-c", config], env=plain_environment())
    assert done.code in (0, 2), done
    explained = json.loads(done.out)
    assert explained["allowed"] == (done.code == 0)
    return explained


def original(rows, folder, source):
    """What the original in the folder `source` says to each of the rows."""
    questions = []
    for number, row in enumerate(rows):
        config = lay_out(row, folder / str(number))
        questions.append(request_of(row) | {"config": str(config)})
    done = subprocess.run(["ruby", DRIVER, source], input=json.dumps(questions), env=ruby_environment(), timeout=300,
                          capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_decides_as_the_original_does(binaries, tmp_path, row):
    explained = ours(binaries, row, tmp_path / "node")
    as_recorded = row["original"] == "allow"
    expected = row["ours"] == "allow" if "differs" in row else as_recorded
    assert explained["allowed"] == expected, explained
    assert ("differs" in row) == (expected != as_recorded), "differs is said exactly of the rows that do"
    if row["original"] == "error":
        assert explained["because"] == "refused", explained


def test_there_are_enough_decisions():
    assert len(ROWS) >= 60
    assert len({row["name"] for row in ROWS}) == len(ROWS)
    assert {row["original"] for row in ROWS} == {"allow", "deny", "error"}


@pytest.mark.skipif("MCO_ACTIONPOLICY" not in os.environ, reason="MCO_ACTIONPOLICY names no checkout of the original")
def test_the_original_still_decides_as_recorded(tmp_path):
    assert original_available(), "the original (mcollective-common) is not installed"
    answers = original(ROWS, tmp_path, os.environ["MCO_ACTIONPOLICY"])
    if os.environ.get("MCO_UPDATE_DECISIONS"):
        for row, answer in zip(ROWS, answers):
            row["original"] = answer
        DATA.write_text(json.dumps(RECORDED, indent=1, ensure_ascii=False) + "\n")
    assert answers == [row["original"] for row in ROWS]
