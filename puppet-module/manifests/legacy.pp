# @summary The parameters of the modules puppetlabs-mcollective and voxpupuli-mcollective, for a site that comes from there.
#
# It declares the class `mcollective` with what they mean there, keeps the security provider, the keys and the broker, and removes no
# file that it does not know. What does nothing any more is named in a warning. When the site runs, take `mcollective` in its place
# and move to `securityprovider: x509`.
#
# @example The data stay as they are, under another name: `mcollective::legacy::middleware_hosts` and so on
#   include mcollective::legacy
#
# @param server
#   `server` of `mcollective`.
# @param client
#   `client` of `mcollective`.
# @param manage_packages
#   `manage_packages` of `mcollective`.
# @param version
#   `package_ensure` of `mcollective`.
# @param confdir
#   `confdir` of `mcollective`.
# @param main_collective
#   `main_collective` of `mcollective`.
# @param collectives
#   `collectives` of `mcollective`, or names separated by commas.
# @param connector
#   `connector` of `mcollective`.
# @param securityprovider
#   `securityprovider` of `mcollective`.
# @param psk
#   `psk` of `mcollective`. The old modules' published key is taken where there is none, and warned about.
# @param factsource
#   `yaml` becomes `facter`, as the daemon needs nobody who writes files for it, unless `yaml_fact_cron` is off.
# @param yaml_fact_path
#   The file with facts, where `yaml_fact_cron` is off.
# @param yaml_fact_cron
#   The cron job is removed. `false` means that the site writes the file with facts itself, which is then read.
# @param fact_cron_splay
#   Does nothing.
# @param classesfile
#   The file in which Puppet lists classes: by default where Puppet on the node has it.
# @param rpcauthprovider
#   `action_policy`, or nothing for no authorization.
# @param rpcauditprovider
#   `audit_trail` of `mcollective`.
# @param rpcauditlogfile
#   `audit_logfile` of `mcollective`.
# @param registration
#   What the node reports of itself. `redis` does nothing.
# @param core_libdir
#   Further plug-ins.
# @param site_libdir
#   `site_libdir` of `mcollective`.
# @param identity
#   `identity` of `mcollective`.
# @param middleware_hosts
#   The hosts of `brokers` of `mcollective`.
# @param middleware_user
#   `broker_user` of `mcollective`.
# @param middleware_password
#   `broker_password` of `mcollective`.
# @param middleware_multiple_ports
#   Whether every host has a port of its own.
# @param middleware_port
#   The port of all brokers without TLS.
# @param middleware_ssl_port
#   The port of all brokers with TLS.
# @param middleware_ports
#   The ports of the brokers without TLS.
# @param middleware_ssl_ports
#   The ports of the brokers with TLS.
# @param middleware_ssl
#   `tls` of `mcollective`.
# @param middleware_ssl_fallback
#   Whether connections go on without verification where certificates are missing.
# @param middleware_ssl_cert
#   The source of the certificate for the broker: otherwise `ssl_server_public`, otherwise the node's own.
# @param middleware_ssl_key
#   The source of its key: otherwise `ssl_server_private`, otherwise the node's own.
# @param middleware_ssl_ca
#   The source of its CA: otherwise `ssl_ca_cert`, otherwise the node's.
# @param middleware_admin_user
#   Does nothing.
# @param middleware_admin_password
#   Does nothing.
# @param middleware_heartbeat_interval
#   Seconds between heart-beats.
# @param rabbitmq_vhost
#   `rabbitmq_vhost` of `mcollective`.
# @param common_package
#   Does nothing.
# @param server_config_file
#   Does nothing.
# @param server_logfile
#   The log file. Without one the log goes to the journal.
# @param server_loglevel
#   The least important messages of the daemon to log.
# @param server_daemonize
#   Does nothing.
# @param service_name
#   `service_name` of `mcollective`.
# @param service_ensure
#   `service_ensure` of `mcollective`.
# @param service_enable
#   `service_enable` of `mcollective`.
# @param server_package
#   `server_package` of `mcollective`.
# @param ruby_stomp_ensure
#   Does nothing.
# @param ruby_stomp_package
#   Does nothing.
# @param ruby_interpreter
#   Does nothing.
# @param client_config_file
#   Does nothing.
# @param client_logger_type
#   Where the client's log goes.
# @param client_loglevel
#   The least important messages of the client to log.
# @param client_package
#   `client_package` of `mcollective`.
# @param ssl_ca_cert
#   See `middleware_ssl_ca`.
# @param ssl_server_public
#   The source of the servers' public key, for the provider `ssl`.
# @param ssl_server_private
#   The source of the servers' private key, for the provider `ssl`.
# @param ssl_client_certs
#   The source of a folder with the public keys of callers, for the provider `ssl`.
# @param ssl_client_certs_dir
#   Does nothing: the keys are in `ssl/clients`.
# @param ssl_ciphers
#   OpenSSL's list of ciphers towards the broker.
# @param allowunconfigured
#   Whether actions of agents without a policy are allowed.
# @param sshkeyauth_gem_version
#   Does nothing.
# @param sshkey_server_learn_public_keys
#   Does nothing.
# @param sshkey_server_overwrite_stored_keys
#   Does nothing.
# @param sshkey_server_publickey_dir
#   Does nothing.
# @param sshkey_server_private_key
#   Does nothing.
# @param sshkey_server_authorized_keys
#   Does nothing.
# @param sshkey_server_send_key
#   Does nothing.
class mcollective::legacy (
  Boolean $server = true,
  Boolean $client = false,
  Boolean $manage_packages = true,
  String[1] $version = 'present',
  Stdlib::Unixpath $confdir = lookup('mcollective::confdir'),
  String[1] $main_collective = 'mcollective',
  Variant[String[1], Array[String[1], 1]] $collectives = 'mcollective',
  Enum['activemq', 'rabbitmq'] $connector = 'activemq',
  Enum['x509', 'psk', 'ssl', 'aes_security'] $securityprovider = 'psk',
  Variant[String[1], Sensitive[String[1]]] $psk = 'changemeplease',
  Enum['yaml', 'facter'] $factsource = 'yaml',
  Optional[Stdlib::Unixpath] $yaml_fact_path = undef,
  Boolean $yaml_fact_cron = true,
  Optional[Boolean] $fact_cron_splay = undef,
  Optional[Stdlib::Unixpath] $classesfile = undef,
  Optional[Enum['action_policy', '']] $rpcauthprovider = 'action_policy',
  Optional[Enum['logfile', 'jsonlines', '']] $rpcauditprovider = 'logfile',
  Stdlib::Unixpath $rpcauditlogfile = '/var/log/mcollective-audit.log',
  Optional[String[1]] $registration = undef,
  Optional[Stdlib::Unixpath] $core_libdir = undef,
  Stdlib::Unixpath $site_libdir = '/usr/local/share/mcollective',
  String[1] $identity = $facts['networking']['fqdn'],
  Variant[String[1], Array[String[1]]] $middleware_hosts = [],
  Optional[String[1]] $middleware_user = 'mcollective',
  Optional[Variant[String[1], Sensitive[String[1]]]] $middleware_password = 'marionette',
  Variant[Boolean, Enum['true', 'false']] $middleware_multiple_ports = false,
  Variant[String[1], Integer] $middleware_port = '61613',
  Variant[String[1], Integer] $middleware_ssl_port = '61614',
  Array[Variant[String[1], Integer]] $middleware_ports = ['61613'],
  Array[Variant[String[1], Integer]] $middleware_ssl_ports = ['61614'],
  Variant[Boolean, Enum['true', 'false']] $middleware_ssl = false,
  Variant[Boolean, Enum['true', 'false']] $middleware_ssl_fallback = false,
  Optional[Stdlib::Filesource] $middleware_ssl_cert = undef,
  Optional[Stdlib::Filesource] $middleware_ssl_key = undef,
  Optional[Stdlib::Filesource] $middleware_ssl_ca = undef,
  Optional[String] $middleware_admin_user = undef,
  Optional[Variant[String, Sensitive]] $middleware_admin_password = undef,
  Variant[String[1], Integer] $middleware_heartbeat_interval = '30',
  String[1] $rabbitmq_vhost = '/mcollective',
  Optional[String] $common_package = undef,
  Optional[String] $server_config_file = undef,
  Optional[Stdlib::Unixpath] $server_logfile = undef,
  String[1] $server_loglevel = 'info',
  Optional[Boolean] $server_daemonize = undef,
  String[1] $service_name = 'mcollective',
  Stdlib::Ensure::Service $service_ensure = 'running',
  Boolean $service_enable = true,
  String[1] $server_package = 'mcollective',
  Optional[String] $ruby_stomp_ensure = undef,
  Optional[String] $ruby_stomp_package = undef,
  Optional[String] $ruby_interpreter = undef,
  Optional[String] $client_config_file = undef,
  String[1] $client_logger_type = 'console',
  String[1] $client_loglevel = 'warn',
  String[1] $client_package = 'mcollective-client',
  Optional[Stdlib::Filesource] $ssl_ca_cert = undef,
  Optional[Stdlib::Filesource] $ssl_server_public = undef,
  Optional[Stdlib::Filesource] $ssl_server_private = undef,
  Optional[Stdlib::Filesource] $ssl_client_certs = undef,
  Optional[String] $ssl_client_certs_dir = undef,
  Optional[String[1]] $ssl_ciphers = undef,
  Variant[Boolean, Integer, String[1]] $allowunconfigured = '1',
  Optional[String] $sshkeyauth_gem_version = undef,
  Optional[Boolean] $sshkey_server_learn_public_keys = undef,
  Optional[Boolean] $sshkey_server_overwrite_stored_keys = undef,
  Optional[String] $sshkey_server_publickey_dir = undef,
  Optional[String] $sshkey_server_private_key = undef,
  Optional[String] $sshkey_server_authorized_keys = undef,
  Optional[String] $sshkey_server_send_key = undef,
) {
  # What says nothing to these programs.
  $without_effect = {
    'fact_cron_splay'                     => $fact_cron_splay,
    'middleware_admin_user'               => $middleware_admin_user,
    'middleware_admin_password'           => $middleware_admin_password,
    'common_package'                      => $common_package,
    'server_config_file'                  => $server_config_file,
    'server_daemonize'                    => $server_daemonize,
    'ruby_stomp_ensure'                   => $ruby_stomp_ensure,
    'ruby_stomp_package'                  => $ruby_stomp_package,
    'ruby_interpreter'                    => $ruby_interpreter,
    'client_config_file'                  => $client_config_file,
    'ssl_client_certs_dir'                => $ssl_client_certs_dir,
    'sshkeyauth_gem_version'              => $sshkeyauth_gem_version,
    'sshkey_server_learn_public_keys'     => $sshkey_server_learn_public_keys,
    'sshkey_server_overwrite_stored_keys' => $sshkey_server_overwrite_stored_keys,
    'sshkey_server_publickey_dir'         => $sshkey_server_publickey_dir,
    'sshkey_server_private_key'           => $sshkey_server_private_key,
    'sshkey_server_authorized_keys'       => $sshkey_server_authorized_keys,
    'sshkey_server_send_key'              => $sshkey_server_send_key,
    'yaml_fact_path'                      => $yaml_fact_cron ? { true => $yaml_fact_path, default => undef },
    'registration'                        => $registration ? { 'redis' => 'redis', default => undef },
  }
  $without_effect.each |$name, $value| {
    if $value =~ NotUndef {
      warning("mcollective::legacy: ${name} does nothing any more and can be removed")
    }
  }

  # Secrets are hidden from here on, whatever the data do.
  $key = $psk ? {
    Sensitive => $psk,
    default   => Sensitive($psk),
  }
  $password = $middleware_password ? {
    String[1] => Sensitive($middleware_password),
    default   => $middleware_password,
  }
  if $securityprovider == 'psk' and $key.unwrap == 'changemeplease' {
    warning('mcollective::legacy: the key psk is the one that the old modules publish: everybody knows it')
  }

  # The brokers
  $tls      = Boolean($middleware_ssl)
  $fallback = $tls and Boolean($middleware_ssl_fallback)
  $hosts    = flatten([$middleware_hosts])
  $ports    = [Boolean($middleware_multiple_ports), $tls] ? {
    [true, true]  => $middleware_ssl_ports,
    [true, false] => $middleware_ports,
    [false, true] => $hosts.map |$_host| { $middleware_ssl_port },
    default       => $hosts.map |$_host| { $middleware_port },
  }
  if $ports.length != $hosts.length {
    fail('mcollective::legacy: there have to be as many ports as hosts')
  }
  $brokers = $hosts.map |$index, $host| { { 'host' => $host, 'port' => Integer($ports[$index]) } }

  # The files that the old modules put into the folder ssl: name, source, and which setting of a broker names them
  $towards_broker = $tls ? {
    true    => {
      'middleware_ca.pem'   => pick_default($middleware_ssl_ca, $ssl_ca_cert),
      'middleware_cert.pem' => pick_default($middleware_ssl_cert, $ssl_server_public),
      'middleware_key.pem'  => pick_default($middleware_ssl_key, $ssl_server_private),
    },
    default => {},
  }
  $of_servers = $securityprovider ? {
    'ssl'   => { 'server_public.pem' => $ssl_server_public, 'server_private.pem' => $ssl_server_private },
    default => {},
  }
  $copies = ($towards_broker + $of_servers).filter |$_name, $source| { $source =~ Stdlib::Filesource }
  unless $copies.empty {
    ensure_resource('file', [$confdir, "${confdir}/ssl"], {
        'ensure' => 'directory',
        'owner'  => 'root',
        'group'  => 'root',
        'mode'   => '0755',
    })
  }
  $copies.each |$name, $source| {
    $mode = $name ? {
      /key|private/ => '0400',
      default       => '0444',
    }
    file { "${confdir}/ssl/${name}":
      ensure    => file,
      owner     => 'root',
      group     => 'root',
      mode      => $mode,
      source    => $source,
      backup    => false,
      show_diff => false,
      before    => Class['mcollective::config::server'],
    }
  }
  $paths = $copies.reduce({}) |$memo, $copy| { $memo + { $copy[0] => "${confdir}/ssl/${copy[0]}" } }

  # Operators have keys of their own: certificate and key are the daemon's alone.
  $pool_common = mcollective::pool_members($connector, $hosts.length, {
      'ssl.ca'       => $paths['middleware_ca.pem'],
      'ssl.fallback' => $fallback ? { true => true, default => undef },
      'ssl.ciphers'  => $tls ? { true => $ssl_ciphers, default => undef },
  })
  $pool_server = mcollective::pool_members($connector, $hosts.length, {
      'ssl.cert' => $paths['middleware_cert.pem'],
      'ssl.key'  => $paths['middleware_key.pem'],
  })

  $common_settings = {
    "plugin.${connector}.heartbeat_interval" => $middleware_heartbeat_interval,
    "plugin.${connector}.randomize"          => true,
    'plugin.ssl_server_public'               => $paths['server_public.pem'],
    'libdir'                                 => $core_libdir ? { undef => undef, default => "${core_libdir}:${site_libdir}" },
    # Nodes and clients have to agree on it, and the old modules set it.
    'plugin.activemq.base64'                 => $connector ? { 'activemq' => true, default => undef },
  }
  $server_settings = {
    'loglevel'                               => $server_loglevel,
    'logger_type'                            => $server_logfile ? { undef => undef, default => 'file' },
    'logfile'                                => $server_logfile,
    'classesfile'                            => $classesfile,
    'registration'                           => $registration ? { 'redis' => undef, default => $registration },
    'plugin.ssl_server_private'              => $paths['server_private.pem'],
    'plugin.actionpolicy.allow_unconfigured' => String($allowunconfigured),
    'plugin.yaml'                            => $yaml_fact_cron ? {
      true    => undef,
      default => pick($yaml_fact_path, "${confdir}/facts.yaml"),
    },
  }
  $audit_trail = $rpcauditprovider ? {
    undef   => 'none',
    ''      => 'none',
    default => $rpcauditprovider,
  }
  $sources = [$factsource, $yaml_fact_cron] ? {
    ['yaml', false] => ['yaml'],
    default         => ['facter'],
  }

  class { 'mcollective':
    server             => $server,
    client             => $client,
    brokers            => $brokers,
    connector          => $connector,
    rabbitmq_vhost     => $rabbitmq_vhost,
    tls                => $tls,
    broker_user        => $middleware_user,
    broker_password    => $password,
    securityprovider   => $securityprovider,
    psk                => $key,
    caller_keys_source => $ssl_client_certs,
    identity           => $identity,
    main_collective    => $main_collective,
    collectives        => split(join(flatten([$collectives]), ','), '\s*,\s*'),
    factsource         => $sources,
    authorization      => $rpcauthprovider == 'action_policy',
    audit_trail        => $audit_trail,
    audit_logfile      => $rpcauditlogfile,
    common_settings    => $pool_common + $common_settings.filter |$_name, $value| { $value =~ NotUndef },
    server_settings    => $pool_server + $server_settings.filter |$_name, $value| { $value =~ NotUndef },
    client_settings    => { 'logger_type' => $client_logger_type, 'loglevel' => $client_loglevel },
    purge              => false,
    confdir            => $confdir,
    site_libdir        => $site_libdir,
    manage_packages    => $manage_packages,
    package_ensure     => $version,
    server_package     => $server_package,
    client_package     => $client_package,
    service_name       => $service_name,
    service_ensure     => $service_ensure,
    service_enable     => $service_enable,
  }
  contain mcollective

  # The type has been a module of its own since Puppet 6, and is not everywhere.
  if $yaml_fact_cron and defined('cron') {
    cron { 'refresh-mcollective-metadata':
      ensure => absent,
      user   => 'root',
    }
  }
}
