"""What `cmake --install` puts where, that nothing of it is bound to the build folder, and that it works from there."""
import json
import os
import re
import shutil
import stat
from pathlib import Path

import pytest

from conftest import need
from installed import can_install, install
from pki import Authority
from processes import run

pytestmark = pytest.mark.xdist_group("installation")  # one at a time: installing writes into the build folder, too
SOURCE = Path(__file__).parents[2]

# Below the prefix. Declarations of plug-ins and guides follow from what is in the source tree: see declarations() and guides().
FILES = {
    "bin/mco",
    "sbin/mco-broker",
    "sbin/mcollectived",
    "etc/logrotate.d/mcollective",
    "lib/systemd/system/mco-broker.service",
    "lib/systemd/system/mcollective.service",
    "lib/sysusers.d/mcollective-broker.conf",
    "lib/tmpfiles.d/mcollective.conf",
    "share/bash-completion/completions/mco",
    "share/doc/mcollective/examples/broker.cfg",
    "share/doc/mcollective/examples/client.cfg",
    "share/doc/mcollective/examples/observe-only.conf",
    "share/doc/mcollective/examples/server.cfg",
    "share/fish/vendor_completions.d/mco.fish",
    "share/man/man1/mco.1",
    "share/man/man5/mcollective-ddl.5",
    "share/man/man5/mcollective.cfg.5",
    "share/man/man8/mco-broker.8",
    "share/man/man8/mcollectived.8",
    "share/zsh/site-functions/_mco",
}
EMPTY_FOLDERS = {"etc/mcollective/plugin.d", "etc/mcollective/policies"}

# Where a package for Debian differs: everything else is below /usr.
PACKAGED = {"etc/": "etc/", "share/zsh/site-functions/": "usr/share/zsh/vendor-completions/", "": "usr/"}

COMPONENTS = {
    "daemon": {"sbin/mcollectived", "etc/logrotate.d/mcollective", "lib/systemd/system/mcollective.service",
               "lib/tmpfiles.d/mcollective.conf", "share/doc/mcollective/examples/server.cfg",
               "share/doc/mcollective/examples/observe-only.conf", "share/man/man8/mcollectived.8"},
    "client": {"bin/mco", "share/doc/mcollective/examples/client.cfg", "share/man/man1/mco.1"},
    "broker": {"sbin/mco-broker", "lib/systemd/system/mco-broker.service", "lib/sysusers.d/mcollective-broker.conf",
               "share/doc/mcollective/examples/broker.cfg", "share/man/man8/mco-broker.8"},
}


def declarations():
    for ddl in (SOURCE / "agents").glob("*/*.ddl"):
        kind = "data" if ddl.stem.endswith("_data") else "agent"
        yield f"share/mcollective/plugins/mcollective/{kind}/{ddl.name}"


def guides():
    found = [*SOURCE.glob("docs/**/*.md"), *SOURCE.glob("docs/examples/**/*"), *SOURCE.glob("agents/README.md"),
             *SOURCE.glob("agents/*/README.md"), SOURCE / "README.md", SOURCE / "CHANGELOG.md", SOURCE / "LICENSE"]
    for guide in found:
        if guide.is_file():
            yield f"share/doc/mcollective/{guide.relative_to(SOURCE)}"


def expected():
    return FILES | set(declarations()) | set(guides())


def files_below(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def text_files(folder):
    for path in folder.rglob("*"):
        if path.is_file() and path.parent.name not in ("bin", "sbin"):
            yield path, path.read_text()


@pytest.fixture
def folder(binaries, tmp_path):
    """Where a test may install; what it installed goes when it ends, because programs with sanitizers are large."""
    need(can_install(binaries), "the build folder of the programs")
    yield tmp_path
    shutil.rmtree(tmp_path)


@pytest.fixture(scope="module")
def packaged(binaries, tmp_path_factory):
    """What a package for Debian is made of."""
    need(can_install(binaries), "the build folder of the programs")
    folder = tmp_path_factory.mktemp("packaged")
    install(binaries, "/usr", destdir=folder)
    yield folder
    shutil.rmtree(folder)


def test_everything_is_there_and_nothing_else(installation):
    assert files_below(installation) == expected()
    empty = {str(path.relative_to(installation)) for path in installation.rglob("*") if path.is_dir() and not any(path.iterdir())}
    assert empty == EMPTY_FOLDERS


def test_in_a_package_configuration_is_in_etc_and_the_rest_in_usr(packaged):
    def place(name):
        begin = next(begin for begin in PACKAGED if name.startswith(begin))
        return PACKAGED[begin] + name.removeprefix(begin)
    assert files_below(packaged) == {place(name) for name in expected()}


@pytest.mark.parametrize("component", sorted(COMPONENTS))
def test_a_package_is_made_of_components(binaries, folder, component):
    install(binaries, folder, component=component)
    assert files_below(folder) == COMPONENTS[component]
    assert (folder / "etc/mcollective").is_dir()


def test_everybody_may_read_it_whatever_the_umask(binaries, folder):
    prefix = folder / "deep/below"
    install(binaries, prefix, umask=0o077)
    programs = {"mco", "mcollectived", "mco-broker"}
    wrong = [f"{mode(path):o} {path}" for path in (prefix.parent, prefix, *prefix.rglob("*"))
             if mode(path) != (0o755 if path.is_dir() or path.parent.name in ("bin", "sbin") and path.name in programs else 0o644)]
    assert not wrong


def test_nothing_names_the_build_or_another_prefix(binaries, installation, packaged):
    for folder in (installation, packaged):
        for path, text in text_files(folder):
            assert str(binaries.parent) not in text and "@MCO_" not in text, path
            if folder == packaged:
                assert str(packaged) not in text, path
    configured = {path.name: text for path, text in text_files(packaged) if path.suffix in (".service", ".cfg", ".conf")}
    assert not [name for name, text in configured.items() if "/usr/local" in text]


def test_units_start_the_programs_of_their_prefix(installation, packaged):
    unit = (installation / "lib/systemd/system/mcollective.service").read_text()
    config = f"{installation}/etc/mcollective/server.cfg"
    assert f"\nExecStartPre={installation}/sbin/mcollectived --check-config --config {config}\n" in unit
    assert f"\nExecStart={installation}/sbin/mcollectived --no-daemonize --config {config}\n" in unit
    unit = (packaged / "usr/lib/systemd/system/mcollective.service").read_text()
    assert "\nExecStart=/usr/sbin/mcollectived --no-daemonize\n" in unit, "the daemon finds the original's places by itself"
    for folder in ("/etc/puppetlabs/mcollective", "/etc/mcollective"):
        assert f"\nConditionPathExists=|{folder}/server.cfg\n" in unit
    unit = (packaged / "usr/lib/systemd/system/mco-broker.service").read_text()
    assert "\nExecStart=/usr/sbin/mco-broker --config /etc/mcollective/broker.cfg\n" in unit


def test_below_usr_local_configuration_is_in_etc(binaries, folder):
    install(binaries, "/usr/local", destdir=folder, component="daemon")
    assert (folder / "etc/mcollective/policies").is_dir() and (folder / "etc/logrotate.d/mcollective").is_file()
    unit = (folder / "usr/local/lib/systemd/system/mcollective.service").read_text()
    assert "\nExecStart=/usr/local/sbin/mcollectived --no-daemonize\n" in unit
    assert "\nConditionPathExists=|/etc/mcollective/server.cfg\n" in unit


def test_what_belongs_to_the_site_stays(binaries, folder):
    policies = folder / "etc/mcollective/policies"
    policies.mkdir(parents=True)
    policies.chmod(0o700)
    mine = {folder / "etc/mcollective/server.cfg": "ours\n", policies / "puppet.policy": "policy default deny\n",
            folder / "etc/logrotate.d/mcollective": "# never\n"}
    for path, text in mine.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    printed = install(binaries, folder, component="daemon")
    assert {path: path.read_text() for path in mine} == mine
    assert mode(policies) == 0o700
    assert f"Kept: {folder}/etc/logrotate.d/mcollective" in printed


def test_a_relative_prefix_is_one_of_the_working_directory(binaries, folder, monkeypatch):
    monkeypatch.chdir(folder)
    install(binaries, "tree", component="broker")
    assert f"ExecStart={folder}/tree/sbin/mco-broker " in (folder / "tree/lib/systemd/system/mco-broker.service").read_text()


@pytest.mark.parametrize("program", ["bin/mco", "sbin/mcollectived", "sbin/mco-broker"])
def test_programs_start_and_bring_no_search_path(installation, program):
    name = program.split("/")[1]
    version = run([installation / program, "--version"])
    assert re.fullmatch(rf"\S*{name} \d+\.\d+\.\d+\n", version.out), version  # mco calls itself as it was called
    assert "usage: " in run([installation / program, "--help"]).out.lower()
    need(shutil.which("readelf"), "readelf (package binutils)")
    dynamic = run(["readelf", "-d", installation / program]).out
    assert "NEEDED" in dynamic and "RPATH" not in dynamic and "RUNPATH" not in dynamic


@pytest.fixture
def site(installation, tmp_path):
    """The example configurations in use, with this site's certificates. Returns the folder."""
    for example in ("server.cfg", "client.cfg"):
        shutil.copy(installation / "share/doc/mcollective/examples" / example, tmp_path)
    authority = Authority(tmp_path / "ssl", kind="p256")
    for name in ("node1.example.net", "alice.mcollective"):
        authority.issue(name, kind="p256")
    return tmp_path


def own_files(site, name):
    """What a site says in plugin.d instead of the paths in the examples."""
    plugin_d = site / "plugin.d"
    plugin_d.mkdir(exist_ok=True)
    ssl = site / "ssl"
    (plugin_d / "x509.cfg").write_text(f"certificate = {ssl}/{name}.pem\nprivate_key = {ssl}/{name}.key\nca = {ssl}/ca.pem\n")


def test_the_daemon_accepts_the_example(installation, site):
    own_files(site, "node1.example.net")
    (site / "plugin.d/rpcaudit.cfg").write_text(f"logfile = {site}/audit.log\n")
    done = run([installation / "sbin/mcollectived", "--check-config", "--config", site / "server.cfg"])
    assert done.code == 0 and "is not a setting" not in done.out + done.err, done
    shown = run([installation / "sbin/mcollectived", "--print-config", "--config", site / "server.cfg"]).out
    assert f"libdir = {installation}/share/mcollective/plugins\n" in shown


def test_the_client_accepts_the_example(installation, site):
    own_files(site, "alice.mcollective")
    done = run([installation / "bin/mco", "doctor", "--offline", "--json", "-c", site / "client.cfg"])
    findings = json.loads(done.out)
    assert findings and not [finding for finding in findings if finding["status"] == "problem"], done
    assert any(f"{installation}/share/mcollective/plugins" in finding["message"] for finding in findings), done


def test_systemd_makes_the_user_and_the_folders(packaged, tmp_path):
    need(shutil.which("systemd-sysusers") and shutil.which("systemd-tmpfiles"), "systemd-sysusers and systemd-tmpfiles (package systemd)")
    need(os.geteuid() == 0, "root, who may give files away,")
    (tmp_path / "etc").mkdir()
    done = run(["systemd-sysusers", f"--root={tmp_path}", packaged / "usr/lib/sysusers.d/mcollective-broker.conf"])
    assert done.code == 0, done
    user = next(line for line in (tmp_path / "etc/passwd").read_text().splitlines() if line.startswith("mco-broker:"))
    assert user.endswith(":Marionette Collective broker:/run/mco-broker:/usr/sbin/nologin")
    assert "\nUser=mco-broker\n" in (packaged / "usr/lib/systemd/system/mco-broker.service").read_text()
    done = run(["systemd-tmpfiles", "--create", f"--root={tmp_path}", packaged / "usr/lib/tmpfiles.d/mcollective.conf"])
    assert done.code == 0, done
    assert mode(tmp_path / "var/log/mcollective") == mode(tmp_path / "var/cache/mcollective") == 0o750


def test_logrotate_understands_its_file(packaged, tmp_path):
    need(shutil.which("logrotate", path="/usr/sbin:/usr/bin"), "logrotate")
    done = run(["/usr/sbin/logrotate", "--debug", "--state", tmp_path / "state", packaged / "etc/logrotate.d/mcollective"])
    assert done.code == 0 and "error:" not in done.err and "/var/log/mcollective/*.log" in done.err, done


def test_manual_pages_are_laid_out_without_complaints(installation):
    need(shutil.which("groff"), "groff (package groff-base)")
    pages = sorted((installation / "share/man").rglob("*.[158]"))
    assert len(pages) == 5
    for page in pages:
        done = run(["groff", "-t", "-man", "-K", "utf-8", "-T", "utf8", "-ww", "-z", page])
        assert done.code == 0 and done.err == "", done
