# From the modules puppetlabs-mcollective and voxpupuli-mcollective, in two steps. The Ruby nodes and ours answer the same requests
# all the while.
#
# 1. The data stay as they are; their keys get another name: `mcollective::middleware_hosts` becomes
#    `mcollective::legacy::middleware_hosts`, and so on. What does nothing any more is named by warnings of the Puppet server.
# 2. When no Ruby node is left: `include mcollective` with certificates, `profile::mcollective_new`. `mcollective::user` gives every
#    operator a certificate before that.
class profile::mcollective_old {
  class { 'mcollective::legacy':
    middleware_hosts    => ['mq1.example.net', 'mq2.example.net'],
    middleware_user     => 'mcollective',
    middleware_password => Sensitive('from eyaml, please'),
    securityprovider    => 'psk',
    psk                 => Sensitive('from eyaml, please'),
    allowunconfigured   => '0',
  }

  # was: mcollective::actionpolicy { 'puppet': default => 'deny' }
  mcollective::policy { 'puppet':
    default => 'deny',
  }

  # was: mcollective::actionpolicy::rule, with callerid in the place of callers
  mcollective::policy::rule { 'alice runs puppet':
    agent   => 'puppet',
    callers => 'uid=1000',
  }

  # was: mcollective::server::setting { 'ttl': value => 30 }
  # now: mcollective::server_settings of the class mcollective, once the old one is gone
}

# The second step.
class profile::mcollective_new {
  class { 'mcollective':
    brokers    => ['mq1.example.net', 'mq2.example.net'],
    policies   => { 'puppet' => { 'default' => 'deny' } },
    site_rules => [{ 'callers' => 'cert=alice.mcollective' }],
    # Until the old files have been looked through:
    purge      => false,
  }
}

if lookup('profile::mcollective_migrated', Boolean, 'first', false) {
  include profile::mcollective_new
} else {
  include profile::mcollective_old
}
