"""What guides tell their readers to type: blocks of code, and the command lines in them and in the text."""
import re
import shlex
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDES = sorted([*ROOT.glob("docs/*.md"), *ROOT.glob("agents/*/README.md"), ROOT / "README.md"])
PROGRAMS = ("mco", "mcollectived", "mco-broker")
SEPARATORS = {"|", "&&", ";", "&", "||"}


class Block:
    """A fenced block, with the language and the heading that it stands under."""

    def __init__(self, guide, line, language, heading, text):
        self.guide, self.line, self.language, self.heading, self.text = guide, line, language, heading, text

    @property
    def place(self):
        return f"{self.guide.relative_to(ROOT)}:{self.line}"


def blocks(guide):
    found, heading, begin, lines = [], "", None, []
    for number, line in enumerate(guide.read_text().splitlines(), 1):
        if line.startswith("```"):
            if begin is None:
                begin, language, lines = number, line[3:].strip(), []
            else:
                found.append(Block(guide, begin, language, heading, "\n".join(lines) + "\n"))
                begin = None
        elif begin is not None:
            lines.append(line)
        elif line.startswith("#"):
            heading = line.lstrip("# ")
    assert begin is None, f"{guide}: a block has no end"
    return found


def prose(guide):
    return re.sub(r"^```.*?^```$", "", guide.read_text(), flags=re.M | re.S)


def _lines(block):
    """What is typed in a block: after `$ ` where screens are shown, otherwise all; without documents that are fed to a command."""
    text = re.sub(r"<<'(\w+)'\n.*?\n\1$", "", block.text.replace("\\\n", " "), flags=re.M | re.S)
    typed = [line[2:] for line in text.splitlines() if line.startswith("$ ")]
    return typed or ([] if block.language in ("json", "yaml", "ini", "properties", "console") else text.splitlines())


def _calls(line):
    """The calls of our programs in a line of a shell, as words."""
    try:
        lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
        lexer.whitespace_split, lexer.commenters = True, "#"
        words = list(lexer)
    except ValueError:
        return  # text in another language
    call = []
    for word in [*words, ";"]:
        if word not in SEPARATORS:
            call.append(word)
            continue
        if call and call[0] == "sudo":
            call = call[1:]
        redirected = next((at for at, one in enumerate(call) if set(one) <= set("<>")), len(call))
        if call and call[0] in PROGRAMS and (len(call) > 1 or call[0] != "mco"):
            yield call[:redirected]
        call = []


def commands(guide):
    """Every call of our programs with its place: those in blocks, and those in the text between backticks."""
    for block in blocks(guide):
        for line in _lines(block):
            for call in _calls(line):
                yield block.place, call
    for span in re.findall(r"`((?:mco|mcollectived|mco-broker) [^`\n]+)`", prose(guide)):
        for call in _calls(span):
            yield str(guide.relative_to(ROOT)), call
