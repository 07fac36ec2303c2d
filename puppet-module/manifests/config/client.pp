# @summary The file `client.cfg`, for operators who have none of their own.
#
# It names no certificate: mco takes the operator's, NAME.mcollective, from where Puppet keeps it.
#
# @api private
class mcollective::config::client {
  assert_private()

  $confdir = $mcollective::confdir

  if $mcollective::client_present {
    $pool    = mcollective::pool_settings($mcollective::brokers, $mcollective::connector, $mcollective::tls, {}, $mcollective::login)
    $basics  = $mcollective::base_settings + { 'loglevel' => 'warn', 'plugin.x509.crl' => $mcollective::shared_crl }
    $content = mcollective::config_lines($pool + $basics + $mcollective::common_settings + $mcollective::client_settings)
    if $content =~ Sensitive {
      $group = $mcollective::client_group
      $mode  = '0640'
    } else {
      $group = 'root'
      $mode  = '0644'
    }
    # As with server.cfg.
    file { "${confdir}/client.cfg":
      ensure    => file,
      owner     => 'root',
      group     => $group,
      mode      => $mode,
      content   => $content,
      show_diff => false,
      backup    => false,
    }
  } else {
    file { "${confdir}/client.cfg":
      ensure => absent,
      backup => false,
    }
  }
}
