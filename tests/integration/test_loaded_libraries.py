"""What a program loads is paid at every start of it: the list is short on purpose (docs/adr/0008)."""
import os
import re
import subprocess

import pytest

HEAVY = re.compile(r"libboost_|libcurl|libicu|libleatherman|libgnutls|libruby|libpython")


@pytest.mark.parametrize("program", ["mco", "mcollectived", "mco-broker"])
def test_loads_no_heavy_library(binaries, program):
    done = subprocess.run([binaries / program], env={**os.environ, "LD_TRACE_LOADED_OBJECTS": "1"}, capture_output=True, text=True, check=True)
    loaded = re.findall(r"^\s*(\S+\.so\S*)", done.stdout, re.MULTILINE)
    assert any(name.startswith("libcrypto.so") for name in loaded), "this is the list of libraries"
    assert [name for name in loaded if HEAVY.match(name)] == []
