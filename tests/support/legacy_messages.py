"""Requests of the providers `ssl` and `aes_security` (protocol sections 4.4 and 4.5), made outside the project so that tests can forge them."""
import base64
import hashlib
import os
import secrets
import time

from cryptography.hazmat.primitives import hashes, padding as block_padding, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from marshal_text import Sym, dump
from messages import EMPTY_FILTER

CALL = {Sym("agent"): "rpcutil", Sym("action"): "ping", Sym("caller"): "nobody", Sym("data"): {Sym("process_results"): True}}


def private_key(path):
    return serialization.load_pem_private_key(path.read_bytes(), None)


def lines(data):
    """Base64 as Ruby writes it: 60 characters a line."""
    text = base64.b64encode(data).decode()
    return "".join(text[at:at + 60] + "\n" for at in range(0, len(text), 60))


def envelope(body, caller, changes):
    made = {"body": body, "senderid": "tester.lab.test", "requestid": secrets.token_hex(16), "filter": EMPTY_FILTER,
            "collective": "mcollective", "agent": "rpcutil", "callerid": caller, "ttl": 60, "msgtime": int(time.time())}
    made.update(changes)
    return made


def marshalled(made):
    return dump({Sym(key): value for key, value in made.items()})


def secured(prefix, made, call):
    """What ssl and aes protect: the body with its time to live and its time."""
    return {Sym(f"{prefix}_msg"): call, Sym(f"{prefix}_ttl"): made["ttl"], Sym(f"{prefix}_msgtime"): made["msgtime"]}


def ssl_request(key, caller, call=None, after=None, **changes):
    """A call to rpcutil#ping signed with `key`; `changes` are signed as far as ssl signs, `after` replaces members afterwards."""
    made = envelope("", caller, changes)
    made["body"] = changes.get("body") or dump(secured("ssl", made, call or CALL))
    made["hash"] = lines(key.sign(made["body"], padding.PKCS1v15(), hashes.SHA1()))
    made.update(after or {})
    return marshalled(made)


def derived(password, wanted):
    """OpenSSL's EVP_BytesToKey with MD5, no salt and 2048 rounds."""
    out, block = b"", b""
    while len(out) < wanted:
        block = block + password
        for _ in range(2048):
            block = hashlib.md5(block).digest()
        out += block
    return out[:wanted]


def sealed(plain, session_key):
    material = derived(session_key, 48)
    padder = block_padding.PKCS7(128).padder()
    cipher = Cipher(algorithms.AES(material[:32]), modes.CBC(material[32:])).encryptor()
    return cipher.update(padder.update(plain) + padder.finalize()) + cipher.finalize()


def with_private_key(key, data):
    """PKCS#1 block type 1, as RSA_private_encrypt makes it."""
    numbers = key.private_numbers()
    size = (key.key_size + 7) // 8
    block = b"\0\1" + b"\xff" * (size - len(data) - 3) + b"\0" + data
    return pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n).to_bytes(size, "big")


def aes_request(key, caller, call=None, after=None, lock=None, **changes):
    """The same call for aes_security. `lock` is a session key with its encrypted form, by default a new one."""
    made = envelope("", caller, changes)
    session_key, encrypted = lock or aes_lock(key)
    made["body"] = lines(sealed(dump(secured("aes", made, call or CALL)), session_key))
    made["sslkey"] = encrypted
    made.update(after or {})
    return marshalled(made)


def aes_lock(key):
    """A session key, and how its caller encrypts it."""
    session_key = os.urandom(32)
    return session_key, lines(with_private_key(key, session_key))


def opened_by_anybody(encrypted, public_key):
    """The session key, by somebody who has seen a request and knows its caller's public key: every node, at least."""
    numbers = public_key.public_numbers()
    block = pow(int.from_bytes(base64.b64decode(encrypted), "big"), numbers.e, numbers.n)
    return block.to_bytes((public_key.key_size + 7) // 8, "big")[-32:]
