"""`mco plugin doc`, `describe_filter`, `completion` and the help screens beside those of the original: same library directory, same words."""
import re
from types import SimpleNamespace

import pytest

from conftest import need
from nodes import RUBY_CLIENT, Client, original_available, plain_environment, ruby_environment
from processes import run
from terminal import run_in_terminal

HEAD = """metadata :name => "{name}", :description => "About {name}", :author => "A. Author <a@example.net>", :license => "MIT",
         :version => "1.2", :url => "http://example.net/", :timeout => {timeout}
"""
LONG = ("usage <<-USAGE\n\n  This text is longer than any line of a terminal can be expected to hold, so it has to be continued on the next "
        "line.\n\n    example --with an indented line that is itself far too long for a terminal of eighty columns\n\n  End.\nUSAGE\n")
AGENT = """
action "zap", :description => "The last one" do
end
action "act", :description => "Does it" do
  display :always
  input :text, :prompt => "Text", :description => "Any text", :type => :string, :validation => '^[a-z]+$', :optional => true,
        :maxlength => 30, :default => "abc"
  input :pattern, :prompt => "Pattern", :description => "A regexp", :type => :string, :validation => /^.+$/i, :optional => false, :maxlength => 0
  input :checked, :prompt => "Checked", :description => "By a validator", :type => :string, :validation => :shellsafe, :optional => false,
        :maxlength => 5
  input :choice, :prompt => "Choice", :description => "One of a list", :type => :list, :list => ["a", "b", 3], :optional => false
  input :flag, :prompt => "Flag", :description => "Yes or no", :type => :boolean, :optional => true, :default => true
  input :number, :prompt => "Number", :description => "A number", :type => :integer, :optional => true, :default => 5
  output :plain, :description => "Plain", :display_as => "Plain text"
  output :preset, :description => "Preset", :display_as => "Preset", :default => "none"
  output :off, :description => "Off", :display_as => "Off", :default => false
  summarize do
    aggregate summary(:plain)
  end
end
"""
DATA = """
dataquery :description => "Asks" do
  input :query, :prompt => "Path", :description => "Path of it", :type => :string, :validation => /.+/, :maxlength => 120
  output :size, :description => "Its size", :display_as => "Size"
  output :age, :description => "Its age", :display_as => "Age", :default => 4
end
"""
SILENT_DATA = """
dataquery :description => "Asks nothing" do
  output :size, :description => "Its size", :display_as => "Size"
end
"""
LIST_DATA = """
dataquery :description => "Asks for one of a list" do
  input :query, :prompt => "Kind", :description => "Which kind", :type => :list, :list => ["x", "y"], :default => "x"
  output :size, :description => "Its size", :display_as => "Size"
end
"""
# What other people's declarations use of Ruby.
IDIOMS = """
longest = 10 * 1024
WORDS = {"switch_on" => ["lamp", true], "switch_off" => ["heater", false]}.freeze

def target(what, optional = false)
  input :target, :prompt => "The #{what}", :description => "Which #{what.capitalize} to act on", :type => :string, :validation => ".",
        :optional => optional, :maxlength => 10 * 1024
end

def never_called(path)
  return File.read(path) if path =~ %r{/}
end

[["switch_on", "lamp"], ["switch_off", "heater"]].each do |act, what|
  action act, :description => "Turns it #{act[7..-1].sub('f', 'F')} (#{WORDS[act][0][0, 2]}, #{longest / 3 % 100})" do
    target what, WORDS[act].last
    input :names, :prompt => "Names", :description => "%s of %03d" % [what, 7], :type => :Array, :optional => !WORDS[act][1]
    output :state, :description => act.end_with?("on") ? "Bright" : "Dark", :display_as => "State"
    if respond_to?(:summarize)
      summarize do
        summary(:state)
        aggregate summary(:state, "%s")
      end
    end
    output :thought, :description => "", :display_as => "" if respond_to? :telepathy
  end
end
"""
FILES = {
    "agent/plain": HEAD.format(name="plain", timeout=10) + AGENT,
    "agent/wordy": HEAD.format(name="A wordy agent", timeout=60) + 'requires :mcollective => "2.2.1"\n' + LONG + AGENT,
    "agent/idioms": HEAD.format(name="idioms", timeout='"10"') + IDIOMS,
    "agent/bare": HEAD.format(name="bare", timeout=1),
    "agent/twin": HEAD.format(name="twin", timeout=1) + AGENT,
    "data/twin_data": HEAD.format(name="twin", timeout=1) + DATA,
    "data/silent_data": HEAD.format(name="silent", timeout=1) + SILENT_DATA,
    "data/listed_data": HEAD.format(name="listed", timeout=1) + LIST_DATA,
    "discovery/everything": HEAD.format(name="everything", timeout=0)
    + "discovery do\n  capabilities [:compound, :classes, :facts, :identity, :agents]\nend\n",
    "discovery/names": HEAD.format(name="names", timeout=0) + "discovery do\n  capabilities :identity\nend\n",
    "validator/odd_validator": HEAD.format(name="odd", timeout=1),
    "aggregate/median": HEAD.format(name="median", timeout=5) + LONG,
    "connector/pigeon": HEAD.format(name="pigeon", timeout=60) + 'requires :mcollective => "2.6.0"\n',
}
# What both say in words of their own.
PROSE = {
    "This plugin does not take any input": "This plugin takes no input",
    "This action does not have any inputs": "This action has no inputs",
    "Filter based on configuration management classes": "Finds nodes by their configuration management classes",
    "Filter based on system facts": "Finds nodes by their facts",
    "Filter based on mcollective identity": "Finds nodes by their identity",
    "Filter based on mcollective agents": "Finds nodes by the agents they run",
    "Compound filters combining classes and facts": "Finds nodes by expressions over classes and facts",
}


@pytest.fixture(scope="module")
def clients(binaries, tmp_path_factory):
    need(original_available(), "the original (mcollective-client)")
    folder = tmp_path_factory.mktemp("doc")
    library = folder / "lib/mcollective"
    for name, text in FILES.items():
        (library / name).parent.mkdir(parents=True, exist_ok=True)
        (library / f"{name}.ddl").write_text(text)
    broker = SimpleNamespace(connector="activemq", port=1, vhost="/")
    extra = f"libdir = {folder}/lib\n"
    return SimpleNamespace(ours=Client(broker, folder / "ours", binaries / "mco", extra=extra),
                           original=Client(broker, folder / "original", extra=extra), library=library)


def both(clients, *words, env=None):
    """Both paint, as the original does wherever its output goes."""
    return clients.ours.run(*words, env={"CLICOLOR_FORCE": "1"} | (env or {})), clients.original.run(*words, env=env)


def with_our_prose(text):
    for theirs, ours in PROSE.items():
        text = text.replace(theirs, ours)
    return text


@pytest.mark.parametrize("name", FILES)
def test_documents_are_laid_out_alike(clients, name):
    stem = re.sub(r"_(data|validator)$", "", name)
    ours, original = both(clients, "plugin", "doc", stem)
    assert original.code == 0, original
    assert (ours.code, ours.err) == (0, "")
    assert ours.out == with_our_prose(original.out)


def test_what_of_a_declaration_has_no_meaning_is_passed_over_with_a_note(clients):
    """Issue 12, item 26: the original loads it (test_documents_are_laid_out_alike), and nothing of it is run."""
    plain, told = clients.ours.run("plugin", "doc", "agent/idioms"), clients.ours.run("plugin", "doc", "agent/idioms", "-v")
    document, notes = told.out.split("\nPASSED OVER:\n============\n")
    assert document == plain.out
    assert re.findall(r"^   line \d+: (.+)$", notes, re.M) == [
        "the method never_called is more Ruby than is read here",
        "the type :Array of input names is a conversion of Ruby's: it accepts whatever can be converted",
        "'summary' without 'aggregate' adds nothing up",
        'the argument "%s" of aggregate summary is no hash of options']


@pytest.mark.parametrize("columns", [30, 62, 80, 100, 132, 200])
def test_texts_are_wrapped_alike_on_a_terminal(clients, columns):
    shown = []
    for client in (clients.ours, clients.original):
        environment = ruby_environment() if client.is_ruby else plain_environment()
        environment |= {"COLUMNS": str(columns), "LINES": "24"}
        words = [client.program, "plugin", "doc", "aggregate/median", "-c", client.config]
        shown.append(run_in_terminal(words, environment, columns=columns))
    ours, original = shown
    assert (ours.code, ours.err) == (original.code, original.err) == (0, "")
    assert ours.out == original.out


@pytest.mark.parametrize("name", ["plain", "median", "silent", "odd"])
def test_names_alone_are_enough(clients, name):
    ours, original = both(clients, "plugin", "doc", name)
    assert ours.out == with_our_prose(original.out)


@pytest.mark.parametrize("words", [["twin"], ["nosuch"], ["agent/nosuch"], ["nosuch/plain"], ["data/twin_data"], ["data/twin"],
                                   ["agent/"], ["/plain"]], ids=lambda words: words[0])
def test_names_that_are_none_or_several(clients, words):
    ours, original = both(clients, "plugin", "doc", *words)
    said = original.err.replace("Duplicate plugin name found, please specify a full path like agent/rpcutil",
                                "There are 2 plugins named 'twin'; say which one is meant: agent/twin, data/twin")
    assert (ours.code, ours.out, ours.err) == (original.code, with_our_prose(original.out), said)


@pytest.mark.parametrize("words", [[], ["nosuchaction"]], ids=["nothing", "unknown"])
def test_actions_that_are_none(clients, words):
    ours, original = both(clients, "plugin", *words)
    assert (ours.code, ours.out, ours.err) == (original.code, original.out, original.err)


def sections(listing):
    """{heading: {name: rest of the row}} of a list of plug-ins, and its first lines."""
    first, _, rest = listing.partition("\n\n")
    found = {}
    for block in rest.strip("\n").split("\n\n"):
        heading, *rows = block.split("\n")
        found[heading] = {row.split()[0]: row for row in rows}
    return first, found


def test_the_list_has_the_same_layout(clients):
    ours, original = both(clients, "plugin", "doc")
    first, our_sections = sections(ours.out)
    their_first, their_sections = sections(original.out)
    assert (ours.code, first, list(our_sections)) == (original.code, their_first, list(their_sections))
    for heading, rows in their_sections.items():
        assert list(our_sections[heading]) == sorted(our_sections[heading])
        added = {name for name, row in rows.items() if "About " in row}
        assert {name: our_sections[heading][name] for name in added} == {name: rows[name] for name in added}
    count = sum("About " in row for rows in our_sections.values() for row in rows.values())
    assert count == len(FILES)
    assert ours.out.endswith("\n\n")


def test_what_cannot_be_read_is_listed_at_the_end(clients):
    broken = {"agent/broken.ddl": "metadata 7\n", "connector/tomorrow.ddl": 'requires :mcollective => "99"\n'}
    for name, text in broken.items():
        (clients.library / name).write_text(text)
    try:
        ours, original = both(clients, "plugin", "doc")
    finally:
        for name in broken:
            (clients.library / name).unlink()
    for shown in (ours, original):
        assert shown.code == 0, shown
        tail = shown.out.split("Plugin Load Errors:\n", 1)[1]
        rows = re.findall(r"^  (.{25}) \x1b\[33m([^\x1b]+)\x1b\[0m$", tail, re.M)
        assert [name.strip() for name, _ in rows] == ["agent/broken", "connector/tomorrow"], tail
    assert "broken.ddl:1" in ours.out and "99" in ours.out


def test_templates_are_refused(clients, tmp_path):
    template = tmp_path / "template.erb"
    template.write_text("<%= system('touch /nonexistent') %>")
    ours = clients.ours.run("plugin", "doc", "plain", "--template", str(template))
    assert ours.code == 1 and ours.out == ""
    assert "--template" in ours.err


EXPRESSIONS = [
    ["-F", "os=Debian"], ["-F", "os=/x/"], ["-F", "cpus>=4", "-C", "apache", "-C", "/foo/"], ["-W", "os=x apache"],
    ["-S", "os=/x/"], ["-S", "a<=4 and b>=5 and c"], ["-S", "(a or b) and !c"], ["-S", "not (a and os = x) or b"],
    ["-S", "fstat('/etc/x').size>10"], ["-S", "fstat('/x').md5!=/abc/ and agent('').x=1 and agent().x=b"],
    ["-S", 'foo="a b"'], ["-F", "a!=b", "-S", "a", "-C", "b"], [],
]


@pytest.mark.parametrize("words", EXPRESSIONS, ids=" ".join)
def test_filters_are_described_alike(clients, words):
    ours, original = both(clients, "describe_filter", *words)
    assert (ours.code, ours.out, ours.err) == (original.code, original.out, original.err)


def test_filters_that_the_original_describes_wrongly(clients):
    """Of several expressions it shows the first, < and > are letters of a class to it, and outer parentheses never close."""
    ours, original = both(clients, "describe_filter", "-S", "a<4", "-S", "((b))", "-I", "n1")
    title = "-S Query expands to the following instructions:\n\n"
    assert original.out == title + "  Check if class 'a<4' is present on the host\n\n"
    assert ours.out == ("-I filter expands to the following identity checks, one of which must hold:\n\n"
                        "  Check if the identity of the host is 'n1'\n\n"
                        + title + "  Check if fact 'a' < '4'\n\n"
                        + title + "  (\n    (\n        Check if class 'b' is present on the host\n    )\n  )\n\n")
    ours, original = both(clients, "describe_filter", "-S", "((b))")
    assert original.out.splitlines()[-4:] == ["        Check if class 'b' is present on the host", "    )", "    )", ""]
    assert ours.out == title + "  (\n    (\n        Check if class 'b' is present on the host\n    )\n  )\n\n"


def test_filters_that_cannot_be_read(clients):
    for expression in ["a and", "(a", "a b", "/x"]:
        ours, original = both(clients, "describe_filter", "-S", expression)
        assert (ours.code, ours.out, original.code) == (1, "", 1), (ours, original)
        assert "-S input" in ours.err and "-S input" in original.err


COMPLETION = [
    ["--list-agents"], ["--list-agents", "-v"], ["--list-actions", "--agent", "plain"], ["--list-actions", "--agent", "plain", "-v"],
    ["--list-inputs", "--agent", "plain", "--action", "act"], ["--list-inputs", "--agent", "plain", "--action", "act", "-v"],
    ["--list-inputs", "--agent", "plain", "--action", "zap"], ["--list-actions", "--agent", "nosuch"],
    ["--list-inputs", "--agent", "plain", "--action", "nosuch"], ["--list-inputs", "--agent", "nosuch", "--action", "x"],
    ["--list-actions"], ["--list-inputs"], ["--list-inputs", "--agent", "plain"], ["--list-applications"],
    ["--list-applications", "-v"], [], ["--list-agents", "--list-applications"],
]


@pytest.mark.parametrize("words", COMPLETION, ids=" ".join)
def test_completion_lists_what_the_original_lists(clients, words):
    ours, original = both(clients, "completion", *words)
    assert ours.code == original.code
    assert bool(ours.err) == bool(original.err), (ours, original)
    names = {row.split(":")[0] for row in original.out.splitlines()}
    builtin = {"rpcutil"} if "--list-agents" in words else set()
    # Descriptions of what is built in are our own, and we have more applications and agents.
    about = {row for row in original.out.splitlines() if "--list-applications" not in words and row.split(":")[0] not in builtin}
    assert names <= {row.split(":")[0] for row in ours.out.splitlines()}
    assert about <= set(ours.out.splitlines())
    assert ours.out.splitlines() == sorted(ours.out.splitlines())
    assert ("-v" in words) == (":" in ours.out) or not ours.out


def outline(screen):
    """A help screen without its prose: headings, empty lines and the names of options."""
    lines = screen.split("\n")
    return [line[:37].rstrip() if line.startswith("    ") else line for line in lines]


def shared_outline(screen, options):
    """The outline with only these options, empty lines and headings that are those of groups."""
    headings = {"Application Options", "RPC Options", "Common Options", "Host Filters"}
    return [line for line in outline(screen) if not line or line in headings or line.strip() in options]


# Options that we have under the same names with another placeholder, or not at all.
NOT_HERE = {"inventory": {"--script", "--collective-graph,"}, "rpc": {"--arg,"},
            "plugin": {"-n,", "--postinstall", "--preinstall", "--revision", "--iteration", "--vendor", "--pluginpath", "--mcname",
                       "--mcversion", "--dependency", "--format", "--sign", "--template", "--description", "--author", "--license",
                       "--pluginversion", "--url", "--timeout", "--actions", "--outputs", "--keep-artifacts", "--module-template"}}


@pytest.mark.parametrize("application", ["completion", "describe_filter", "facts", "find", "help", "inventory", "ping", "plugin", "rpc"])
def test_help_screens_are_laid_out_alike(clients, application):
    ours, original = both(clients, "help", application)
    assert (ours.code, original.code) == (0, 0)
    common = {line.strip() for line in outline(ours.out)} & {line.strip() for line in outline(original.out)} - {""}
    assert {"-v, --verbose", "-h, --help", "-c, --config FILE"} <= common

    def options(screen):
        # What comes before the first options differs: usage lines are prose, and not all commands had some.
        return screen[re.search(r"^(Application Options|RPC Options|    -c, --config FILE.*)$", screen, re.M).start():]
    assert shared_outline(options(ours.out), common) == shared_outline(options(original.out), common)
    missing = {line.strip() for line in outline(options(original.out))} - common - {""}
    assert {line.split()[0] for line in missing if line.startswith("-")} <= NOT_HERE.get(application, set()), missing


def test_help_of_nothing(clients):
    ours, original = both(clients, "help", "nosuchcommand")
    assert (ours.code, ours.out) == (original.code, original.out) == (1, "")
    for shown, hint in ((ours, ""), (original, ", use -v for full error backtrace details")):
        assert re.search(rf"^\nThe \x1b\[1mhelp\x1b\[0m application failed to run{hint}: \x1b\[31m", shown.err, re.M)


def test_the_list_of_commands(clients):
    ours, original = both(clients, "help")
    for shown in (ours, original):
        lines = shown.out.split("\n")
        assert re.fullmatch(r"The Marionette Collective version [\d.]+", lines[0])
        assert (lines[1], lines[-2:]) == ("", ["", ""])
        assert all(re.fullmatch(r"  \S+ +\S.*", row) and (len(row.split()[0]) > 15 or row[17] == " ") for row in lines[2:-2]), lines
    assert {row.split()[0] for row in original.out.split("\n")[2:-2]} <= {row.split()[0] for row in ours.out.split("\n")[2:-2]}


def without_paths(head, library):
    """The libraries that were searched: the original adds all of Ruby's."""
    paths = re.findall(r"^   (/.*)$", head, re.M)
    assert not paths or str(library.parent) in paths, paths
    return re.sub(r"(^   /.*\n)+", "   PATHS\n", head, flags=re.M)


@pytest.mark.parametrize("words", [[], ["--help"], ["nosuchcommand"], ["-h"], ["-c"], ["-cCONFIG"]], ids=" ".join)
def test_the_table_of_commands(clients, binaries, words):
    table = {}
    for client, program in ((clients.ours, str(binaries / "mco")), (clients.original, RUBY_CLIENT)):
        environment = ruby_environment() if client.is_ruby else plain_environment()
        environment["MCOLLECTIVE_EXTRA_OPTS"] = f"--config={client.config}"
        line = [word.replace("CONFIG", str(client.config)) for word in words] + [client.config] * (words == ["-c"])
        shown = run([client.program, *line], env=environment)
        head, _, rest = shown.out.partition("Known commands:\n\n")
        rows = rest.split("\n\n")[0].split("\n")
        assert all(re.fullmatch(r"   (\S+ +){0,2}\S* *", row) and len(row) >= 65 for row in rows), rows
        assert rest.count("\n\n") == 2 and rest.endswith("\n\n"), rest
        names = " ".join(rows).split()
        assert names == sorted(names)
        head = without_paths(re.sub(r"version [\d.]+", "version V", head), clients.library)
        head = head.replace(program, "mco").replace(str(client.config), "CONFIG")
        table[program] = (shown.code, head, shown.err, names)
    ours, original = table.values()
    assert ours[:3] == original[:3]
    assert set(original[3]) <= set(ours[3])


def test_where_the_program_is_called_by_the_name_of_a_command(clients, binaries, tmp_path):
    link = tmp_path / "mc-completion"
    link.symlink_to(binaries / "mco")
    done = run([link, "--list-actions", "--agent", "plain", "-c", clients.ours.config])
    assert (done.code, done.out, done.err) == (0, "act\nzap\n", "")
