"""x509 over RabbitMQ: the reply address is inside the signature, so replies go through the reply exchange."""
import json

import pytest

from nodes import Client, Node, connection
from pki import Authority
from processes import run, wait_until

NODE, CALLER = "node1.lab.test", "alice.mcollective"


@pytest.fixture
def secured(rabbitmq, tmp_path):
    authority = Authority(tmp_path / "pki")
    authority.issue(NODE)
    authority.issue(CALLER)

    def settings(identity, rest):
        name = CALLER if identity.startswith("client") else identity
        return (f"identity = {identity}\n{authority.settings(name)}{connection(rabbitmq)}"
                f"plugin.rabbitmq.use_reply_exchange = 1\n{rest}")

    return settings


def test_signed_requests_are_answered_through_the_reply_exchange(rabbitmq, binaries, tmp_path, secured):
    node = Node(rabbitmq, tmp_path / "node", NODE, {"os": "Debian"}, ["base"], binaries / "mcollectived", security=secured)
    client = Client(rabbitmq, tmp_path / "client", binaries / "mco", security=secured)
    try:
        wait_until(lambda: client.run("find", "--dt", "1").out.split() == [NODE], 30, "the node answers")
        done = client.run("rpc", "rpcutil", "get_fact", "fact=os", "-j")
        assert done.code == 0, done
        assert json.loads(done.out)[0]["data"]["value"] == "Debian"
    finally:
        node.stop()


def test_without_the_reply_exchange_the_client_says_what_to_set(rabbitmq, binaries, tmp_path, secured):
    config = tmp_path / "client.cfg"
    text = secured("client.lab.test", "").replace("plugin.rabbitmq.use_reply_exchange = 1\n", "")
    config.write_text(text)
    config.chmod(0o600)
    done = run([binaries / "mco", "ping", "-c", config])
    assert done.code == 1 and "plugin.rabbitmq.use_reply_exchange" in done.err, done
