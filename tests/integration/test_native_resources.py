"""Resources as the node reads them without Ruby, held against what Puppet's own RAL tells, in throw-away copies of this system."""
import json
import re
import shlex
from pathlib import Path

import pytest

from conftest import need
from processes import wait_until
from throwaway import BootedCopy, Copy, can_boot, can_copy

SUPPORT = Path(__file__).parents[1] / "support"
HOST_TYPE = "/usr/share/puppet/modules/host_core"
DIRECTORIES = ("--confdir=/tmp/puppet/conf", "--vardir=/tmp/puppet/var", "--codedir=/tmp/puppet/code")

PASSWD = b"""empty:x:3001:3001::/home/e:
absentc:x:3002:3002:absent:/home/a:/bin/sh
latin:x:3003:3003:Andr\xe9 Br\xfcll:/home/l:/bin/sh
fran\xe7ois:x:3004:3004:a name that is no text:/home/f:/bin/sh
unicode:x:3005:3005:\xc3\x9cn\xc3\xafcode N\xc3\xa4me \xe2\x82:/home/u:/bin/sh
gr\xc3\x9cn:x:3006:3006:a letter:/home/g:/bin/sh
noshadow:x:3007:3007::/nonexistent:/bin/false
emptypw:x:3008:3008:x,,,:/h:/bin/sh
expires:x:3009:3009:'quo\\te\\':/h:/bin/sh
never:x:3010:3010:${x} "y" #{z}:/h:/bin/sh
multi:x:3011:3011:first:/h:/bin/sh
multi:x:9999:9999:dup:/dup:/bin/dup
bigid:x:4294967290:4294967290:big:/b:/bin/sh
spa ce:x:3013:3013:sp:/b:/bin/sh
nm.dot-x$:x:3014:100:winlike:/b:/bin/sh
Name::Space:x:3015:3015:tags:/b:/bin/sh
broken line
# a comment
+@netgroup::::::
-nobody::::::
+::::::
"""
SHADOW = b"""absentc:*:19000:0:99999:7:::
latin:$6$salt$hash:19000:0:99999:7:::
fran\xe7ois:!:19000:0:99999:7:::
unicode:absent:19000:0:99999:7:::
emptypw::19000::::::
expires:*:19000:1:2:3:4:22313:
never:*:19000:1:2:3:4:-1:
multi:first:19000:1:1:1:1:0:
multi:second:19000:2:2:2:2:1:
"""
GROUP = b"""zz:x:5001:multi
aa:x:5002:multi,latin
mm:x:5003:multi,expires,multi
multi:x:3011:multi
same:x:5001:expires
gr\xe9:x:5004:latin,fran\xe7ois,multi
dupgr:x:5005:multi,multi,root
dupgr:x:5006:never
absent:x:5007:never
+:::
"""
HOSTS = rb"""::1  six.example six # v6 host
10.0.0.1	dup.example
10.0.0.2 dup.example other
#10.0.0.3 commented.example
10.0.0.4   CAPS.Example  a  b c#tight
10.0.0.5 absent.example absent # absent
10.0.0.6 quoted.example # it's a 'quote\' and a \\
10.0.0.7 trail.example x 	 y  # a # b
10.0.0.8 x
10.0.0.9
  10.0.0.10 indented.example
FE80::1 upper.example
10.0.0.12 +plus.example
10.0.0.13 #hash.example
fe80::2%lo0 last_one.example.
"""
RECORD = """
Package: {name}
Status: {status}
Priority: optional
Section: misc
Maintainer: Nobody <nobody@lab.test>
Architecture: {architecture}
Multi-Arch: same{version}
Description: planted
"""
PACKAGES = (("odd-rc", "deinstall ok config-files", "amd64", "1.0"), ("odd-half", "install reinstreq half-installed", "amd64", "1.0"),
            ("odd-new", "install ok unpacked", "amd64", "1.0"), ("odd-conf", "install ok half-configured", "amd64", "1.0"),
            ("odd-trig", "install ok triggers-pending\nTriggers-Pending: odd", "amd64", "2:1.2~rc1+b1"), ("odd-selected", "install ok not-installed", "amd64", ""),
            ("odd-purged", "purge ok not-installed", "amd64", ""), ("odd-multi", "install ok installed", "i386", "1.0"),
            ("odd-multi", "hold ok installed", "amd64", "2.0"), ("odd-merged", "install ok installed", "amd64", "1.0"))
UNITS = {
    "odd-static.service": "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n",
    "odd-enabled.service": "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\nAlias=odd-alias.service\n",
    "odd-disabled.service": "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n",
    "odd-failed.service": "[Service]\nType=oneshot\nExecStart=/bin/false\n",
    "odd-activating.service": "[Service]\nType=oneshot\nExecStart=/bin/sleep infinity\n",
    "odd-template@.service": "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n",
    "odd-indirect.service": "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nAlso=odd-indirect.socket\n",
    "odd-indirect.socket": "[Socket]\nListenStream=/run/odd-indirect\n[Install]\nWantedBy=sockets.target\n",
    "odd-runtime.service": "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n",
}


@pytest.fixture(scope="module")
def listing(binaries):
    program = binaries.parent / "tests/mco_native_listing"
    need(program.exists(), f"{program} (it is built with the unit tests)")
    need(Path("/usr/bin/puppet").exists(), "puppet-agent")
    return program


def plant(copy, path, content):
    """Adds bytes to a file of the copy."""
    done = copy.run("python3", "-c", "import sys; open(sys.argv[1], 'ab').write(bytes.fromhex(sys.stdin.read()))", path, stdin=content.hex())
    assert done.code == 0, done


def package_records():
    return "".join(record(*package) for package in PACKAGES)


def record(name, status, architecture, version):
    return RECORD.format(name=name, status=status, architecture=architecture, version=f"\nVersion: {version}" if version else "")


@pytest.fixture(scope="module")
def odd_copy(listing):
    need(can_copy(), "root, who may have overlays and namespaces of his own,")
    with Copy() as copy:
        for path, content in (("/etc/passwd", PASSWD), ("/etc/shadow", SHADOW), ("/etc/group", GROUP), ("/etc/hosts", HOSTS),
                              ("/var/lib/dpkg/status", package_records().encode())):
            plant(copy, path, content)
        copy.sh("printf 'g++ hold\\n' | dpkg --set-selections")
        merged = record("odd-merged", "install ok installed", "amd64", "9.0").lstrip()
        plant(copy, "/var/lib/dpkg/updates/0000", merged.encode())
        yield copy


def puppets(copy, *words, timeout=120):
    """What Puppet tells: for each type, by title."""
    done = copy.run("ruby", SUPPORT / "ral_listing.rb", *DIRECTORIES, *words, timeout=timeout)
    assert done.code == 0, done
    return {name: by_title(resources) for name, resources in json.loads(done.out).items()}


def natives(copy, listing, *words):
    done = copy.run(listing, *words)
    assert done.code == 0, done
    return json.loads(done.out)


def by_title(resources):
    for resource in resources:
        resource["tags"].sort()  # a set of Puppet's
    titles = {resource["title"]: resource for resource in resources}
    assert len(titles) == len(resources), "each title once"
    return titles


def differences(ours, theirs):
    return [(ours.get(title), theirs.get(title)) for title in sorted({*ours, *theirs}) if ours.get(title) != theirs.get(title)]


@pytest.fixture(scope="module")
def odd_puppets(odd_copy):
    """All types at once: to load Puppet takes longer than to ask it."""
    host = ["host"] if Path(HOST_TYPE).exists() else []
    return puppets(odd_copy, "user", "group", "package@apt", *host)


@pytest.fixture(scope="module")
def odd_natives(odd_copy, listing):
    return natives(odd_copy, listing, "user", "group", "package", "host")


@pytest.mark.parametrize("name, planted", [("user", 19), ("group", 9), ("host", 7), ("package", 7)])
def test_what_is_read_is_what_puppet_tells(odd_natives, odd_puppets, name, planted):
    need(name in odd_puppets, "puppet-module-puppetlabs-host-core")
    ours = odd_natives[name]
    assert ours["as_puppet"] is True, ours
    titles = by_title(ours["resources"])
    assert differences(titles, odd_puppets[name]) == []
    assert list(titles) == sorted(titles, key=str.encode)
    assert len(titles) >= planted


def test_the_oddities_are_there(odd_natives):
    """Or the comparison would say nothing."""
    users, groups, packages, hosts = (by_title(odd_natives[name]["resources"]) for name in ("user", "group", "package", "host"))
    parameters = users["multi"]["parameters"]
    assert parameters["uid"] == 3011 and {*parameters["groups"]} == {"multi", "zz", "aa", "mm", "gr\ufffd", "dupgr"}
    assert users["latin"]["parameters"]["comment"] == "Andr\ufffd Br\ufffdll"
    assert users["fran\ufffdois"]["parameters"]["groups"] == ["gr\ufffd"]
    assert "comment" not in users["absentc"]["parameters"] and "password" not in users["noshadow"]["parameters"]
    assert users["expires"]["parameters"]["expiry"] == "2031-02-03" and "groups" in users["expires"]["parameters"]
    assert users["+"]["parameters"] == groups["+"]["parameters"] == {"ensure": "absent"}
    assert any("User[latin]: not UTF-8: comment" in line for line in odd_natives["user"]["warnings"])
    assert packages["g++"]["parameters"]["mark"] == "hold"
    assert packages["odd-rc"]["parameters"] == {"ensure": "absent", "provider": "apt"}
    assert packages["odd-multi"]["parameters"]["ensure"] == "2.0" and packages["odd-merged"]["parameters"]["ensure"] == "9.0"
    assert not {"odd-selected", "odd-purged"} & set(packages)
    assert hosts["CAPS.Example"]["parameters"]["host_aliases"] == ["a", "b", "c"] and "upper.example" not in hosts


def test_odd_resources_become_puppet_code(odd_copy, listing):
    code = odd_copy.run(listing, "--manifest", "user", "group", "host")
    assert code.code == 0 and "user { 'spa ce':" in code.out and "# comment: not UTF-8" in code.out
    assert re.search(r"comment +=> '\\'quo\\\\te\\\\\\'',", code.out), code
    assert "$6$salt$hash" not in code.out
    odd_copy.run("tee", "/tmp/odd.pp", stdin=code.out)
    done = odd_copy.run("puppet", "parser", "validate", *DIRECTORIES, "/tmp/odd.pp")
    assert done.code == 0, done


@pytest.fixture(scope="module")
def booted(listing):
    need(can_boot(), "root, who may have control groups and namespaces of his own,")
    files = "".join(f"printf %s {shlex.quote(text)} >etc/systemd/system/{shlex.quote(name)}\n" for name, text in UNITS.items())
    copy = BootedCopy(files + "ln -s /dev/null etc/systemd/system/odd-masked.service\n")
    try:
        copy.wait()
        copy.sh("systemctl enable --quiet --now odd-enabled\nsystemctl enable --quiet --runtime odd-runtime\n"
                "systemctl start odd-static\nsystemctl start odd-failed || true\nsystemctl start --no-block odd-activating\n"
                "systemctl enable --quiet odd-indirect 2>/dev/null || true")
        wait_until(lambda: copy.run("systemctl", "is-active", "odd-activating").out == "activating\n", 20, "a unit is being started")
        yield copy
    finally:
        copy.stop()


def test_services_are_what_puppet_tells(booted, listing):
    alone = [f"service/odd-{name}.service" for name in ("static", "enabled", "failed", "template@", "indirect", "masked")]
    answer = natives(booted, listing, "service", *alone)
    ours = answer["service"]
    assert ours["as_puppet"] is True, ours
    titles = by_title(ours["resources"])
    assert differences(titles, puppets(booted, "service", timeout=400)["service"]) == []
    assert len(titles) >= 100
    states = {name: tuple(titles[f"odd-{name}.service"]["parameters"].values())
              for name in ("static", "enabled", "disabled", "failed", "activating", "template@", "indirect", "masked")}
    assert states == {"static": ("running", "true"), "enabled": ("running", "true"), "disabled": ("stopped", "false"),
                      "failed": ("stopped", "true"), "activating": ("stopped", "true"), "template@": ("stopped", "false"),
                      "indirect": ("stopped", "false"), "masked": ("stopped", "false")}
    assert not {"odd-alias.service", "odd-runtime.service"} & set(titles)
    for word in alone:
        assert by_title(answer[word]["resources"]) == {word.split("/")[1]: titles[word.split("/")[1]]}
