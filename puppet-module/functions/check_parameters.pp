# @summary Stops the compilation where parameters of the class `mcollective` cannot work together.
#
# @api private
#
# @return [Undef]
#   Nothing.
function mcollective::check_parameters() >> Undef {
  $settings = $mcollective::common_settings + $mcollective::server_settings + $mcollective::client_settings
  $pool     = "plugin.${mcollective::connector}.pool.1.host"
  if $mcollective::puppet =~ Undef {
    fail('mcollective: the node did not send the fact mcollective, which comes with this module: is pluginsync off?')
  }
  if $mcollective::brokers.empty and !($pool in $settings) and !($mcollective::connector in $mcollective::plugin_settings) {
    fail("mcollective: name a broker in mcollective::brokers, or set ${pool}")
  }
  if $mcollective::securityprovider == 'psk' and $mcollective::psk =~ Undef and !('plugin.psk' in $settings) {
    fail('mcollective: the security provider psk needs a key, mcollective::psk')
  }
  if !($mcollective::main_collective in $mcollective::collectives) {
    fail("mcollective: the main collective ${mcollective::main_collective} is not one of ${join($mcollective::collectives, ', ')}")
  }
  $first = dig($facts, 'mcollective', 'server_cfg')
  if $mcollective::server and $mcollective::confdir == '/etc/mcollective' and $first == '/etc/puppetlabs/mcollective/server.cfg' {
    fail("mcollective: mcollectived reads ${first} before ${mcollective::confdir}/server.cfg: remove it, or set mcollective::confdir")
  }
  if $mcollective::server and $mcollective::securityprovider == 'x509' and !('plugin.x509.certificate' in $settings)
  and $mcollective::identity != $mcollective::puppet['certname'] {
    $certname = $mcollective::puppet['certname']
    fail("mcollective: nobody believes replies of ${mcollective::identity} under the certificate of ${certname}: set identity to that name")
  }
  undef
}
