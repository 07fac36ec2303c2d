#!/usr/bin/env python3
"""Random and mutated messages, a million for each security provider, through a running daemon: it must answer a good request after every batch and not
grow by more than a tenth.

    tests/bench/endure.py [--messages 1000000] [--providers psk,ssl,aes_security,x509] [--bin build/release/bin] [--seed 1]
"""
import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))

from attacked import PROVIDERS, Target  # noqa: E402
from brokers import McoBroker  # noqa: E402

BATCH = 500
DESTINATION = "/topic/mcollective.rpcutil.agent"


def mutated(dice, good, other):
    """One message: bytes flipped, cut, doubled, inserted, two messages joined, or nothing but noise."""
    kind = dice.randrange(8)
    if kind == 0:
        return dice.randbytes(dice.randrange(1200))
    made = bytearray(good)
    if kind == 1:
        return bytes(made[:dice.randrange(len(made))])
    if kind == 2:
        cut = dice.randrange(len(made))
        return bytes(made[:cut]) + other[dice.randrange(len(other)):]
    if kind == 3:
        at = dice.randrange(len(made))
        return bytes(made[:at]) + dice.randbytes(dice.randrange(1, 9)) + bytes(made[at:])
    if kind == 4:
        at = dice.randrange(len(made))
        return bytes(made[:at] + made[max(0, at - dice.randrange(64)):])
    for _ in range(dice.choice((1, 1, 1, 2, 4, 16))):
        at = dice.randrange(len(made))
        made[at] = made[at] ^ (1 << dice.randrange(8)) if dice.randrange(2) else dice.choice((0, 1, 4, 0x22, 0x5b, 0x7b, 0x7f, 0x80, 0xff))
    return bytes(made)


def flood(target, dice, count):
    """Sends `count` messages in batches; behind each the answer to a good request has to come."""
    for begin in range(0, count, BATCH):
        good, other = target.request()[1], target.request()[1]
        head = f"SEND\ndestination:{DESTINATION}\nreply-to:{target.reply_to}\ncontent-length:"
        frames = bytearray()
        for _ in range(min(BATCH, count - begin)):
            body = mutated(dice, good, other)
            frames += f"{head}{len(body)}\n\n".encode() + body + b"\0"
        target.stomp.send_raw(frames)
        target.check_answers()


def endure(provider, broker, folder, program, count, seed):
    """Returns messages a second and the resident KiB before and after; the first twentieth is for caches and arenas to fill."""
    dice = random.Random(seed)
    target = Target(provider, broker, folder, program)
    try:
        flood(target, dice, max(count // 20, 5_000))
        before = target.node.process.rss_kib()
        begin = time.monotonic()
        flood(target, dice, count)
        seconds = time.monotonic() - begin
        after = target.node.process.rss_kib()
    finally:
        target.close()
    return count / seconds, before, after


def main():
    words = argparse.ArgumentParser()
    words.add_argument("--messages", type=int, default=1_000_000)
    words.add_argument("--providers", default=",".join(PROVIDERS))
    words.add_argument("--bin", type=Path, default=ROOT / "build/release/bin")
    words.add_argument("--seed", type=int, default=1)
    options = words.parse_args()
    failed = False
    for provider in options.providers.split(","):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            broker = McoBroker(options.bin / "mco-broker", folder)
            try:
                rate, before, after = endure(provider, broker, folder, options.bin / "mcollectived", options.messages, options.seed)
            finally:
                broker.stop()
        grown = 100 * (after - before) / before
        failed = failed or grown > 10
        print(f"{provider:13} {options.messages} messages, {rate:7.0f}/s, resident {before} KiB before, {after} KiB after ({grown:+.1f} %)", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
