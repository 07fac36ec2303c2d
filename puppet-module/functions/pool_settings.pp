# @summary The settings of a connector for a list of brokers.
#
# @param brokers
#   The brokers, in the order in which they are tried. None gives no settings.
# @param connector
#   `activemq` or `rabbitmq`.
# @param tls
#   Whether TLS is spoken to brokers that do not say so themselves. The port is 61614 with TLS and 61613 without.
# @param files
#   The files of TLS: `ca`, `cert` and `key`. Without them the programs take those of x509.
# @param login
#   `user` and `password`, for brokers that ask for them.
#
# @return [Mcollective::Settings]
#   The settings by their names.
#
# @example
#   $pool = mcollective::pool_settings(['mq1.example.net', { 'host' => 'mq2.example.net', 'port' => 6163 }], 'activemq', true)
function mcollective::pool_settings(
  Array[Mcollective::Broker] $brokers,
  Enum['activemq', 'rabbitmq'] $connector,
  Boolean $tls,
  Hash[Enum['ca', 'cert', 'key'], String[1]] $files = {},
  Hash[Enum['user', 'password'], Mcollective::Value] $login = {},
) >> Mcollective::Settings {
  $pool    = "plugin.${connector}.pool"
  $size    = $brokers.empty ? {
    true    => {},
    default => { "${pool}.size" => $brokers.length },
  }
  $members = $brokers.map |$index, $broker| {
    $member = "${pool}.${$index + 1}"
    $given  = $broker ? {
      Hash    => { 'ssl' => $tls } + $broker,
      default => { 'ssl' => $tls, 'host' => $broker },
    }
    $port   = $given['ssl'] ? {
      true    => 61614,
      default => 61613,
    }
    $tls_files = $given['ssl'] ? {
      true    => $files,
      default => {},
    }
    $settings = { 'port' => $port } + $given + $login
    $tls_settings = $tls_files.reduce({}) |$memo, $file| { $memo + { "${member}.ssl.${file[0]}" => $file[1] } }
    $settings.reduce($tls_settings) |$memo, $setting| { $memo + { "${member}.${setting[0]}" => $setting[1] } }
  }
  $members.reduce($size) |$memo, $member| { $memo + $member }
}
