#!/usr/bin/env python3
"""Puts the sources of one target together in few compilation units (cmake/Library.cmake calls it; docs/tests.md says what that saves).

units.py ROOT FOLDER NAME SOURCE...    writes FOLDER/NAME_1.cpp and so on, which include the sources; prints what to compile.

Sources that define the same name for themselves (in an unnamed namespace, as static, as a macro) come into different units, and one
that uses a name of the folder's headers in another sense stays alone, so nobody has to choose names with the neighbours' in mind. A unit names its sources from the root, so that all clones share the compiler's cache.
"""
import re
import sys
from pathlib import Path

LINES = 1600  # of one unit at most: small enough for two processors to end together
NOISE = re.compile(r'R"(\w*)\(.*?\)\1"|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
MACRO = re.compile(r"^\s*#\s*define\s+(\w+)", re.MULTILINE)
TYPE = re.compile(r"\b(?:struct|class|enum(?:\s+class)?|union|using|concept|namespace)\s+(\w+)")
CALLED = re.compile(r"([A-Za-z_]\w*|operator\s*\S+?)\s*\(")
HELD = re.compile(r"([A-Za-z_]\w*)\s*(?:\[[^\]]*\]\s*)*(?:=|$)")


def own_names(text):
    """What the text of a source defines for itself alone; too many names rather than too few. A name that is only brought in from
    elsewhere (`using ::testing::HasSubstr`) comes with its origin, as several may do so."""
    names = dict.fromkeys(MACRO.findall(text))
    text = re.sub(r"^\s*#(?:.*\\\n)*.*$", "", NOISE.sub(lambda found: " " if found.group()[0] in "/" else '""', text), flags=re.MULTILINE)
    stack, head = [], ""  # of every open brace: "named", "own" (an unnamed namespace) or "body"
    for piece in re.split(r"([{};])", text):
        if piece == "{":
            level = stack[-1] if stack else "named"
            found = re.search(r"\bnamespace\b\s*([\w:]*)\s*$", head)
            if found and level != "body":
                stack.append("named" if found.group(1) and level != "own" else "own")
            else:
                names.update(_defined(head, level))
                stack.append("body")
            head = ""
        elif piece == "}":
            if stack:
                stack.pop()
            head = ""
        elif piece == ";":
            names.update(_defined(head, stack[-1] if stack else "named"))
            head = ""
        else:
            head += piece
    return names


def _defined(head, level):
    head = re.sub(r"\[\[[^\]]*\]\]|\btemplate\s*<[^{;]*?>(?=\s*\w)", "", head).strip()
    if level == "body" or (level == "named" and not re.match(r"(static|namespace|using)\b", head)):
        return {}
    brought = re.match(r"using\s+(?:[\w:]*::)?(\w+)$", head)
    if brought:
        return {brought.group(1): head}
    found = TYPE.match(head) or CALLED.search(head) or HELD.search(head)
    return {} if not found or found.group(1).isupper() else {found.group(1): None}  # what is in capitals is a macro's use


def _clash(some, others):
    return any(name in others and (origin is None or others[name] != origin) for name, origin in some.items())


def header_types(folder):
    """The types that the headers of a folder define: a neighbour may include them after a source that means something else."""
    return {name for header in folder.glob("*.hpp") for name in TYPE.findall(NOISE.sub(" ", header.read_text()))}


def units(sources):
    """The sources, in the order given, as lists of those that can stand in one unit."""
    made, types = [], {folder: header_types(folder) for folder in {source.parent for source in sources}}
    for source in sources:
        text = source.read_text()
        names, lines = own_names(text), text.count("\n")
        if types[source.parent] & names.keys():
            lines = LINES + 1
        for unit in made:
            if unit["lines"] + lines <= LINES and not _clash(names, unit["names"]):
                break
        else:
            unit = {"sources": [], "names": {}, "lines": 0}
            made.append(unit)
        unit["sources"].append(source)
        unit["names"].update(names)
        unit["lines"] += lines
    return [unit["sources"] for unit in made]


def main():
    root, folder, name = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    for number, sources in enumerate(units([Path(word) for word in sys.argv[4:]]), 1):
        if len(sources) == 1:
            print(sources[0])
            continue
        unit = folder / f"{name}_{number}.cpp"
        text = "".join(f'#include "{source.relative_to(root) if source.is_relative_to(root) else source}"\n' for source in sources)
        if not unit.exists() or unit.read_text() != text:
            folder.mkdir(parents=True, exist_ok=True)
            unit.write_text(text)
        print(unit)


if __name__ == "__main__":
    main()
