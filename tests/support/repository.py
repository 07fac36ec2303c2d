"""Package repositories of tests: folders of .deb files with the list that apt reads as `file:FOLDER ./`."""
import fcntl
import os
from pathlib import Path

from processes import run

ROOT = Path(__file__).parents[2]

INDEX = r"""
cd "$1"
for file in *.deb; do
    dpkg-deb --field "$file"
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$file" "$(stat -c %s "$file")" "$(sha256sum "$file" | cut -d ' ' -f 1)"
done >Packages.new
mv Packages.new Packages
"""


def listing(folder):
    """Words of a command that lists what the folder holds; it may be run in a copy of a system."""
    return ["bash", "-ec", INDEX, "listing", folder]


def index(folder):
    """Lists what a folder of this system holds."""
    done = run(listing(folder))
    assert done.code == 0, done


def source(folder):
    """The line for apt."""
    return f"deb [trusted=yes] file:{folder} ./\n"


def of_this_tree():
    """The folder with this tree's packages and their list. MCO_PACKAGES names one that exists; else scripts/package makes them from the build."""
    folder = Path(os.environ.get("MCO_PACKAGES", ROOT / "build/package")).absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{folder}.lock", "w") as lock:  # tests run side by side
        fcntl.flock(lock, fcntl.LOCK_EX)
        if "MCO_PACKAGES" not in os.environ:
            done = run([ROOT / "scripts/package", "--from-build"], timeout=3600)
            assert done.code == 0, done
        index(folder)
    return folder
