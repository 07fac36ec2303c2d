# @summary An operator on this machine: the file `~/.mcollective`, and a certificate if the operator has none yet.
#
# Who is who follows from the name of the certificate, NAME.mcollective. It can come in three ways, and in the first two the key never
# leaves the machine: the operator asks for it (`puppet ssl submit_request --certname alice.mcollective`), the module does that in the
# operator's name (`request`), or key and certificate are handed over (`private_key`, `certificate`). Names like that must never be
# signed without looking.
#
# @example An operator for whom a certificate is asked; `puppetserver ca sign --certname alice.mcollective` gives it
#   mcollective::user { 'alice':
#     request => true,
#   }
#
# @param ensure
#   `absent` removes the file; certificate and key stay.
# @param username
#   The name of the account.
# @param home
#   Its home.
# @param certname
#   The name of the certificate.
# @param ssldir
#   Where the account's certificates are: by default where Puppet itself looks for them.
# @param request
#   Whether a certificate is asked for, and fetched once it is signed.
# @param ca_server
#   The CA to ask. By default that of the node.
# @param certificate
#   The certificate, as text or as the source of a file.
# @param private_key
#   The key, as `Sensitive` text or as the source of a file.
# @param settings
#   Settings of the file. They win over everything else.
define mcollective::user (
  Enum['present', 'absent'] $ensure = 'present',
  Pattern[/\A[a-z_][\w.-]*\z/] $username = $title,
  Optional[Stdlib::Unixpath] $home = undef,
  Pattern[/\A[a-z0-9_.-]+\z/] $certname = "${username}.mcollective",
  Optional[Stdlib::Unixpath] $ssldir = undef,
  Boolean $request = false,
  Optional[Stdlib::Host] $ca_server = undef,
  Optional[Variant[Stdlib::Filesource, Pattern[/\A-----BEGIN /]]] $certificate = undef,
  Optional[Variant[Stdlib::Filesource, Sensitive[Pattern[/\A-----BEGIN /]]]] $private_key = undef,
  Mcollective::Settings $settings = {},
) {
  include mcollective

  if $request and ($certificate or $private_key) {
    fail("Mcollective::User[${title}]: either a certificate is asked for (request) or it is given (certificate, private_key)")
  }

  $homedir = $home ? {
    undef   => $username ? { 'root' => '/root', default => "/home/${username}" },
    default => $home,
  }
  $ssl     = pick($ssldir, "${homedir}/${mcollective::user_ssldir}")
  $files   = {
    'ca'   => "${ssl}/certs/ca.pem",
    'cert' => "${ssl}/certs/${certname}.pem",
    'key'  => "${ssl}/private_keys/${certname}.pem",
  }
  $certified = $mcollective::securityprovider == 'x509' or $mcollective::tls

  if $ensure == 'absent' or $mcollective::ensure == 'absent' {
    file { "${homedir}/.mcollective":
      ensure => absent,
      backup => false,
    }
  } else {
    $pool_files = $certified ? {
      true    => $files,
      default => {},
    }
    $pool  = mcollective::pool_settings(
      $mcollective::brokers,
      $mcollective::connector,
      $mcollective::tls,
      $pool_files,
      $mcollective::login,
    )
    $proof = $mcollective::securityprovider ? {
      'x509'  => {
        'plugin.x509.certificate' => $files['cert'],
        'plugin.x509.private_key' => $files['key'],
        'plugin.x509.ca'          => $files['ca'],
        'plugin.x509.crl'         => $mcollective::shared_crl,
      },
      default => {},
    }
    # The broker lets nobody read replies but the identity that they are for, which it takes from the certificate.
    $basics  = $mcollective::base_settings + { 'identity' => $certname, 'loglevel' => 'warn' }
    $content = mcollective::config_lines(
      $pool + $proof + $basics + $mcollective::common_settings + $mcollective::client_settings + $settings
    )
    file { "${homedir}/.mcollective":
      ensure    => file,
      owner     => $username,
      mode      => '0600',
      content   => $content,
      show_diff => false,
      backup    => false,
    }

    if $certificate or $private_key {
      $parts   = split($mcollective::user_ssldir, '/')
      $folders = $ssldir ? {
        undef   => $parts.reduce([]) |$memo, $part| { $memo + ["${pick($memo[-1], $homedir)}/${part}"] },
        default => [$ssldir],
      }
      mcollective::user::certificate { $title:
        owner       => $username,
        folders     => $folders,
        files       => $files,
        certificate => $certificate,
        private_key => $private_key,
      }
    }
    if $request {
      mcollective::user::request { $title:
        owner     => $username,
        home      => $homedir,
        certname  => $certname,
        ssldir    => $ssl,
        files     => $files,
        ca_server => pick($ca_server, $mcollective::puppet['ca_server']),
        bindir    => $mcollective::puppet['bindir'],
      }
    }
  }
}
