# The puppet plug-in of the original knows Puppet 2 to 6 and Ruby 2 only. This stands in its libdir under the name of its
# util/puppet_agent_mgr.rb and lets it work with Debian 12's Puppet 7 and Ruby 3.1, for the reference nodes in tests.
require 'puppet'
require 'yaml'
require 'tempfile'

Puppet.singleton_class.prepend(Module.new do
  def version
    '6.28.0'
  end
end)

require File.join(ENV.fetch('MCO_PUPPET_PLUGIN'), 'util/puppet_agent_mgr.rb')

module MCollective
  module Util
    class PuppetAgentMgr
      # A report is made of Ruby objects, which load_file of Psych 4 no longer builds.
      YAML = Module.new do
        def self.load_file(path)
          ::YAML.unsafe_load_file(path)
        end
      end
    end
  end
end
