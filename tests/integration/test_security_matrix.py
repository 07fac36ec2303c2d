"""The table of attacks in docs/security.md, cell by cell against a running daemon: what is refused and at which gate, and what a legacy provider cannot see."""
import re
import secrets
import time
from pathlib import Path

import pytest

from attacked import CALLER, NODE, PROVIDERS, Target
from legacy_messages import CALL, aes_lock, opened_by_anybody, private_key
from marshal_text import Sym, dump
from messages import EMPTY_FILTER

DOCUMENT = Path(__file__).parents[2] / "docs/security.md"
HOUR = 3600
OTHER_CALL = dict(CALL, **{Sym("action"): "inventory"})


def documented():
    """{(attack, provider): cell} of the table below the heading "What each provider refuses"."""
    section = DOCUMENT.read_text().split("## What each provider refuses", 1)[1].split("\n## ", 1)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")]
    assert rows[0][1:] == list(PROVIDERS), rows[0]
    return {(row[0], provider): cell for row in rows[2:] for provider, cell in zip(PROVIDERS, row[1:])}


CELLS = documented()


def tampered_body(target):
    if target.provider == "aes_security":
        number, body = target.request()
        start = body.index(b':\x09body') + 20
        changed = b"A" if body[start:start + 1] != b"A" else b"B"
        return number, [body[:start] + changed + body[start + 1:]], {}
    after = {"body": {"action": "pong", "data": {}}} if target.provider == "x509" else {"body": dump(OTHER_CALL)}
    number, body = target.request(after=after)
    return number, [body], {}


def tampered_envelope(target):
    number, body = target.request(filter=dict(EMPTY_FILTER, identity=["node9.lab.test"]), after={"filter": EMPTY_FILTER})
    return number, [body], {}


def swapped_agent(target):
    number, body = target.request(after={"agent": "puppet"})
    return number, [body], {}


def swapped_collective(target):
    number, body = target.request(collective="mcollective", after={"collective": "second"})
    return number, [body], {}


def swapped_reply_address(target):
    number, body = target.request()
    return number, [body], {"reply_to": target.elsewhere}


def replay(target):
    number, body = target.request()
    return number, [body, body], {"first_is_genuine": True}


def replay_with_another_id(target):
    number = secrets.token_hex(16)
    _, body = target.request(after={"requestid": number})
    return number, [body], {}


def expired(target):
    number, body = target.request(msgtime=int(time.time()) - HOUR)
    return number, [body], {}


def expired_and_redated(target):
    number, body = target.request(msgtime=int(time.time()) - HOUR, after={"msgtime": int(time.time())})
    return number, [body], {}


def future(target):
    number, body = target.request(msgtime=int(time.time()) + HOUR)
    return number, [body], {}


def unknown_caller(target):
    number, body = target.request(signer="operator.lab.test")
    return number, [body], {}


def name_of_another(target):
    number, body = target.request(signer="bob.mcollective", caller=f"cert={CALLER}")
    return number, [body], {}


def forged_by_a_node(target):
    """Another call, dated now, from an observed request and everything that a node knows: public keys, and with psk the key."""
    if target.provider == "aes_security":
        key = private_key(target.authority.folder / f"{CALLER}.key")
        encrypted = aes_lock(key)[1]
        number, body = target.request(lock=(opened_by_anybody(encrypted, key.public_key()), encrypted))
        return number, [body], {}
    if target.provider == "psk":
        number, body = target.request()
        return number, [body], {}
    return tampered_body(target)


def node_as_caller(target):
    number, body = target.request(signer=NODE)
    return number, [body], {}


def revoked(target):
    number, body = target.request(signer="mallory.mcollective")
    return number, [body], {}


def wrong_authority(target):
    signer = "eve.mcollective" if target.provider == "aes_security" else CALLER
    number, body = target.request(signer=signer, folder=target.stranger.folder)
    return number, [body], {}


def self_made(target):
    number, body = target.request(signer="selfmade.mcollective", folder=target.stranger.folder)
    return number, [body], {}


ATTACKS = {
    "tampered body": tampered_body, "tampered envelope": tampered_envelope, "swapped agent": swapped_agent,
    "swapped collective": swapped_collective, "swapped reply address": swapped_reply_address, "replay": replay,
    "replay with another id": replay_with_another_id, "expired": expired, "expired, dated anew": expired_and_redated,
    "future": future, "unknown caller": unknown_caller, "another caller's name": name_of_another,
    "forged by a node": forged_by_a_node,
    "node certificate as caller": node_as_caller, "revoked certificate": revoked, "wrong CA": wrong_authority,
    "self-signed certificate": self_made,
}


def test_the_document_names_every_attack():
    assert {attack for attack, _ in CELLS} == set(ATTACKS)


@pytest.fixture(scope="module", params=PROVIDERS)
def target(request, mco_broker, binaries, tmp_path_factory):
    made = Target(request.param, mco_broker, tmp_path_factory.mktemp(request.param), binaries / "mcollectived")
    yield made
    made.close()


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack(target, attack):
    cell = CELLS[attack, target.provider]
    if cell == "—":
        pytest.skip(f"{target.provider} has no certificates")
    number, bodies, how = ATTACKS[attack](target)
    verdict = target.verdict(number, bodies, **how)
    assert verdict in re.findall(r"\w+", cell), f"{attack} with {target.provider}: {verdict}, documented: {cell}"
