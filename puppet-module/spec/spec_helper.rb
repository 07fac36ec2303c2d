# frozen_string_literal: true

# Plain rspec-puppet, without puppetlabs_spec_helper: `rspec` in the folder of the module. The modules that it needs are Debian's, or
# those below MCO_MODULES.
require 'fileutils'
require 'rspec-puppet'
require 'tmpdir'

# What Puppet reads is UTF-8, whatever the locale says.
Encoding.default_external = Encoding::UTF_8

ROOT = File.expand_path('..', __dir__)
Dir["#{__dir__}/support/*.rb"].sort.each { |file| require file }

# The module under the name that it is installed by.
LINKED = Dir.mktmpdir('mcollective-module-')
File.symlink(ROOT, File.join(LINKED, 'mcollective'))
at_exit { FileUtils.rm_rf(LINKED) }

RSpec.configure do |config|
  others = ENV.fetch('MCO_MODULES', '/usr/share/puppet/modules')
  config.module_path = [LINKED, File.join(__dir__, 'modules'), others].join(File::PATH_SEPARATOR)
  config.hiera_config = File.join(__dir__, 'hiera.yaml')
  config.setup_fixtures = false
  config.strict_variables = true
  config.default_facts = Nodes.system
  config.include Catalogues
  config.include Rendering
  config.after(:suite) { RSpec::Puppet::Coverage.report!(100) }
end
