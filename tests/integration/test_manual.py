"""The manual pages say what the programs understand. Keys of the configuration: core/config/manual_test.cpp."""
import re
from pathlib import Path

import pytest

from processes import run

PAGES = Path(__file__).parents[2] / "docs/man"


def page(name):
    return (PAGES / f"{name}.scd").read_text().replace("\\", "")


def long_options(text):
    """All --options in a text; --[no-]x is two."""
    found = set()
    for negatable, name in re.findall(r"(?<![\w-])--(\[no-\])?([a-z][a-z0-9_-]*)", text):
        found |= {name, f"no-{name}"} if negatable else {name}
    return found


def section(text, heading):
    """What stands under a heading, up to the next one of any level."""
    return re.search(rf"^#+ {heading}\n(.*?)(?=^#|\Z)", text, re.M | re.S)[1]


def items(text):
    """The names in bold that begin the lines of a list."""
    return {name for line in re.findall(r"^(\*.*)$", text, re.M) for name in re.findall(r"\*:?([\w-]+)\*", line)}


@pytest.fixture(scope="module")
def mco(binaries, tmp_path_factory):
    """Runs mco with a configuration that has nothing of its own."""
    home = tmp_path_factory.mktemp("home")
    (home / "client.cfg").write_text("logger_type = console\n")
    env = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "COLUMNS": "200", "LINES": "50"}
    return lambda *words: run([binaries / "mco", *words, "-c", home / "client.cfg"], env=env).out


@pytest.mark.parametrize("program", ["mcollectived", "mco-broker"])
def test_options_of_a_program(binaries, program):
    shown = long_options(run([binaries / program, "--help"]).out)
    assert "config" in shown and long_options(page(f"{program}.8")) == shown


def test_options_of_every_command(mco):
    commands = re.findall(r"^  +([a-z_]+) ", mco("help"), re.M)
    assert {"ping", "puppet", "help"} <= set(commands)
    offered = {command: long_options(mco("help", command)) for command in commands}
    described = long_options(page("mco.1"))
    assert not {command: sorted(options - described) for command, options in offered.items() if options - described}
    assert described - set().union(*offered.values()) <= {"version"}, "the manual has options that no command has"


def test_plug_ins_that_declarations_may_name(mco):
    listed = {heading: set(re.findall(r"^  (\w+)", names, re.M))
              for heading, names in re.findall(r"^([A-Z][\w ]+):\n((?:  .*\n)+)", mco("plugin", "doc"), re.M)}
    ddl = page("mcollective-ddl.5")
    by_types_of_inputs = {"array", "length", "regex", "typecheck"}
    assert items(section(ddl, "Validators")) == next(v for k, v in listed.items() if "alidator" in k) - by_types_of_inputs
    assert items(section(ddl, "AGGREGATES")) == next(v for k, v in listed.items() if "ggregate" in k)


def test_the_example_of_a_declaration(binaries, mco, tmp_path):
    agents = tmp_path / "mcollective/agent"
    agents.mkdir(parents=True)
    (agents / "lamp.ddl").write_text(re.search(r"^```\n(.*?)^```", (PAGES / "mcollective-ddl.5.scd").read_text(), re.M | re.S)[1])
    (tmp_path / "client.cfg").write_text(f"logger_type = console\nlibdir = {tmp_path}\n")
    shown = run([binaries / "mco", "plugin", "doc", "lamp", "-c", tmp_path / "client.cfg"])
    assert shown.code == 0, shown
    for text in ("A lamp that is broken stays dark.", "Turns lamps on", "Turns lamps off", "In percent"):
        assert text in shown.out, shown
