"""What our daemon registers with ssl and aes_security is proven by the original's own daemon, which hands it to a registration agent."""
import pytest

from legacy_security import PROVIDERS, LegacyKeys, secured
from nodes import Node
from processes import wait_until

OURS, RUBY = "ours1.lab.test", "ruby1.lab.test"
AGENT = """
module MCollective
  module Agent
    class Registration
      attr_reader :timeout, :meta

      def initialize
        @timeout = 5
        @meta = {:license => "none", :author => "a test", :url => "none"}
      end

      def handlemsg(msg, connection)
        File.open("WITNESS", "a") { |file| file.puts("#{msg[:callerid]} #{msg[:senderid]} #{msg[:body].inspect}") }
        nil
      end
    end
  end
end
"""


@pytest.mark.parametrize("serialiser", ["marshal", "yaml"])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_original_proves_our_registration(mco_broker, binaries, tmp_path, provider, serialiser):
    keys = LegacyKeys(tmp_path / "keys", callers=())
    (keys.callers / "server.pem").write_bytes((keys.folder / "server.pem").read_bytes())
    witness = tmp_path / "witness"
    plugins = tmp_path / "plugins"
    (plugins / "mcollective/agent").mkdir(parents=True)
    (plugins / "mcollective/agent/registration.rb").write_text(AGENT.replace("WITNESS", str(witness)))
    settings = secured(mco_broker, keys.node(provider, serialiser))

    def receiver(identity, rest):
        return settings(identity, rest) + f"libdir = {plugins}:/usr/share/mcollective/plugins\n"

    nodes = [Node(mco_broker, tmp_path / RUBY, RUBY, {}, [], None, security=receiver)]
    try:
        nodes.append(Node(mco_broker, tmp_path / OURS, OURS, {}, [], binaries / "mcollectived",
                          extra="registration = agentlist\nregisterinterval = 1\n", security=settings))
        wait_until(lambda: witness.exists() and OURS in witness.read_text(), 30,
                   "the original was told: " + nodes[0].log_text()[-3000:])
        caller, sender, body = witness.read_text().splitlines()[0].split(" ", 2)
        assert (caller, sender) == ("cert=server", OURS)
        assert '"rpcutil"' in body and '"discovery"' in body
    finally:
        for node in nodes:
            node.stop()
