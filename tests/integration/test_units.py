"""The systemd units: accepted by systemd's own checker, and as closed as docs/security.md says."""
import re
import shutil
from pathlib import Path

import pytest

from conftest import need
from processes import run

UNITS = Path(__file__).parents[2] / "packaging/systemd"


@pytest.fixture
def analyze():
    need(shutil.which("systemd-analyze"), "systemd-analyze (package systemd)")
    return lambda *words: run(["systemd-analyze", *words], env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"})


def installed(folder, unit, binaries, drop_in=None):
    """A copy of the unit that starts the programs of this build, with a drop-in in force."""
    text = (UNITS / unit).read_text()
    copy = folder / unit
    copy.write_text(re.sub(r"^Documentation=.*\n", "", text, flags=re.M).replace("/usr/sbin/mco", f"{binaries}/mco"))
    if drop_in:
        (folder / f"{unit}.d").mkdir()
        shutil.copy(UNITS / f"{unit}.d" / drop_in, folder / f"{unit}.d" / "drop-in.conf")
    return copy


def exposure(analyze, unit):
    done = analyze("security", "--offline=true", "--no-pager", unit)
    return float(re.search(r"Overall exposure level for \S+: ([\d.]+)", done.out + done.err).group(1))


@pytest.mark.parametrize("unit", ["mcollective.service", "mco-broker.service"])
def test_systemd_accepts_the_unit(analyze, binaries, tmp_path, unit):
    done = analyze("verify", installed(tmp_path, unit, binaries))
    assert done.code == 0 and str(tmp_path) not in done.out + done.err, done  # other units of the machine may be complained about


def test_the_broker_is_closed(analyze, binaries, tmp_path):
    assert exposure(analyze, installed(tmp_path, "mco-broker.service", binaries)) <= 1.5


def test_a_node_that_is_only_asked_is_closed(analyze, binaries, tmp_path):
    unit = installed(tmp_path, "mcollective.service", binaries, "observe-only.conf.example")
    assert exposure(analyze, unit) <= 3.0


def test_options_in_the_units_exist(binaries):
    """What ExecStart passes is what the programs understand."""
    for unit in ("mcollective.service", "mco-broker.service"):
        for program, words in re.findall(r"^Exec\w+=/usr/sbin/(\S+)(.*)$", (UNITS / unit).read_text(), re.M):
            known = run([binaries / program, "--help"]).out
            for option in re.findall(r"--[a-z-]+", words):
                assert option.replace("--no-", "--[no-]") in known or option in known, f"{unit}: {program} has no {option}"
