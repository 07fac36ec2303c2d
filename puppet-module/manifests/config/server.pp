# @summary The files of the daemon: `server.cfg`, facts of the site, groups of callers.
#
# @api private
class mcollective::config::server {
  assert_private()

  $confdir = $mcollective::confdir
  $puppet  = $mcollective::puppet
  $listed  = "${confdir}/facts.yaml"

  if $mcollective::server_present {
    $pool  = mcollective::pool_settings(
      $mcollective::brokers,
      $mcollective::connector,
      $mcollective::tls,
      { 'ca' => $puppet['localcacert'], 'cert' => $puppet['hostcert'], 'key' => $puppet['hostprivkey'] },
      $mcollective::login,
    )
    $proof = $mcollective::securityprovider ? {
      'x509'         => {
        'plugin.x509.certificate'      => $puppet['hostcert'],
        'plugin.x509.private_key'      => $puppet['hostprivkey'],
        'plugin.x509.ca'               => $puppet['localcacert'],
        'plugin.x509.crl'              => $mcollective::revoked ? { 'agent' => $puppet['hostcrl'], default => $mcollective::shared_crl },
        'plugin.x509.callers'          => $mcollective::callers,
        'plugin.x509.caller_extension' => $mcollective::caller_extension,
        'plugin.x509.encrypt_replies'  => $mcollective::encrypt_replies,
      },
      'ssl'          => { 'plugin.ssl_client_cert_dir' => "${confdir}/ssl/clients" },
      'aes_security' => { 'plugin.aes.client_cert_dir' => "${confdir}/ssl/clients" },
      default        => {},
    }
    $audit = $mcollective::audit_trail ? {
      'none'  => { 'rpcaudit' => false },
      default => {
        'rpcaudit'                => true,
        'rpcauditprovider'        => $mcollective::audit_trail,
        'plugin.rpcaudit.logfile' => $mcollective::audit_logfile,
      },
    }
    $authorization = $mcollective::authorization ? {
      true    => { 'rpcauthorization' => true, 'rpcauthprovider' => 'action_policy' },
      default => { 'rpcauthorization' => false },
    }
    $inventory = $mcollective::site_facts.empty ? {
      true    => { 'factsource' => $mcollective::factsource },
      default => { 'factsource' => unique($mcollective::factsource + ['yaml']), 'plugin.yaml' => $listed },
    }
    $basics  = $mcollective::base_settings + { 'identity' => $mcollective::identity, 'classesfile' => $puppet['classfile'] }
    $content = mcollective::config_lines(
      $pool + $proof + $audit + $authorization + $inventory + $basics + $mcollective::common_settings + $mcollective::server_settings
    )
    $validate_cmd = $mcollective::validate ? {
      true    => '/usr/sbin/mcollectived --check-config --config %',
      default => undef,
    }

    file { "${confdir}/server.cfg":
      ensure       => file,
      owner        => 'root',
      group        => 'root',
      mode         => '0600',
      content      => $content,
      # Neither a difference nor a copy in a file bucket: what was there may hold a secret, even if ours does not.
      show_diff    => false,
      backup       => false,
      validate_cmd => $validate_cmd,
      require      => [Mcollective::Folder["${confdir}/plugin.d"], Class['mcollective::config::security']],
      notify       => $mcollective::restart,
    }

    $groups = $mcollective::caller_groups.filter |$_name, $members| { !$members.empty }
    unless $groups.empty {
      $lines = $groups.map |$name, $members| { "${name} ${join($members, ' ')}\n" }
      file { "${confdir}/policies/groups":
        ensure       => file,
        owner        => 'root',
        group        => 'root',
        mode         => '0644',
        content      => join(["# Managed by Puppet, module mcollective. Changes here are lost.\n", $lines], ''),
        validate_cmd => '/usr/sbin/mcollectived --check-policy groups=%',
        require      => File["${confdir}/server.cfg"],
      }
    }
  } else {
    file { "${confdir}/server.cfg":
      ensure => absent,
      backup => false,
    }
  }

  if $mcollective::server_present and !$mcollective::site_facts.empty {
    $site_facts = $mcollective::site_facts
    file { $listed:
      ensure  => file,
      owner   => 'root',
      group   => 'root',
      mode    => '0644',
      content => inline_template("# Managed by Puppet, module mcollective. Changes here are lost.\n<%= @site_facts.to_yaml %>"),
      before  => File["${confdir}/server.cfg"],
    }
  } elsif !('yaml' in $mcollective::factsource) {
    # Where the site has sources of its own this name may be one of them.
    file { $listed:
      ensure => absent,
    }
  }
}
