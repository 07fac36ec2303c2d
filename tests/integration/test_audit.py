"""The audit trail of a running daemon: both forms, denied calls, rotation, full disks, and what nobody can forge."""
import json
import os
import resource
import secrets
import signal
import subprocess

import pytest

from marshal_text import Sym, dump
from messages import psk_request
from nodes import PSK, Client, Node
from processes import run, wait_until
from stomp import Stomp

pytestmark = pytest.mark.threads
NODE = "node1.lab.test"
POLICY = ("policy default deny\n"
          "allow\t*\tget_fact ping daemon_stats\t*\t*\n")


class Audited:
    """A node that audits, and a client."""

    def __init__(self, broker, binaries, folder, settings, provider="jsonlines", path=None):
        self.broker = broker
        self.path = path or folder / "audit.log"
        extra = f"rpcaudit = 1\nrpcauditprovider = {provider}\nplugin.rpcaudit.logfile = {self.path}\n{settings}"
        if "rpcauthorization" in settings:
            (folder / "node/policies").mkdir(parents=True)
            (folder / "node/policies/rpcutil.policy").write_text(POLICY)
        self.node = Node(broker, folder / "node", NODE, {"os": "Debian"}, ["base"], binaries / "mcollectived", extra)
        self.client = Client(broker, folder / "client", binaries / "mco")
        wait_until(lambda: self.client.run("find", "--dt", "1").out.split() == [NODE], 40,
                   "the node answers: " + self.node.log_text()[-2000:] + self.node.process.output())

    def call(self, action, *inputs):
        """The reply of one call, as the client shows it."""
        done = self.client.run("rpc", "rpcutil", action, *inputs, "-j", "-I", NODE)
        return json.loads(done.out)[0]

    def text(self):
        return self.path.read_text() if self.path.exists() else ""

    def events(self):
        return [json.loads(line) for line in self.text().splitlines()]

    def ended(self, count):
        """All events, once `count` calls have ended: their replies may be there before that is written."""
        wait_until(lambda: sum(line.startswith('{"event":"end"') for line in self.text().splitlines()) >= count, 20,
                   f"{count} calls have ended: {self.text()}")
        return self.events()

    def send(self, data, caller="uid=0", action="ping"):
        """A call from a client that checks nothing; its reply."""
        stomp = Stomp(self.broker.port)
        reply_to = f"/queue/mcollective.reply.tester_{secrets.token_hex(4)}.1"
        stomp.subscribe(reply_to)
        body = {Sym("agent"): "rpcutil", Sym("action"): action, Sym("caller"): caller, Sym("data"): data}
        stomp.publish("/topic/mcollective.rpcutil.agent", psk_request(PSK, payload=dump(body), agent="rpcutil", callerid=caller),
                      reply_to)
        frame = stomp.receive(10)
        stomp.close()
        return frame


@pytest.fixture
def audited(mco_broker, binaries, tmp_path):
    made = []

    def start(settings="", **more):
        made.append(Audited(mco_broker, binaries, tmp_path, settings, **more))
        return made[-1]

    yield start
    for one in made:
        one.node.stop()


AUTHORISED = "rpcauthorization = 1\nrpcauthprovider = action_policy\n"


def test_the_originals_form_has_what_was_done(audited):
    site = audited(AUTHORISED, provider="logfile")
    assert site.call("get_fact", "fact=os")["statuscode"] == 0
    assert site.call("inventory")["statuscode"] == 1
    line, = site.text().splitlines()
    assert line.startswith("[20") and " UTC] reqid=" in line, line
    assert "caller=uid=" in line and '@client.lab.test agent=rpcutil action=get_fact data={:fact=>"os"' in line, line
    assert os.stat(site.path).st_mode & 0o777 == 0o640


def test_events_tell_of_every_call(audited):
    site = audited(AUTHORISED)
    site.call("get_fact", "fact=os")
    site.call("inventory")
    site.send({Sym("fact"): "x" * 100}, action="get_fact")
    allowed, done, denied, refused, invalid, rejected = site.ended(3)
    assert allowed["event"] == "begin" and allowed["decision"] == "allowed" and "rpcutil.policy:2" in allowed["rule"], allowed
    assert allowed["inputs"] == {"fact": "os"} and allowed["action"] == "get_fact" and allowed["node"] == NODE
    assert allowed["caller"].startswith("uid=") and allowed["sender"] == "client.lab.test"
    assert done["id"] == allowed["id"] and done["outcome"] == "done" and done["status"] == 0 and done["duration_ms"] >= 0
    assert denied["decision"] == "denied" and denied["action"] == "inventory" and "rpcutil.policy" in denied["rule"], denied
    assert refused["id"] == denied["id"] and refused["outcome"] == "refused" and refused["status"] == 1
    assert invalid["decision"] == "invalid" and "fact" in invalid["rule"] and rejected["status"] == 4
    assert os.stat(site.path).st_mode & 0o777 == 0o640
    log = site.node.log_text()
    assert f"request {denied['id']}: {denied['caller']} at client.lab.test may not rpcutil#inventory: " in log
    site.node.process.signal(signal.SIGUSR1)
    wait_until(lambda: " denied=1 unaudited=0 " in site.node.log_text(), 20, "the denial is counted")


def test_secrets_are_masked_and_lines_cannot_be_forged(audited):
    site = audited()
    forged = '\n{"event":"begin","caller":"uid=0"}\n'
    assert site.send({Sym("fact"): "os", Sym("password"): "x1y2z3", Sym("a\nb"): [forged, {"Api_Token": "x1y2z3"}]})
    assert site.send({Sym("note"): "\u2028\u0085\x7f\x1b[2J" + forged})
    assert site.send({Sym("bytes"): b"\xff\xfe\n"})
    site.send({}, caller="uid=0\nuid=1")
    events = site.ended(3)
    raw = site.path.read_bytes()
    assert b"x1y2z3" not in raw and raw.endswith(b"}\n")
    assert not set(raw) & (set(range(0x20)) - {0x0a} | {0x7f}), raw
    assert len(events) == 6 and all("\n" not in event["caller"] for event in events if event["event"] == "begin"), events
    assert events[0]["inputs"]["password"] == "***" and events[0]["inputs"]["a\nb"] == [forged, {"Api_Token": "***"}]


def test_it_rotates_itself(audited):
    site = audited("plugin.rpcaudit.max_size = 900\nplugin.rpcaudit.keep = 2\n")
    for _ in range(8):
        site.call("get_fact", "fact=os")
    wait_until(lambda: len(all_lines(site.path, 2)) >= 5, 20, "all is written")
    names = sorted(name for name in os.listdir(site.path.parent) if name.startswith("audit.log"))
    assert names == ["audit.log", "audit.log.1", "audit.log.2"]
    assert all((site.path.parent / name).stat().st_size <= 900 for name in names)
    assert all(json.loads(line)["node"] == NODE for line in all_lines(site.path, 2))


def all_lines(path, kept):
    files = [path.with_name(f"{path.name}.{number}") for number in range(kept, 0, -1)] + [path]
    return [line for file in files if file.exists() for line in file.read_text().splitlines()]


@pytest.mark.parametrize("told", [True, False], ids=["by a signal", "by looking"])
def test_others_may_rotate_it(audited, told):
    site = audited()
    site.call("get_fact", "fact=os")
    site.ended(1)
    site.path.rename(site.path.with_suffix(".old"))
    if told:
        site.node.process.signal(signal.SIGWINCH)
        wait_until(lambda: "The logs were opened again" in site.node.log_text(), 20, "the signal is heard")
    site.call("get_fact", "fact=os")
    assert len(site.ended(1)) == 2
    assert len(site.path.with_suffix(".old").read_text().splitlines()) == 2


@pytest.fixture
def small_disk(tmp_path):
    """A directory on a file system of its own with a few pages."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", str(folder)], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("no file system can be mounted here: " + mounted.stderr.decode().strip())
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder):
    """Takes all the room there is, but for the rest of pages that are in use."""
    with open(folder / "ballast", "wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(b"x" * 4096)
        except OSError:
            pass


@pytest.mark.parametrize("on_failure", ["continue", "refuse"])
def test_a_full_disk(audited, small_disk, on_failure):
    site = audited(f"plugin.rpcaudit.on_failure = {on_failure}\n", path=small_disk / "audit.log")
    assert site.call("get_fact", "fact=os")["statuscode"] == 0
    fill(small_disk)

    def fails():
        reply = site.call("get_fact", "fact=os")
        return reply if "Auditing failed: " in site.node.log_text() else None

    wait_until(fails, 60, "the page is full")
    reply = site.call("get_fact", "fact=os")
    if on_failure == "refuse":
        assert reply["statuscode"] == 5 and "auditing it failed" in reply["statusmsg"] and reply["data"]["value"] is None, reply
    else:
        assert reply["statuscode"] == 0 and reply["data"]["value"] == "Debian", reply
    assert "No space left on device" in site.node.log_text()
    half = site.text()
    assert not half.endswith("\n"), "this test means to leave half a line behind"
    (small_disk / "ballast").unlink()
    assert site.call("get_fact", "fact=os")["statuscode"] == 0
    wait_until(lambda: site.text().splitlines()[-1].startswith('{"event":"end"'), 20, "auditing goes on")
    whole = site.text()
    assert whole.startswith(half + "\n")
    assert [json.loads(line)["event"] for line in whole[len(half) + 1:].splitlines()] == ["begin", "end"]


def test_a_file_that_may_not_grow_does_not_end_the_daemon(audited):
    site = audited("loglevel = error\nplugin.rpcaudit.on_failure = refuse\n")
    site.call("get_fact", "fact=os")
    site.ended(1)
    size, pid = site.path.stat().st_size, site.node.process.pid
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size + 100, resource.RLIM_INFINITY))
    assert site.call("get_fact", "fact=os")["statuscode"] == 5
    assert site.path.stat().st_size == size + 100
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert site.call("get_fact", "fact=os")["statuscode"] == 0
    wait_until(lambda: len(site.text().splitlines()) == 5, 20, "two lines, half a line, two lines: " + site.text())
    assert json.loads(site.text().splitlines()[3])["event"] == "begin"


def start_refused(mco_broker, binaries, tmp_path, settings):
    node = tmp_path / "server.cfg"
    node.write_text(f"identity = {NODE}\nsecurityprovider = psk\nplugin.psk = {PSK}\nconnector = activemq\n"
                    "plugin.activemq.pool.size = 1\nplugin.activemq.pool.1.host = 127.0.0.1\n"
                    f"plugin.activemq.pool.1.port = {mco_broker.port}\nrpcaudit = 1\n" + settings)
    return run([binaries / "mcollectived", "--check-config", "--config", node])


def test_what_cannot_work_is_said_at_start(mco_broker, binaries, tmp_path):
    missing = f"rpcauditprovider = jsonlines\nplugin.rpcaudit.logfile = {tmp_path}/missing/audit.log\n"
    done = start_refused(mco_broker, binaries, tmp_path, missing + "plugin.rpcaudit.on_failure = refuse\n")
    assert done.code == 1 and "missing/audit.log" in done.err and "plugin.rpcaudit.on_failure" in done.err, done
    done = start_refused(mco_broker, binaries, tmp_path, missing)
    assert done.code == 0 and "Calls are not audited" in done.err, done
    done = start_refused(mco_broker, binaries, tmp_path, "rpcauditprovider = pigeon\n")
    assert done.code == 1 and "server.cfg:9" in done.err and "pigeon" in done.err, done
    done = start_refused(mco_broker, binaries, tmp_path, missing + "plugin.rpcaudit.on_failure = maybe\n")
    assert done.code == 1 and "server.cfg:11" in done.err and "plugin.rpcaudit.on_failure" in done.err, done


def test_a_link_is_not_followed(mco_broker, binaries, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("")
    (tmp_path / "audit.log").symlink_to(victim)
    done = start_refused(mco_broker, binaries, tmp_path, "rpcauditprovider = logfile\nplugin.rpcaudit.on_failure = refuse\n"
                         f"plugin.rpcaudit.logfile = {tmp_path}/audit.log\n")
    assert done.code == 1 and "symbolic link" in done.err and victim.read_text() == "", done
