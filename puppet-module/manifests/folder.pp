# @summary A folder that belongs to the module: what nobody declares goes from it, and it goes with what it is for.
#
# Where `mcollective::purge` is off, what others put there stays, and so does the folder.
#
# @api private
#
# @param wanted
#   Whether it is there.
# @param purge
#   Whether files that nobody declares are removed.
# @param source
#   The source of a folder whose files are copied into it.
define mcollective::folder (
  Boolean $wanted,
  Boolean $purge = $mcollective::purge,
  Optional[Stdlib::Filesource] $source = undef,
) {
  # As the mode counts for the files, too: Puppet makes folders executable by itself.
  $mode    = $source ? {
    undef   => '0755',
    default => '0644',
  }
  $recurse = $purge or $source =~ NotUndef
  if $wanted {
    file { $title:
      ensure  => directory,
      owner   => 'root',
      group   => 'root',
      mode    => $mode,
      source  => $source,
      recurse => $recurse,
      purge   => $purge,
      force   => $purge,
    }
  } elsif $purge {
    file { $title:
      ensure => absent,
      force  => true,
    }
  }
}
