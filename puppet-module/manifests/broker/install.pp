# @summary The package of the broker.
#
# @api private
class mcollective::broker::install {
  assert_private()

  if $mcollective::broker::manage_packages {
    $ensure = $mcollective::broker::present ? {
      true    => $mcollective::broker::package_ensure,
      default => 'purged',
    }
    package { $mcollective::broker::package_name: ensure => $ensure }
  }
}
