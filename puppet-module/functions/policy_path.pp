# @summary The file of a policy.
#
# @api private
#
# @param agent
#   The agent.
# @param collective
#   The collective, for a policy of its own.
#
# @return [Stdlib::Unixpath]
#   The path of the file.
function mcollective::policy_path(Mcollective::Plugin_name $agent, Optional[Mcollective::Collective] $collective) >> Stdlib::Unixpath {
  if $collective {
    "${mcollective::confdir}/policies/${collective}/${agent}.policy"
  } else {
    "${mcollective::confdir}/policies/${agent}.policy"
  }
}
