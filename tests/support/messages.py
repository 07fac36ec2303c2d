"""Requests made outside the project, good and bad: the psk envelope and the x509 COSE message from their specifications."""
import hashlib
import json
import secrets
import time

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from marshal_text import Sym, dump

EMPTY_FILTER = {"fact": [], "cf_class": [], "agent": [], "identity": [], "compound": []}


def psk_request(psk, **changes):
    """The bytes of a discovery ping; `changes` replace envelope keys, or `payload` the inner body."""
    payload = changes.pop("payload", dump("ping"))
    envelope = {"body": payload, "senderid": "tester.lab.test", "requestid": secrets.token_hex(16), "filter": EMPTY_FILTER,
                "collective": "mcollective", "agent": "discovery", "callerid": "uid=0", "ttl": 60,
                "msgtime": int(time.time()), "hash": hashlib.md5(payload + psk.encode()).hexdigest()}
    envelope.update(changes)
    return dump({Sym(key): value for key, value in envelope.items()})


def fact_filter(fact, operator, value):
    entry = {Sym("fact"): fact, Sym("value"): value, Sym("operator"): operator}
    return dict(EMPTY_FILTER, fact=[entry])


def x509_request(folder, signer, reply_to, **changes):
    """A discovery ping signed by the RSA key of `signer` (design section 5); `changes` replace payload members."""
    content = {"protocol": "mcollective:request:1", "id": secrets.token_hex(16), "sender": "tester.lab.test",
               "caller": f"cert={signer}", "collective": "mcollective", "agent": "discovery",
               "time": int(time.time() * 1000), "ttl": 60, "filter": EMPTY_FILTER, "reply_to": reply_to,
               "body": {"action": "ping"}}
    content.update(changes)
    certificate = x509.load_pem_x509_certificate((folder / f"{signer}.pem").read_bytes())
    key = serialization.load_pem_private_key((folder / f"{signer}.key").read_bytes(), None)
    chain = certificate.public_bytes(serialization.Encoding.DER)
    protected = cbor2.dumps({1: -37, 33: chain})
    payload = json.dumps(content).encode()
    to_sign = cbor2.dumps(["Signature1", protected, b"", payload])
    signature = key.sign(to_sign, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    return cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature]))
