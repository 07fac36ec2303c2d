# @summary A rule in the policy of an agent, from any module.
#
# The policy has to be declared by somebody, with rules and not as a whole file: otherwise the catalogue does not compile.
#
# @example
#   mcollective::policy::rule { 'the auditors may look':
#     agent   => 'puppet',
#     callers => 'cert=audit.mcollective',
#     actions => ['status', 'last_run_summary'],
#   }
#
# @param agent
#   The agent.
# @param collective
#   The collective of the policy.
# @param action
#   What the rule says where it fits.
# @param callers
#   Who calls: caller ids, groups, extensions of certificates.
# @param actions
#   The actions.
# @param fact_filter
#   What the facts of the node have to be. (`facts` cannot be the name of a parameter.)
# @param classes
#   The classes that the node has to have.
# @param order
#   Where it stands among the rules of others, after the policy's own and before the site's. Rules of the same order are sorted by
#   their titles.
define mcollective::policy::rule (
  Mcollective::Plugin_name $agent,
  Optional[Mcollective::Collective] $collective = undef,
  Enum['allow', 'deny'] $action = 'allow',
  Mcollective::Column $callers = '*',
  Mcollective::Column $actions = '*',
  Mcollective::Column $fact_filter = '*',
  Mcollective::Column $classes = '*',
  Integer[11, 89] $order = 50,
) {
  include mcollective

  if $mcollective::server_present {
    $path = mcollective::policy_path($agent, $collective)
    $rule = { 'action' => $action, 'callers' => $callers, 'actions' => $actions, 'facts' => $fact_filter, 'classes' => $classes }
    # Requiring the policy makes a rule without one fail when the catalogue is compiled; concat itself would only warn on the node.
    concat::fragment { "${path} ${title}":
      target  => $path,
      order   => String($order),
      content => mcollective::policy_line($rule),
      require => Concat[$path],
    }
  }
}
