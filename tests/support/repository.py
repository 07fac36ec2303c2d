"""Package repositories of tests: folders of .deb files with the list that apt reads as `file:FOLDER ./`."""
from processes import run

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
