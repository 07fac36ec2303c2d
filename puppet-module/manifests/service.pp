# @summary The service of the daemon, which is not touched as long as its configuration is bad.
#
# @api private
class mcollective::service {
  assert_private()

  if $mcollective::server_present and $mcollective::validate {
    # A file of plugin.d cannot be checked alone, and a restart that failed is not tried again by the next run of Puppet: this fails
    # with every run until the configuration is mended, and keeps the service from being restarted.
    $check = ['/usr/sbin/mcollectived', '--check-config', '--config', "${mcollective::confdir}/server.cfg"]
    exec { 'the configuration of mcollectived is good':
      command => $check,
      unless  => [$check],
    }
  }

  if $mcollective::manage_service {
    if $mcollective::server_present {
      $ensure = $mcollective::service_ensure
      $enable = $mcollective::service_enable
    } else {
      $ensure = 'stopped'
      $enable = false
    }
    service { $mcollective::service_name:
      ensure => $ensure,
      enable => $enable,
    }
    if $mcollective::server_present and $mcollective::validate {
      Exec['the configuration of mcollectived is good'] -> Service[$mcollective::service_name]
    }
  }
}
