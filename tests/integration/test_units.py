"""The systemd units as they are installed: accepted by systemd's own checker, and as closed as docs/security.md says."""
import re
import shutil

import pytest

from conftest import need
from processes import run

pytestmark = pytest.mark.xdist_group("installation")  # beside test_install.py: installing writes into the build folder

UNITS = ["mcollective.service", "mco-broker.service"]


@pytest.fixture
def analyze():
    need(shutil.which("systemd-analyze"), "systemd-analyze (package systemd)")
    return lambda *words: run(["systemd-analyze", *words], env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"})


@pytest.fixture
def unit(installation):
    return lambda name: installation / "lib/systemd/system" / name


def exposure(analyze, unit):
    done = analyze("security", "--offline=true", "--no-pager", unit)
    return float(re.search(r"Overall exposure level for \S+: ([\d.]+)", done.out + done.err).group(1))


@pytest.mark.parametrize("name", UNITS)
def test_systemd_accepts_the_unit(analyze, unit, name, tmp_path):
    copy = tmp_path / name
    copy.write_text(re.sub(r"^Documentation=.*\n", "", unit(name).read_text(), flags=re.M))  # would ask man, which need not be there
    done = analyze("verify", copy)
    assert done.code == 0 and str(tmp_path) not in done.out + done.err, done  # other units of the machine may be complained about


@pytest.mark.parametrize("name", UNITS)
def test_the_manual_pages_of_a_unit_are_installed(unit, installation, name):
    pages = re.findall(r"^Documentation=man:(\S+)\((\d)\)$", unit(name).read_text(), re.M)
    assert pages and all((installation / f"share/man/man{section}/{page}.{section}").exists() for page, section in pages)


def test_the_broker_is_closed(analyze, unit):
    assert exposure(analyze, unit("mco-broker.service")) <= 1.5


def test_a_node_that_is_only_asked_is_closed(analyze, unit, installation, tmp_path):
    shutil.copy(unit("mcollective.service"), tmp_path)
    (tmp_path / "mcollective.service.d").mkdir()
    shutil.copy(installation / "share/doc/mcollective/examples/observe-only.conf", tmp_path / "mcollective.service.d")
    assert exposure(analyze, tmp_path / "mcollective.service") <= 3.0


@pytest.mark.parametrize("name", UNITS)
def test_options_in_the_units_exist(unit, name):
    """What ExecStart passes is what the programs understand."""
    lines = re.findall(r"^ExecStart\w*=(/\S+/s?bin/mco\S+)(.*)$", unit(name).read_text(), re.M)
    assert lines
    for program, words in lines:
        known = run([program, "--help"]).out
        for option in re.findall(r"--[a-z-]+", words):
            assert option.replace("--no-", "--[no-]") in known or option in known, f"{name}: {program} has no {option}"


@pytest.mark.parametrize("name, file", [("mcollective.service", "server.cfg"), ("mco-broker.service", "broker.cfg")])
def test_without_configuration_a_unit_does_not_start(unit, installation, name, file):
    assert f"\nConditionPathExists={installation}/etc/mcollective/{file}\n" in unit(name).read_text()
