#!/usr/bin/env python3
"""Makes RabbitMQ's users, rights and exchanges for mcollective from the names of certificates, one per line on standard input:

    ls /etc/puppetlabs/puppetserver/ca/signed | sed 's/[.]pem$//' | definitions.py >/etc/rabbitmq/definitions.json
    rabbitmqctl import_definitions /etc/rabbitmq/definitions.json

Names that match --callers send requests, all others are nodes. Callers set `identity` in client.cfg to the name of their
certificate. The exchanges for single recipients are of the type topic, not direct: only there can RabbitMQ judge routing keys.
"""
import argparse
import json
import re
import sys

OWN_QUEUES = "stomp-subscription-.*"


def one_of(names):
    return "^(" + "|".join(names) + ")$"


def exchanges(vhost, collectives):
    names = [f"{c}_{kind}" for c in collectives for kind in ("broadcast", "directed")] + ["mcollective_reply"]
    return [{"name": name, "vhost": vhost, "type": "topic", "durable": True, "auto_delete": False, "internal": False, "arguments": {}}
            for name in names]


def rights(user, calls, vhost, collectives):
    requests = [f"{re.escape(c)}_{kind}" for c in collectives for kind in ("broadcast", "directed")]
    replies = ["mcollective_reply"]
    sends, reads = (requests, replies) if calls else (replies, requests)
    return {"user": user, "vhost": vhost, "configure": one_of([OWN_QUEUES]),
            "write": one_of([OWN_QUEUES, *sends]), "read": one_of([OWN_QUEUES, *reads])}


def routing_rights(user, calls, vhost, collectives):
    """Which routing keys: a node's is its name, and those of replies begin with the caller's."""
    own = re.escape(user)
    where = {"mcollective_reply": f"^{own}_[0-9]+_[0-9]+$"} if calls else {f"{c}_directed": f"^{own}$" for c in collectives}
    return [{"user": user, "vhost": vhost, "exchange": exchange, "write": "^$", "read": key} for exchange, key in where.items()]


def definitions(names, callers, vhost, collectives):
    result = {"users": [], "vhosts": [{"name": vhost}], "permissions": [], "topic_permissions": [],
              "exchanges": exchanges(vhost, collectives)}
    for name in names:
        calls = re.fullmatch(callers, name) is not None
        result["users"].append({"name": name, "password_hash": "", "tags": ""})  # without a password only the certificate leads in
        result["permissions"].append(rights(name, calls, vhost, collectives))
        result["topic_permissions"] += routing_rights(name, calls, vhost, collectives)
    return result


def main():
    parser = argparse.ArgumentParser(description="Prints RabbitMQ definitions for the certificate names on standard input.")
    parser.add_argument("--callers", default=r".+\.mcollective", help="regular expression for those who send requests")
    parser.add_argument("--collectives", default="mcollective", help="names, separated by commas")
    parser.add_argument("--vhost", default="/mcollective")
    options = parser.parse_args()
    names = sorted(set(sys.stdin.read().split()))
    json.dump(definitions(names, options.callers, options.vhost, options.collectives.split(",")), sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
