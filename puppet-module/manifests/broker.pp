# @summary The small broker mco-broker, which is enough for one machine and for small sites.
#
# Without parameters it lets in who has a certificate of the Puppet CA, and the name of the certificate says what that one may do:
# names that match `callers` send requests, all others are nodes. It has a copy of the node's certificate, key and CA, which follows
# when Puppet renews them; none of them is in the catalogue. Certificates, lists and users are read anew while it runs.
#
# @example
#   include mcollective::broker
#
# @example Passwords beside certificates, for nodes of the original; from Hiera: `mcollective::broker::users`
#   class { 'mcollective::broker':
#     client_certs => 'optional',
#     users        => Sensitive("ruby node plain:2x7Wc0oZbq1LrYf8\n"),
#   }
#
# @param ensure
#   `absent` stops the broker, purges the package and removes its files.
# @param package_ensure
#   `installed`, `latest` or a version.
# @param package_name
#   The package.
# @param manage_packages
#   Whether the package is installed and removed.
# @param tls_listen
#   Where TLS is spoken, or `none`. Peers have to know the machine by a name that its certificate has.
# @param listen
#   Where connections without TLS are taken, or `none`.
# @param client_certs
#   Whether peers need a certificate.
# @param callers
#   Regular expressions, matched whole, for the names of certificates whose owners may send requests.
# @param users
#   The text of the users file: see mco-broker(8). Its lines decide before `callers` does.
# @param crl
#   Where the list of revoked certificates comes from; see the type `Mcollective::Crl`.
# @param settings
#   Settings of `broker.cfg`, the options of mco-broker(8). They win over everything above.
# @param confdir
#   The folder of `broker.cfg` and of the folder `broker`.
# @param user
#   The user of the broker, whom the package makes.
# @param manage_service
#   Whether the service is managed: not in the making of images.
# @param service_name
#   The name of the service.
# @param service_ensure
#   Whether the service runs.
# @param service_enable
#   Whether the service starts with the machine.
# @param validate
#   Whether the broker checks its configuration before it replaces what is there, and before the service is touched.
class mcollective::broker (
  Enum['present', 'absent'] $ensure = 'present',
  String[1] $package_ensure = 'installed',
  String[1] $package_name = 'mcollective-broker',
  Boolean $manage_packages = true,
  Mcollective::Listeners $tls_listen = '0.0.0.0:61614',
  Mcollective::Listeners $listen = 'none',
  Enum['none', 'optional', 'required'] $client_certs = 'required',
  Array[Pattern[/\A[[:graph:]]+\z/], 1] $callers = ['.+\.mcollective'],
  Optional[Sensitive[String[1]]] $users = undef,
  Mcollective::Crl $crl = 'auto',
  Mcollective::Broker_settings $settings = {},
  Stdlib::Unixpath $confdir = '/etc/mcollective',
  String[1] $user = 'mco-broker',
  Boolean $manage_service = true,
  String[1] $service_name = 'mco-broker',
  Stdlib::Ensure::Service $service_ensure = 'running',
  Boolean $service_enable = true,
  Boolean $validate = $manage_service,
) {
  $present = $ensure == 'present'

  contain mcollective::broker::install
  contain mcollective::broker::config
  contain mcollective::broker::service

  if $present {
    Class['mcollective::broker::install'] -> Class['mcollective::broker::config'] -> Class['mcollective::broker::service']
  } else {
    Class['mcollective::broker::service'] -> Class['mcollective::broker::install'] -> Class['mcollective::broker::config']
  }
}
