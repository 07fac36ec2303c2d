# @summary A rule as a line of a policy file: five columns with tabs between them.
#
# @param rule
#   The rule. What is left out is `allow`, or `*`, which fits everything.
#
# @return [String]
#   The line with its end.
#
# @example
#   $line = mcollective::policy_line({ 'callers' => 'operators', 'actions' => ['status', 'last_run_summary'] })
function mcollective::policy_line(Mcollective::Rule $rule) >> String {
  $columns = ['action', 'callers', 'actions', 'facts', 'classes'].map |$name| {
    $column = $rule[$name] ? {
      undef   => $name ? { 'action' => 'allow', default => '*' },
      default => $rule[$name],
    }
    join(flatten([$column]), ' ')
  }
  "${join($columns, "\t")}\n"
}
