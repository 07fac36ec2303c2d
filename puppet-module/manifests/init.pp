# @summary The node daemon mcollectived, the client mco, or both, on this machine.
#
# Without anything but `brokers` the node trusts the certificates of its Puppet CA in both directions, speaks TLS with its own, and
# denies every call that no policy allows.
#
# @example A node, and all of it from Hiera: `mcollective::brokers: ['mq.example.net']`
#   include mcollective
#
# @example A machine on which operators work
#   class { 'mcollective':
#     client  => true,
#     brokers => ['mq1.example.net', 'mq2.example.net'],
#     users   => { 'alice' => { 'request' => true } },
#   }
#
# @param confdir
#   The folder of the configuration files. From the module's data: `/etc/mcollective`, and `/etc/puppetlabs/mcollective` where Puppet
#   is in `/opt/puppetlabs`: in both cases the one that the programs read first.
# @param user_ssldir
#   Where Puppet keeps the certificates of users, below their homes. From the module's data, as `confdir`.
# @param ensure
#   `absent` stops the daemon, purges the packages and removes what the module wrote; not the folder `confdir` itself, where the
#   broker may have its own files, and no operator's keys.
# @param server
#   Whether mcollectived runs here. `false` removes it, with its configuration.
# @param client
#   Whether mco is installed here. `false` removes it.
# @param brokers
#   The message brokers, in the order in which they are tried: host names, or hashes of `host`, `port` and `ssl`. May be empty only
#   where settings name a pool.
# @param connector
#   How brokers are spoken to: `activemq`, which is for mco-broker, too, or `rabbitmq`.
# @param rabbitmq_vhost
#   The virtual host, with `rabbitmq`.
# @param tls
#   Whether TLS is spoken to the brokers, with the node's own certificate of the Puppet CA. Decides about the port, too: 61614 or 61613.
# @param broker_user
#   The login, for brokers that know passwords.
# @param broker_password
#   The password of `broker_user`.
# @param securityprovider
#   How messages are signed and proven. All but `x509` are for migration.
# @param psk
#   The key of the provider `psk`.
# @param callers
#   Regular expressions, matched whole, for the names of certificates whose owners may send requests.
# @param caller_keys_source
#   The source of a folder with public keys of callers, NAME.pem each, for the providers `ssl` and `aes_security`.
# @param caller_extension
#   `NAME=VALUE`: whoever has this extension in the certificate may send requests, too.
# @param encrypt_replies
#   Whether replies are encrypted for the caller.
# @param crl
#   Where the list of revoked certificates comes from; see the type `Mcollective::Crl`.
# @param identity
#   The name of the node. With `x509` it has to be the name of its certificate.
# @param main_collective
#   The collective that is meant where none is named.
# @param collectives
#   The collectives that the node belongs to.
# @param factsource
#   Where facts come from.
# @param site_facts
#   Facts from Hiera. They are written to `facts.yaml`, and `yaml` joins the sources, only if there are any.
# @param authorization
#   Whether policies are asked before each action.
# @param audit_trail
#   The audit trail: `jsonlines`, the original's `logfile`, or `none`.
# @param audit_logfile
#   The file of the audit trail.
# @param policy_default
#   What the policies say to a call that fits none of their rules.
# @param policies
#   Policies of agents: resources `mcollective::policy`.
# @param site_rules
#   Rules that come last in every policy that is made of rules.
# @param caller_groups
#   Groups of callers by their names, for the callers of rules.
# @param plugins
#   Plug-ins of other modules: resources `mcollective::plugin`.
# @param plugin_settings
#   Settings of plug-ins by their names, for `plugin.d`: without `plugin.NAME.` in front.
# @param users
#   Operators on this machine: resources `mcollective::user`.
# @param common_settings
#   Settings of `server.cfg` and `client.cfg`. They win over everything above.
# @param server_settings
#   Settings of `server.cfg`. They win over everything above.
# @param client_settings
#   Settings of `client.cfg`. They win over everything above.
# @param client_group
#   Who, besides root, may read a `client.cfg` that holds a secret.
# @param purge
#   Whether files that nobody declares go from `plugin.d`, `policies`, `ssl/clients` and the plug-ins below `site_libdir`.
# @param site_libdir
#   The folder of the site's plug-ins. It counts before the packages' own.
# @param manage_packages
#   Whether packages are installed and removed.
# @param package_ensure
#   `installed`, `latest` or a version.
# @param server_package
#   The package of the daemon.
# @param client_package
#   The package of the client.
# @param manage_service
#   Whether the service is managed: not in the making of images.
# @param service_name
#   The name of the service.
# @param service_ensure
#   Whether the service runs.
# @param service_enable
#   Whether the service starts with the machine.
# @param validate
#   Whether the daemon checks its configuration before it replaces what is there, and before the service is touched. That needs the
#   node's certificate, which images do not have.
class mcollective (
  Stdlib::Unixpath $confdir,
  Pattern[/\A[^\/\s][^\s]*\z/] $user_ssldir,
  Enum['present', 'absent'] $ensure = 'present',
  Boolean $server = true,
  Boolean $client = false,
  Array[Mcollective::Broker] $brokers = [],
  Enum['activemq', 'rabbitmq'] $connector = 'activemq',
  Mcollective::Line $rabbitmq_vhost = '/mcollective',
  Boolean $tls = true,
  Optional[Mcollective::Line] $broker_user = undef,
  Optional[Sensitive[Mcollective::Line]] $broker_password = undef,
  Enum['x509', 'psk', 'ssl', 'aes_security'] $securityprovider = 'x509',
  Optional[Sensitive[Mcollective::Line]] $psk = undef,
  Array[Pattern[/\A[[:graph:]]+\z/], 1] $callers = ['.+\.mcollective'],
  Optional[Stdlib::Filesource] $caller_keys_source = undef,
  Optional[Pattern[/\A[^=\s]+=[[:graph:]]+\z/]] $caller_extension = undef,
  Boolean $encrypt_replies = false,
  Mcollective::Crl $crl = 'auto',
  Pattern[/\A[\w.-]+\z/] $identity = $trusted['certname'],
  Mcollective::Collective $main_collective = 'mcollective',
  Array[Mcollective::Collective, 1] $collectives = [$main_collective],
  Array[Enum['facter', 'yaml', 'json', 'ohai'], 1] $factsource = ['facter'],
  Hash[String[1], Data] $site_facts = {},
  Boolean $authorization = true,
  Enum['jsonlines', 'logfile', 'none'] $audit_trail = 'jsonlines',
  Stdlib::Unixpath $audit_logfile = '/var/log/mcollective/audit.log',
  Enum['allow', 'deny'] $policy_default = 'deny',
  Hash[String[1], Hash] $policies = {},
  Array[Mcollective::Rule] $site_rules = [],
  Hash[Pattern[/\A[\w.-]+\z/], Array[Pattern[/\A[[:graph:]]+\z/]]] $caller_groups = {},
  Hash[String[1], Hash] $plugins = {},
  Hash[Mcollective::Plugin_name, Mcollective::Settings] $plugin_settings = {},
  Hash[String[1], Hash] $users = {},
  Mcollective::Settings $common_settings = {},
  Mcollective::Settings $server_settings = {},
  Mcollective::Settings $client_settings = {},
  String[1] $client_group = 'root',
  Boolean $purge = true,
  Stdlib::Unixpath $site_libdir = '/usr/local/share/mcollective',
  Boolean $manage_packages = true,
  String[1] $package_ensure = 'installed',
  String[1] $server_package = 'mcollective',
  String[1] $client_package = 'mcollective-client',
  Boolean $manage_service = true,
  String[1] $service_name = 'mcollective',
  Stdlib::Ensure::Service $service_ensure = 'running',
  Boolean $service_enable = true,
  Boolean $validate = $manage_service,
) {
  $server_present = $server and $ensure == 'present'
  $client_present = $client and $ensure == 'present'
  $puppet         = dig($facts, 'mcollective', 'puppet')

  if $server_present or $client_present {
    mcollective::check_parameters()
    $revoked = $securityprovider ? {
      'x509'  => mcollective::revocation($crl, $puppet),
      default => 'none',
    }
  } else {
    $revoked = 'none'
  }

  # The list that everybody on this machine may read. The daemon reads the agent's own, which is fresher.
  $shared_crl = $revoked ? {
    'none'  => undef,
    'agent' => $client_present ? { true => "${confdir}/crl.pem", default => undef },
    default => "${confdir}/crl.pem",
  }

  # Whom a change of what only the start of the daemon reads concerns.
  $restart = $server_present ? {
    true    => Class['mcollective::service'],
    default => undef,
  }

  # What daemon, client and operators have in common.
  $login         = { 'user' => $broker_user, 'password' => $broker_password }.filter |$_key, $value| { $value =~ NotUndef }
  $rabbitmq      = $connector ? {
    'rabbitmq' => {
      'plugin.rabbitmq.vhost'              => $rabbitmq_vhost,
      # x509 signs the reply address, which RabbitMQ changes where there is no exchange for replies.
      'plugin.rabbitmq.use_reply_exchange' => $securityprovider ? { 'x509' => true, default => undef },
    },
    default    => {},
  }
  $base_settings = $rabbitmq + {
    'collectives'      => $collectives,
    'connector'        => $connector,
    'libdir'           => "/usr/share/mcollective/plugins:${site_libdir}",
    'logger_type'      => 'console',
    'main_collective'  => $main_collective,
    'plugin.psk'       => $securityprovider ? { 'psk' => $psk, default => undef },
    'securityprovider' => $securityprovider,
  }

  contain mcollective::install
  contain mcollective::config
  contain mcollective::service

  if $server_present {
    Class['mcollective::install'] -> Class['mcollective::config'] -> Class['mcollective::service']
  } else {
    Class['mcollective::service'] -> Class['mcollective::install'] -> Class['mcollective::config']
  }

  $plugin_settings.each |$name, $settings| {
    mcollective::plugin::settings { $name: settings => $settings }
  }
  $plugins.each |$name, $parameters| {
    mcollective::plugin { $name: * => $parameters }
  }
  $policies.each |$name, $parameters| {
    mcollective::policy { $name: * => $parameters }
  }
  $users.each |$name, $parameters| {
    mcollective::user { $name: * => $parameters }
  }
}
