# @summary The service of the broker, which is not touched as long as its configuration is bad.
#
# @api private
class mcollective::broker::service {
  assert_private()

  if $mcollective::broker::present and $mcollective::broker::validate {
    $check = ['/usr/sbin/mco-broker', '--check-config', '--config', "${mcollective::broker::confdir}/broker.cfg"]
    exec { 'the configuration of mco-broker is good':
      command => $check,
      unless  => [$check],
    }
  }

  if $mcollective::broker::manage_service {
    if $mcollective::broker::present {
      $ensure = $mcollective::broker::service_ensure
      $enable = $mcollective::broker::service_enable
    } else {
      $ensure = 'stopped'
      $enable = false
    }
    service { $mcollective::broker::service_name:
      ensure => $ensure,
      enable => $enable,
    }
    if $mcollective::broker::present and $mcollective::broker::validate {
      Exec['the configuration of mco-broker is good'] -> Service[$mcollective::broker::service_name]
    }
  }
}
