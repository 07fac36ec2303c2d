# @summary Who may do what with an agent: a policy file of the daemon.
#
# Its rules keep their order, and the first one that fits decides: the policy's own, those of `mcollective::policy::rule` by their
# `order`, the site's. The daemon reads the file anew when it changes, and is not restarted. Nothing happens where no daemon is.
#
# @example
#   mcollective::policy { 'puppet':
#     rules => [
#       { 'action' => 'deny', 'callers' => 'cert=bob.mcollective', 'actions' => ['runonce'], 'facts' => 'environment=production' },
#       { 'callers' => 'operators' },
#     ],
#   }
#
# @example A policy for one collective, from a file that the site has
#   mcollective::policy { 'package in uk':
#     agent      => 'package',
#     collective => 'uk',
#     source     => 'puppet:///modules/profile/package.policy',
#   }
#
# @param ensure
#   Whether the file is there.
# @param agent
#   The agent. `default` is the policy of all others where `plugin.actionpolicy.enable_default` is set, `filter` that of filters.
# @param collective
#   The collective whose requests it is for. Without one it is for all that have none of their own.
# @param default
#   What it says to calls that no rule fits: `mcollective::policy_default`.
# @param rules
#   Its own rules, which come first.
# @param site_rules
#   The rules that come last: `mcollective::site_rules`.
# @param content
#   The text of the whole file, in the place of rules.
# @param source
#   The source of the whole file, in the place of rules.
define mcollective::policy (
  Enum['present', 'absent'] $ensure = 'present',
  Mcollective::Plugin_name $agent = $title,
  Optional[Mcollective::Collective] $collective = undef,
  Optional[Enum['allow', 'deny']] $default = undef,
  Array[Mcollective::Rule] $rules = [],
  Optional[Array[Mcollective::Rule]] $site_rules = undef,
  Optional[String[1]] $content = undef,
  Optional[Stdlib::Filesource] $source = undef,
) {
  include mcollective

  if [$content, $source].filter |$whole| { $whole =~ NotUndef }.length > 1 {
    fail("Mcollective::Policy[${title}]: content and source exclude each other")
  }
  if ($content or $source) and !($rules.empty and $site_rules =~ Undef and $default =~ Undef) {
    fail("Mcollective::Policy[${title}]: content and source are the whole file; rules, site_rules and default have no place in it")
  }

  $path   = mcollective::policy_path($agent, $collective)
  $before = $mcollective::server_present ? {
    true    => Class['mcollective::service'],
    default => undef,
  }
  $validate_cmd = "/usr/sbin/mcollectived --check-policy ${agent}.policy=%"
  $fallback     = pick($default, $mcollective::policy_default)
  $header       = "# Managed by Puppet, module mcollective. Changes here are lost.\npolicy default ${fallback}\n"

  if $mcollective::server_present {
    if $collective {
      ensure_resource('file', "${mcollective::confdir}/policies/${collective}", {
          'ensure' => 'directory',
          'owner'  => 'root',
          'group'  => 'root',
          'mode'   => '0755',
      })
    }
    if $content or $source {
      file { $path:
        ensure       => $ensure,
        owner        => 'root',
        group        => 'root',
        mode         => '0644',
        content      => $content,
        source       => $source,
        validate_cmd => $validate_cmd,
        require      => Class['mcollective::install'],
        before       => $before,
      }
    } else {
      concat { $path:
        ensure       => $ensure,
        owner        => 'root',
        group        => 'root',
        mode         => '0644',
        validate_cmd => $validate_cmd,
        require      => Class['mcollective::install'],
        before       => $before,
      }
      if $ensure == 'present' {
        $lines = {
          '00' => $header,
          '10' => join($rules.map |$rule| { mcollective::policy_line($rule) }),
          '90' => join(pick($site_rules, $mcollective::site_rules).map |$rule| { mcollective::policy_line($rule) }),
        }
        $lines.filter |$_order, $text| { !$text.empty }.each |$order, $text| {
          concat::fragment { "${path} ${order}":
            target  => $path,
            order   => $order,
            content => $text,
          }
        }
      }
    }
  }
}
