# @summary Key and certificate that are handed over to an operator, and the folders that they are in.
#
# @api private
#
# @param owner
#   The account.
# @param folders
#   The folders down to the one that holds `certs` and `private_keys`.
# @param files
#   The paths of CA, certificate and key.
# @param certificate
#   The certificate, as text or as the source of a file.
# @param private_key
#   The key, as `Sensitive` text or as the source of a file.
define mcollective::user::certificate (
  String[1] $owner,
  Array[Stdlib::Unixpath, 1] $folders,
  Mcollective::Certificate_files $files,
  Optional[String[1]] $certificate,
  Optional[Variant[String[1], Sensitive[String[1]]]] $private_key,
) {
  file {
    default:
      owner => $owner,
    ;
    [$folders, "${folders[-1]}/certs"]:
      ensure => directory,
    ;
    "${folders[-1]}/private_keys":
      ensure => directory,
      mode   => '0700',
    ;
    $files['ca']:
      ensure => file,
      mode   => '0644',
      source => $mcollective::puppet['localcacert'],
    ;
  }

  if $certificate =~ Stdlib::Filesource {
    file { $files['cert']:
      ensure => file,
      owner  => $owner,
      mode   => '0644',
      source => $certificate,
    }
  } elsif $certificate {
    file { $files['cert']:
      ensure  => file,
      owner   => $owner,
      mode    => '0644',
      content => $certificate,
    }
  }

  if $private_key =~ Sensitive {
    file { $files['key']:
      ensure  => file,
      owner   => $owner,
      mode    => '0600',
      content => $private_key,
      backup  => false,
    }
  } elsif $private_key {
    file { $files['key']:
      ensure    => file,
      owner     => $owner,
      mode      => '0600',
      source    => $private_key,
      backup    => false,
      show_diff => false,
    }
  }
}
