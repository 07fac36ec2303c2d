# @summary A plug-in that another module brings in its folder `files/mcollective`.
#
# Declarations (`*.ddl`) go to every machine, `application`, `aggregate` and `discovery` to those with the client, `agent`, `audit`,
# `facts` and `registration` to those with the daemon, and the rest to both. The daemon is restarted when something changes. When
# nobody declares the plug-in any more, its files, settings and policy go with the next run.
#
# The same file from two modules is a duplicate declaration.
#
# @example A plug-in, with its settings and with who may use it
#   mcollective::plugin { 'nettest':
#     settings => { 'timeout' => 5 },
#     policy   => { 'rules' => [{ 'callers' => 'operators' }] },
#   }
#
# @param ensure
#   `absent` removes the files of the module, the settings and the policy.
# @param modulename
#   The module with the files.
# @param plugin
#   The name of the plug-in in settings and policies.
# @param settings
#   Its settings: see `mcollective::plugin::settings`.
# @param policy
#   Its policy: parameters of `mcollective::policy`.
# @param server
#   Whether the daemon's files are put here: by default where the daemon is.
# @param client
#   Whether the client's files are put here: by default where the client is.
define mcollective::plugin (
  Enum['present', 'absent'] $ensure = 'present',
  Pattern[/\A[a-z]\w*\z/] $modulename = $title,
  Mcollective::Plugin_name $plugin = $title,
  Mcollective::Settings $settings = {},
  Optional[Hash[String[1], Any]] $policy = undef,
  Optional[Boolean] $server = undef,
  Optional[Boolean] $client = undef,
) {
  include mcollective

  $to_server = $mcollective::server_present and pick($server, true)
  $to_client = $mcollective::client_present and pick($client, true)
  $folder    = "${mcollective::site_libdir}/mcollective"

  $files = mcollective::plugin_files($modulename).filter |$path, $_mode| {
    if $path =~ /\.ddl\z/ {
      $to_server or $to_client
    } elsif $path =~ /\A(application|aggregate|discovery)\// {
      $to_client
    } elsif $path =~ /\A(agent|audit|facts|registration)\// {
      $to_server
    } else {
      $to_server or $to_client
    }
  }

  if $ensure == 'present' {
    $folders = $files.map |$path, $_mode| {
      $parts = split($path, '/')
      $parts[0, -2].reduce([]) |$memo, $part| { $memo + ["${pick($memo[-1], $folder)}/${part}"] }
    }
    ensure_resource('file', unique(flatten($folders)), {
        'ensure' => 'directory',
        'owner'  => 'root',
        'group'  => 'root',
        'mode'   => '0755',
    })
  }

  $files.each |$path, $mode| {
    file { "${folder}/${path}":
      ensure => $ensure,
      owner  => 'root',
      group  => 'root',
      mode   => $mode,
      source => "puppet:///modules/${modulename}/mcollective/${path}",
      notify => $mcollective::restart,
    }
  }

  unless $settings.empty {
    mcollective::plugin::settings { $plugin:
      ensure   => $ensure,
      settings => $settings,
    }
  }

  if $policy {
    mcollective::policy { $plugin:
      * => { 'ensure' => $ensure } + $policy,
    }
  }
}
