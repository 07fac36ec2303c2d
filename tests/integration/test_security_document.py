"""docs/security.md names tests and code: they have to be there."""
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/security.md").read_text()


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(test_\w+\.py(?:::\w+)?)`", TEXT))))
def test_named_tests_exist(name):
    file, _, function = name.partition("::")
    found = list((ROOT / "tests").glob(f"*/{file}"))
    assert found, f"{file} does not exist"
    assert f"def {function}" in found[0].read_text(), f"{file} has no {function}"


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:agents|core|system|daemon|broker|transport|tests|packaging)/[\w./-]+)`", TEXT))))
def test_named_code_exists(name):
    assert (ROOT / name).exists() or list(ROOT.glob(f"{name}.*")), name
