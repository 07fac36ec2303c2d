# @summary The files of the broker.
#
# @api private
class mcollective::broker::config {
  assert_private()

  $confdir = $mcollective::broker::confdir
  $folder  = "${confdir}/broker"

  if $mcollective::broker::present {
    $puppet    = dig($facts, 'mcollective', 'puppet')
    $secured   = flatten([$mcollective::broker::tls_listen]) - ['none']
    $plain     = flatten([$mcollective::broker::listen]) - ['none']
    $tls       = !$secured.empty
    $certified = $tls and $mcollective::broker::client_certs != 'none'
    if $tls and $puppet =~ Undef {
      fail('mcollective::broker: the node did not send the fact mcollective, which comes with this module: is pluginsync off?')
    }
    if !$tls and $mcollective::broker::users =~ Undef {
      fail('mcollective::broker: without TLS it needs users, or everybody could do everything')
    }
    $revoked   = $certified ? {
      true    => mcollective::revocation($mcollective::broker::crl, $puppet),
      default => 'none',
    }

    ensure_resource('file', $confdir, { 'ensure' => 'directory', 'owner' => 'root', 'group' => 'root', 'mode' => '0755' })
    file { $folder:
      ensure  => directory,
      owner   => $mcollective::broker::user,
      group   => $mcollective::broker::user,
      mode    => '0700',
      recurse => true,
      purge   => true,
      force   => true,
    }

    # Copies of local files: nothing of them is in the catalogue.
    $copies = $tls ? {
      true    => { 'broker.pem' => $puppet['hostcert'], 'broker.key' => $puppet['hostprivkey'] },
      default => {},
    }
    $issuers = $certified ? {
      true    => { 'ca.pem' => $puppet['localcacert'] },
      default => {},
    }
    $lists = $revoked ? {
      'agent'  => { 'crl.pem' => $puppet['hostcrl'] },
      'server' => {},
      'none'   => {},
      default  => { 'crl.pem' => $revoked },
    }
    ($copies + $issuers + $lists).each |$name, $source| {
      file { "${folder}/${name}":
        ensure    => file,
        owner     => $mcollective::broker::user,
        group     => $mcollective::broker::user,
        mode      => '0600',
        source    => $source,
        backup    => false,
        show_diff => false,
        before    => File["${confdir}/broker.cfg"],
      }
    }
    if $revoked == 'server' {
      file { "${folder}/crl.pem":
        ensure  => file,
        owner   => $mcollective::broker::user,
        group   => $mcollective::broker::user,
        mode    => '0600',
        content => file($settings::cacrl, $settings::hostcrl),
        before  => File["${confdir}/broker.cfg"],
      }
    }
    if $mcollective::broker::users {
      file { "${folder}/users":
        ensure  => file,
        owner   => $mcollective::broker::user,
        group   => $mcollective::broker::user,
        mode    => '0600',
        content => $mcollective::broker::users,
        backup  => false,
        before  => File["${confdir}/broker.cfg"],
      }
    }

    $addresses = {
      # Without this line it would listen on 127.0.0.1, too, where there are users.
      'listen'     => $plain.empty ? { true => 'none', default => $plain },
      'tls-listen' => $tls ? { true => $secured, default => undef },
    }
    $own = $tls ? {
      true    => {
        'cert'         => "${folder}/broker.pem",
        'key'          => "${folder}/broker.key",
        'client-certs' => $mcollective::broker::client_certs,
      },
      default => {},
    }
    $rights = $certified ? {
      true    => {
        'ca'      => "${folder}/ca.pem",
        'crl'     => $revoked ? { 'none' => undef, default => "${folder}/crl.pem" },
        'rights'  => 'certificate',
        'callers' => $mcollective::broker::callers,
      },
      default => {},
    }
    $logins = $mcollective::broker::users ? {
      undef   => {},
      default => { 'users' => "${folder}/users" },
    }
    $validate_cmd = $mcollective::broker::validate ? {
      true    => '/usr/sbin/mco-broker --check-config --config %',
      default => undef,
    }
    $restart = $mcollective::broker::manage_service ? {
      true    => Service[$mcollective::broker::service_name],
      default => undef,
    }
    file { "${confdir}/broker.cfg":
      ensure       => file,
      owner        => 'root',
      group        => 'root',
      mode         => '0644',
      content      => mcollective::config_lines($addresses + $own + $rights + $logins + $mcollective::broker::settings),
      validate_cmd => $validate_cmd,
      notify       => $restart,
    }
  } else {
    file { "${confdir}/broker.cfg":
      ensure => absent,
    }
    file { $folder:
      ensure => absent,
      force  => true,
    }
  }
}
