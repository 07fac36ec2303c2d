# Broker, node and one operator on one machine, by `puppet apply` or from a Puppet server. The name of the machine has to be one that
# its certificate has. Afterwards:
#
#   puppetserver ca sign --certname alice.mcollective   # on the CA; the next run fetches the certificate
#   mco ping                                            # as alice
include mcollective::broker

user { 'alice':
  ensure     => present,
  managehome => true,
}

class { 'mcollective':
  client        => true,
  brokers       => [$trusted['certname']],
  caller_groups => { 'operators' => ['cert=alice.mcollective'] },
  site_rules    => [{ 'callers' => 'operators' }],
  policies      => { 'puppet' => {}, 'package' => {}, 'service' => {}, 'rpcutil' => { 'default' => 'allow' } },
  users         => { 'alice' => { 'request' => true } },
}
