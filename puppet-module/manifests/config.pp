# @summary The files of daemon and client, and the folders in which others put theirs.
#
# @api private
class mcollective::config {
  assert_private()

  $confdir = $mcollective::confdir
  $present = $mcollective::server_present or $mcollective::client_present

  if $present {
    ensure_resource('file', $confdir, { 'ensure' => 'directory', 'owner' => 'root', 'group' => 'root', 'mode' => '0755' })
  }

  # The folder of the packages' own plug-ins is theirs; ours goes only where nobody chose it.
  if $present {
    file { $mcollective::site_libdir:
      ensure => directory,
      owner  => 'root',
      group  => 'root',
      mode   => '0755',
    }
  } elsif $mcollective::purge and $mcollective::site_libdir == '/usr/local/share/mcollective' {
    file { $mcollective::site_libdir:
      ensure => absent,
      force  => true,
    }
  }

  mcollective::folder { "${mcollective::site_libdir}/mcollective":
    wanted => $present,
    notify => $mcollective::restart,
  }
  mcollective::folder { "${confdir}/plugin.d":
    wanted => $present,
    notify => $mcollective::restart,
  }
  mcollective::folder { "${confdir}/policies":
    wanted => $mcollective::server_present,
  }

  contain mcollective::config::security
  contain mcollective::config::server
  contain mcollective::config::client
}
