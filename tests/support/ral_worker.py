"""The Ruby worker driven over its protocol, in a throw-away copy of the system: what it changes is seen, and gone afterwards."""
import functools
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = [*sorted((ROOT / "puppet/ral/worker").glob("*.rb")), ROOT / "core/ral/acting_types.txt"]
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
COPIED = ("etc", "var", "home", "root", "usr/local", "opt", "srv")  # where providers write
# Another Puppet than the one that is installed: its folder lib.
OTHER_PUPPET = {"RUBYLIB": os.environ["MCO_PUPPET_LIB"]} if "MCO_PUPPET_LIB" in os.environ else {}
ENVIRONMENT = {"PATH": PATH, "LANG": "C.UTF-8", "HOME": "/root", **OTHER_PUPPET}
# A file system that keeps what is written apart, on top of each folder; no sockets of services that know the real files.
COPY = """
mount -t tmpfs tmpfs "$1" || exit 1
for folder in {folders}; do
  mkdir -p "$1/up/$folder" "$1/work/$folder"
  mount -t overlay overlay -o "lowerdir=/$folder,upperdir=$1/up/$folder,workdir=$1/work/$folder" "/$folder" || exit 1
done
mount -t tmpfs tmpfs /run || exit 1
shift
exec "$@"
""".format(folders=" ".join(COPIED))


@functools.cache
def script_folder():
    """What the worker is made of, in one folder as the daemon puts it there; everybody may read it."""
    folder = tempfile.TemporaryDirectory(prefix="mco-worker-")
    os.chmod(folder.name, 0o755)
    for source in SOURCES:
        shutil.copy(source, folder.name)
    return folder


class Ended(Exception):
    """The worker ended instead of answering."""


class RalWorker:
    """One worker; its words are those of Puppet. `home` gets its private folder and its standard error."""

    def __init__(self, home, *words, ruby=(), prefix=(), environment=ENVIRONMENT, idle=300):
        home.mkdir(exist_ok=True)
        self.home, self.copy = home, home / "copy"
        self.copy.mkdir()
        self.log = home / "stderr"
        argv = [*prefix, "/usr/bin/ruby", "--disable=did_you_mean,error_highlight", *ruby, f"{script_folder().name}/worker.rb", f"--private={home}/private",
                f"--idle={idle}", *words]
        (home / "private").mkdir()
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(
                ["unshare", "--mount", "--propagation", "private", "sh", "-c", COPY, "sh", self.copy, *argv], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=log, start_new_session=True, env=environment)
        self._received, self._last = b"", 0
        self.hello = self._read(120)

    @property
    def pid(self):
        return self._process.pid

    def ask(self, kind, seconds=120, **words):
        """The answer, whatever it is."""
        self._last += 1
        self._process.stdin.write(json.dumps({"id": self._last, "ask": kind, **words}).encode() + b"\n")
        self._process.stdin.flush()
        answer = self._read(seconds)
        assert answer["id"] == self._last, answer
        return answer

    def good(self, kind, **words):
        answer = self.ask(kind, **words)
        assert answer["ok"], answer
        return answer

    def error(self, kind, **words):
        answer = self.ask(kind, **words)
        assert not answer["ok"], answer
        return answer["error"]

    def find(self, type_name, title):
        return self.good("find", type=type_name, title=title)["resource"]["parameters"]

    def titles(self, type_name, **words):
        return [resource["title"] for resource in self.good("search", type=type_name, **words)["resources"]]

    def apply(self, *resources, noop=False, **words):
        """Each resource is (type, title, parameters)."""
        described = [{"type": name, "title": title, "parameters": parameters} for name, title, parameters in resources]
        return self.ask("apply", resources=described, noop=noop, **words)

    def inside(self, *argv, stdin=""):
        """Runs a program in the worker's copy of the system; what it printed."""
        return subprocess.run(["nsenter", "--target", str(self.pid), "--mount", *argv], check=True, capture_output=True, input=stdin, text=True).stdout

    def changed(self):
        """The files that were written or removed in the copy."""
        top = Path(f"/proc/{self.pid}/root{self.copy}/up")
        return sorted(str(path.relative_to(top)) for path in top.rglob("*") if not path.is_dir() or path.is_symlink())

    def end_of_input(self, seconds=60):
        """Its exit code."""
        self._process.stdin.close()
        return self._process.wait(seconds)

    def read_end(self, seconds):
        """What it still says before it ends by itself."""
        said = []
        try:
            while True:
                said.append(self._read(seconds))
        except Ended:
            return said

    def stop(self):
        if self._process.poll() is None:
            os.kill(self.pid, signal.SIGKILL)
        self._process.wait(20)
        for pipe in (self._process.stdin, self._process.stdout):
            pipe.close()

    def _read(self, seconds):
        deadline = time.monotonic() + seconds
        while b"\n" not in self._received:
            left = deadline - time.monotonic()
            assert left > 0 and select.select([self._process.stdout], [], [], left)[0], f"no answer; {self.log.read_text()[-3000:]}"
            piece = os.read(self._process.stdout.fileno(), 1 << 20)
            if not piece:
                raise Ended(self.log.read_text(errors="replace")[-3000:])
            self._received += piece
        line, self._received = self._received.split(b"\n", 1)
        return json.loads(line)


TYPE = """
Puppet::Type.newtype(:{name}) do
  ensurable
  newparam(:name, namevar: true)
  newproperty(:color)
  newproperty(:list, array_matching: :all)
  newproperty(:number)
  {more}
end
"""
PROVIDER = """
Puppet::Type.type(:{name}).provide(:{provider}) do
  mk_resource_methods
  def self.instances
    {instances}
  end
  def exists?; @property_hash[:ensure] == :present; end
  def create; end
  def destroy; end
  {more}
end
"""
TWO = "[new(name: 'a', ensure: :present, color: 'red'), new(name: 'b', ensure: :present, color: 'blue')]"


class Plugins:
    """Types and providers of our own, in one folder."""

    def __init__(self, folder):
        self.folder = folder / "puppet"

    def write(self, path, text):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def type(self, name, more=""):
        self.write(f"type/{name}.rb", TYPE.format(name=name, more=more))

    def provider(self, name, provider="one", instances=TWO, more=""):
        self.write(f"provider/{name}/{provider}.rb", PROVIDER.format(name=name, provider=provider, instances=instances, more=more))

    def add(self, name, instances=TWO, more=""):
        """A type with one provider, which lists a and b after what `instances` does."""
        self.type(name)
        self.provider(name, instances=instances, more=more)
