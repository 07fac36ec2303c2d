# frozen_string_literal: true

require 'puppet/indirector/catalog/compiler'

# Puppet asks for the name and the addresses of the machine that compiles, in every example anew, and that takes as long as compiling.
# No catalogue of ours depends on the answer.
module ThisMachine
  # What Puppet's settings are made of.
  module Settings
    def hostname_fact
      'puppet'
    end

    def domain_fact
      'example.net'
    end
  end

  # What catalogues are told of their server.
  module Compiler
    def set_server_facts
      @server_facts = { 'serverversion' => Puppet.version, 'servername' => 'puppet.example.net', 'serverip' => '192.0.2.1' }
    end
  end
end

Puppet::Settings.singleton_class.prepend(ThisMachine::Settings)
Puppet::Resource::Catalog::Compiler.prepend(ThisMachine::Compiler)
