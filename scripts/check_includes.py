#!/usr/bin/env python3
"""Fails when a folder includes what stands above it, or when Asio is used outside the layers that may."""
import re
import subprocess
import sys

ALLOWED = {
    "core": {"core"},
    "system": {"core", "system"},
    "transport": {"core", "system", "transport"},
    "facts": {"core", "system", "facts"},
    "agents": {"core", "system", "facts", "agents"},
    "broker": {"core", "system", "transport", "broker"},
    "daemon": {"core", "system", "transport", "facts", "agents", "daemon"},
    "client": {"core", "system", "transport", "client"},
    "cli": {"core", "system", "transport", "client", "cli"},
}
# The client may read the embedded DDL texts, and nothing else of the agents.
EXCEPTIONS = {("client", "agents/builtin_ddls.hpp")}
ASIO = {"transport", "broker", "daemon", "client", "cli"}
ASIO_HEADERS = {"system/asio.hpp", "system/asio_ssl.hpp"}

broken = []
files = subprocess.run(["git", "ls-files", "*.hpp", "*.cpp"], capture_output=True, text=True, check=True).stdout.split()
for path in files:
    folder = path.split("/")[0]
    if folder not in ALLOWED:
        continue
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        ours = re.match(r'#include "([^"/]+)/([^"]+)"', line)
        if ours:
            target = f"{ours[1]}/{ours[2]}"
            if ours[1] not in ALLOWED[folder] and (folder, target) not in EXCEPTIONS:
                broken.append(f"{path}:{number}: {folder} must not include {target}")
            if target in ASIO_HEADERS and folder not in ASIO and path not in ASIO_HEADERS:
                broken.append(f"{path}:{number}: {folder} must not use Asio")
        if "<boost/asio" in line and path not in ASIO_HEADERS:
            broken.append(f"{path}:{number}: include system/asio.hpp or system/asio_ssl.hpp instead")
print("\n".join(broken), end="\n" if broken else "")
sys.exit(1 if broken else 0)
