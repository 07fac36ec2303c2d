# @summary Settings of a plug-in, in a file of `plugin.d`.
#
# The daemon is restarted when they change. On a machine with the client every operator reads these files: settings with a secret are
# then readable for `mcollective::client_group`, and only for root elsewhere.
#
# @example
#   mcollective::plugin::settings { 'puppet':
#     settings => { 'splay' => false },
#   }
#
# @param settings
#   The settings by their names, without `plugin.NAME.` in front.
# @param ensure
#   Whether the file is there.
# @param plugin
#   The name of the plug-in.
define mcollective::plugin::settings (
  Mcollective::Settings $settings,
  Enum['present', 'absent'] $ensure = 'present',
  Mcollective::Plugin_name $plugin = $title,
) {
  include mcollective

  $path = "${mcollective::confdir}/plugin.d/${plugin}.cfg"

  if $mcollective::server_present or $mcollective::client_present {
    $content = mcollective::config_lines($settings)
    if $content =~ Sensitive and $mcollective::client_present {
      $group  = $mcollective::client_group
      $mode   = '0640'
      $backup = false
    } elsif $content =~ Sensitive {
      $group  = 'root'
      $mode   = '0600'
      $backup = false
    } else {
      $group  = 'root'
      $mode   = '0644'
      $backup = undef
    }
    $before  = $mcollective::server_present ? {
      true    => File["${mcollective::confdir}/server.cfg"],
      default => undef,
    }
    file { $path:
      ensure  => $ensure,
      owner   => 'root',
      group   => $group,
      mode    => $mode,
      content => $content,
      backup  => $backup,
      before  => $before,
      notify  => $mcollective::restart,
    }
  }
}
