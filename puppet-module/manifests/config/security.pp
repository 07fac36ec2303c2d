# @summary What proves callers: the list of revoked certificates, and the folder of public keys of the older providers.
#
# @api private
class mcollective::config::security {
  assert_private()

  $confdir  = $mcollective::confdir
  $settings = $mcollective::common_settings + $mcollective::server_settings

  if $mcollective::shared_crl {
    # The agent's own file is in a folder that only root and Puppet may enter: operators get a copy.
    $content = $mcollective::revoked ? {
      'server' => file($settings::cacrl, $settings::hostcrl),
      default  => undef,
    }
    $source  = $mcollective::revoked ? {
      'server' => undef,
      'agent'  => $mcollective::puppet['hostcrl'],
      default  => $mcollective::revoked,
    }
    file { $mcollective::shared_crl:
      ensure  => file,
      owner   => 'root',
      group   => 'root',
      mode    => '0644',
      content => $content,
      source  => $source,
    }
  } else {
    file { "${confdir}/crl.pem":
      ensure => absent,
    }
  }

  # With learn_pubkeys the daemon itself puts keys there.
  $by_key = $mcollective::server_present and $mcollective::securityprovider in ['ssl', 'aes_security']
  $learns = $settings['plugin.aes.learn_pubkeys'] ? {
    undef   => false,
    default => !($settings['plugin.aes.learn_pubkeys'] in [false, 0, '0', 'no', 'false', 'n', 'f']),
  }
  if $by_key {
    ensure_resource('file', "${confdir}/ssl", { 'ensure' => 'directory', 'owner' => 'root', 'group' => 'root', 'mode' => '0755' })
  }
  # Keys that nobody reads any more are not in the way of a site that moves from one provider to another.
  if $by_key or !$mcollective::server_present {
    mcollective::folder { "${confdir}/ssl/clients":
      wanted => $by_key,
      purge  => $mcollective::purge and !$learns,
      source => $mcollective::caller_keys_source,
    }
  }
}
