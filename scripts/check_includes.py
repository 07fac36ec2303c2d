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
    "puppet": {"core", "system", "puppet"},
    "agents": {"core", "system", "facts", "puppet", "agents"},
    "broker": {"core", "system", "transport", "broker"},
    "daemon": {"core", "system", "transport", "facts", "puppet", "agents", "daemon"},
    "client": {"core", "system", "transport", "client"},
    "cli": {"core", "system", "transport", "client", "cli"},
    # The command of an agent, agents/NAME/application/, is linked into `mco` and never into the daemon.
    "application": {"core", "system", "client", "cli", "application"},
}
# The client may read the embedded DDL texts, and nothing else of the agents.
EXCEPTIONS = {("client", "agents/builtin_ddls.hpp")}
ASIO = {"transport", "broker", "daemon", "client", "cli"}
ASIO_HEADERS = {"system/asio.hpp", "system/asio_ssl.hpp"}


def layer(path):
    """The folder of ALLOWED that a path belongs to; None if there is none."""
    if re.match(r"agents/[^/]+/application/", path):
        return "application"
    folder = path.split("/")[0]
    return folder if folder in ALLOWED else None


def may_include(path, target):
    if layer(path) == layer(target) == "application":
        return path.split("/")[1] == target.split("/")[1]  # that of one agent is no business of another's
    return layer(target) in ALLOWED[layer(path)] or (layer(path), target) in EXCEPTIONS


broken = []
files = subprocess.run(["git", "ls-files", "*.hpp", "*.cpp"], capture_output=True, text=True, check=True).stdout.split()
for path in files:
    folder = layer(path)
    if folder is None:
        continue
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        ours = re.match(r'#include "([^"/]+)/([^"]+)"', line)
        if ours:
            target = f"{ours[1]}/{ours[2]}"
            if not may_include(path, target):
                broken.append(f"{path}:{number}: {folder} must not include {target}")
            if target in ASIO_HEADERS and folder not in ASIO and path not in ASIO_HEADERS:
                broken.append(f"{path}:{number}: {folder} must not use Asio")
        if "<boost/asio" in line and path not in ASIO_HEADERS:
            broken.append(f"{path}:{number}: include system/asio.hpp or system/asio_ssl.hpp instead")
print("\n".join(broken), end="\n" if broken else "")
sys.exit(1 if broken else 0)
