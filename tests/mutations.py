#!/usr/bin/env python3
"""Does the suite find bugs? Each of these changes is one, made by hand; the test that is named has to fail with it, and passes without.

tests/mutations.py [NAME…]     all, or those: in a copy of what is committed, build/mutations, so that nothing here is touched
"""
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPY = ROOT / "build/mutations"


@dataclass
class Mutation:
    """In `file`, `right` becomes `wrong`; `program` is a test program, and `test` the test of it that finds this."""
    name: str
    file: str
    right: str
    wrong: str
    program: str
    test: str


MUTATIONS = [
    Mutation("filter: two identities that fit are as good as one", "core/filter/match.cpp",
             "fitting == 1;", "fitting >= 1;", "mco_filter_test", "Match*"),
    Mutation("psk: any digest of the right length", "core/security/psk.cpp",
             "CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0", "CRYPTO_memcmp(a.data(), b.data(), a.size()) >= 0", "mco_security_test", "Psk*"),
    Mutation("x509: revocation lists are not asked", "core/security/x509/chain.cpp",
             "X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL", "X509_V_FLAG_X509_STRICT", "mco_security_x509_test", "Chain*"),
    Mutation("policy: what cannot be told allows", "core/policy/decide.cpp",
             "if (fit && !*fit)", "if (!fit || !*fit)", "mco_policy_test", "*"),
    Mutation("wire: a counted body may end anywhere", "core/wire/frame_parser.cpp",
             "if (bytes.front() != '\\0')", "if (bytes.empty())", "mco_wire_test", "*"),
    Mutation("serializer: 123 is written as one byte", "core/serializer/marshal_encode.cpp",
             "value < 123)", "value <= 123)", "mco_serializer_test", "Marshal*"),
    Mutation("client: the first reply ends a call to whoever answers", "client/collect.cpp",
             "return anybody_expected_ && unfinished_.empty();", "return unfinished_.empty();", "mco_client_test", "*"),
    Mutation("discovery: a late answer does not keep the window open", "client/discovery_window.cpp",
             "longest_pause_ = std::max(longest_pause_, now - last_);", "longest_pause_ = std::min(longest_pause_, now - last_);",
             "mco_client_test", "DiscoveryWindow*"),
    Mutation("broker: callers answer requests", "broker/rights.cpp",
             "case Purpose::reply:\n            return role == Role::node;",
             "case Purpose::reply:\n            return role == Role::node || role == Role::client;", "mco_broker_test", "Rights*"),
    Mutation("puppet agent: runs although it is disabled", "agents/puppet/run_plan.cpp",
             "if (!state.enabled)", "if (!state.enabled && state.applying)", "mco_agent_puppet_test", "*"),
    Mutation("daemon: a request from the future is taken", "core/message/freshness.cpp",
             "claims.time > now + skew_.ahead)", "claims.time > now + skew_.ahead + ttl)", "mco_message_test", "Freshness*"),
    Mutation("daemon: requests to other collectives are taken", "daemon/node_triage.cpp",
             "if (std::find(ours.begin(), ours.end(), collective) == ours.end())",
             "if (std::find(ours.begin(), ours.end(), collective) == ours.end() && collective.empty())", "mco_daemon_test", "*"),
    Mutation("ddl: one character too many", "core/ddl/validate.cpp",
             "text::utf8_length(text) > longest)", "text::utf8_length(text) > longest + 1)", "mco_ddl_test", "*"),
]


def run(*words, quiet=False):
    done = subprocess.run([str(word) for word in words], cwd=COPY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0 and not quiet:
        sys.exit(f"{' '.join(map(str, words))} failed:\n{done.stdout[-4000:]}")
    return done


def copy():
    """What is committed, in a worktree of its own, configured."""
    if not (COPY / ".git").exists():
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", "--force", COPY], cwd=ROOT, check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    run("git", "checkout", "--quiet", "--force", "--detach", head)
    os.environ.update({"CCACHE_BASEDIR": str(COPY), "CCACHE_NOHASHDIR": "1"})
    run("cmake", "--preset", "dev", "--log-level=WARNING")


def failing(mutation):
    """The tests that fail now."""
    run("cmake", "--build", "--preset", "dev", "--target", mutation.program)
    done = run(f"build/dev/tests/{mutation.program}", "--gtest_brief=1", f"--gtest_filter={mutation.test}", quiet=True)
    if done.returncode == 0:
        return []
    names = {line.split()[3].rstrip(",") for line in done.stdout.splitlines() if line.startswith("[  FAILED  ]") and len(line.split()) > 3 and "." in line}
    return sorted(names) or [f"ended with {done.returncode}"]


def check(mutation):
    """True if a test finds it that passes without."""
    path = COPY / mutation.file
    text = path.read_text()
    if text.count(mutation.right) != 1:
        sys.exit(f"{mutation.file} has changed: it holds this {text.count(mutation.right)} times: {mutation.right}")
    before = failing(mutation)
    path.write_text(text.replace(mutation.right, mutation.wrong))
    try:
        found = [name for name in failing(mutation) if name not in before]
    finally:
        path.write_text(text)
    print(f"{'found' if found else 'MISSED'}: {mutation.name}: {', '.join(found[:3])}{' and more' if len(found) > 3 else ''}", flush=True)
    return bool(found)


def main():
    wanted = [mutation for mutation in MUTATIONS if not sys.argv[1:] or any(word in mutation.name for word in sys.argv[1:])]
    copy()
    missed = [mutation.name for mutation in wanted if not check(mutation)]
    print(f"{len(wanted) - len(missed)} of {len(wanted)} found")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
