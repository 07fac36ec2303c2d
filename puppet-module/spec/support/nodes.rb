# frozen_string_literal: true

# The facts of a node as they matter here, for both ways in which Puppet is installed.
module Nodes
  NAME = 'web1.example.net'

  module_function

  # Puppet of the distribution: version 7, which fetches the list of revoked certificates once.
  def system(puppet = {}, name = NAME)
    node('system', settings('/var/lib/puppet/ssl', '/var/cache/puppet/state', '/usr/bin', name).merge(puppet))
  end

  # Puppet 8 or OpenVox in /opt/puppetlabs, which fetches it every day.
  def aio(puppet = {})
    of_agent = settings('/etc/puppetlabs/puppet/ssl', '/opt/puppetlabs/puppet/cache/state', '/opt/puppetlabs/bin')
    node('aio', of_agent.merge('crl_refresh_interval' => 86_400).merge(puppet))
  end

  def node(layout, puppet)
    { 'kernel' => 'Linux',
      'os' => { 'name' => 'Debian', 'family' => 'Debian', 'release' => { 'major' => '12', 'full' => '12.5' } },
      'networking' => { 'fqdn' => NAME, 'hostname' => 'web1', 'domain' => 'example.net' },
      'clientcert' => NAME,
      'mcollective' => { 'layout' => layout, 'puppet' => puppet } }
  end

  def settings(ssldir, statedir, bindir, name = NAME)
    { 'certname' => name, 'ca_server' => 'puppet.example.net', 'bindir' => bindir, 'ssldir' => ssldir, 'statedir' => statedir,
      'classfile' => "#{statedir}/classes.txt", 'hostcert' => "#{ssldir}/certs/#{name}.pem",
      'hostprivkey' => "#{ssldir}/private_keys/#{name}.pem", 'localcacert' => "#{ssldir}/certs/ca.pem",
      'hostcrl' => "#{ssldir}/crl.pem", 'revocation' => 'true' }
  end
end
