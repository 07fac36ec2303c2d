# @summary The packages.
#
# @api private
class mcollective::install {
  assert_private()

  if $mcollective::manage_packages {
    $server_ensure = $mcollective::server_present ? {
      true    => $mcollective::package_ensure,
      default => 'purged',
    }
    $client_ensure = $mcollective::client_present ? {
      true    => $mcollective::package_ensure,
      default => 'purged',
    }
    package { $mcollective::server_package: ensure => $server_ensure }
    package { $mcollective::client_package: ensure => $client_ensure }
  }
}
