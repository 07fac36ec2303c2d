# frozen_string_literal: true

# What this node knows and its Puppet server does not: where Puppet is installed here, what its settings are as the agent sees them,
# which mcollectived is installed and which configuration it reads. Facter loads this file again and again: no constants.
module MCollectiveFact
  module_function

  def value
    { 'layout' => layout, 'version' => version, 'server_cfg' => server_cfg, 'puppet' => puppet }.compact
  end

  # `aio` where Puppet brings its own Ruby along, in /opt/puppetlabs.
  def layout
    File.directory?('/opt/puppetlabs/puppet') ? 'aio' : 'system'
  end

  def version
    program = '/usr/sbin/mcollectived'
    return nil unless File.executable?(program)

    Facter::Core::Execution.execute("#{program} --version", on_fail: '')[/\Amcollectived (\S+)/, 1]
  end

  # The first one that is there: the daemon looks in this order.
  def server_cfg
    ['/etc/puppetlabs/mcollective/server.cfg', '/etc/mcollective/server.cfg'].find { |path| File.exist?(path) }
  end

  # The settings of `puppet agent`, whoever asks (`facter -p`, `puppet apply`). Nothing without Puppet around.
  def puppet
    return nil unless defined?(Puppet) && Puppet.respond_to?(:settings) && Puppet.settings.respond_to?(:values)

    settings = Puppet.settings.values(nil, :agent)
    names = [:certname, :ca_server, :hostcert, :hostprivkey, :localcacert, :hostcrl, :ssldir, :statedir, :classfile]
    names.to_h { |name| [name.to_s, settings.interpolate(name)] }.merge('bindir' => bindir).merge(revocation(settings)).compact
  end

  def revocation(settings)
    checked = settings.interpolate(:certificate_revocation)
    interval = Puppet.settings.setting(:crl_refresh_interval) && settings.interpolate(:crl_refresh_interval)
    { 'revocation' => checked && checked.to_s, 'crl_refresh_interval' => interval }
  end

  # The folder of the program puppet. The PATH of a service may not have it.
  def bindir
    places = ['/opt/puppetlabs/bin', *ENV.fetch('PATH', '').split(File::PATH_SEPARATOR), '/usr/bin']
    places.find { |place| File.executable?(File.join(place, 'puppet')) }
  end
end

Facter.add(:mcollective) do
  confine kernel: 'Linux'
  setcode { MCollectiveFact.value }
end
