"""A Puppet that has all its directories below one folder, and a type that only this Puppet knows."""

KINDS = ("conf", "var", "run", "log", "public", "code")
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"}
# Keeps its value in the file of its name.
NOTE_TYPE = """Puppet::Type.newtype(:mco_note) do
  newparam(:name, :namevar => true)
  newproperty(:value) do
    def retrieve; File.exist?(resource[:name]) ? File.read(resource[:name]) : :absent; end
    def set(text) File.write(resource[:name], text); end
  end
end
"""


def directories(home):
    """Words for Puppet's command line."""
    return [word for kind in KINDS for word in (f"--{kind}dir", f"{home}/{kind}")]


def add_type(home, name, text):
    """As if pluginsync had brought it."""
    folder = home / "var/lib/puppet/type"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.rb").write_text(text)
