# @summary Where the list of revoked certificates comes from: what `auto` means on this node, and what can be had at all.
#
# Puppet 7 agents fetch the list once and never again; since Puppet 8 they do so daily. So with `auto` the node's own file counts where
# Puppet is told to refresh it, and otherwise the list of the Puppet server, which comes with every catalogue.
#
# @param crl
#   What was asked for.
# @param puppet
#   What Puppet on the node says of itself: the part `puppet` of the fact `mcollective`.
#
# @return [String[1]]
#   `agent`, `server`, `none`, or the source of a file. `server` only where this Puppet server has a list that it can read.
#
# @example
#   $crl = mcollective::revocation('auto', $facts['mcollective']['puppet'])
function mcollective::revocation(Mcollective::Crl $crl, Hash $puppet) >> String[1] {
  $list   = find_file($settings::cacrl, $settings::hostcrl)
  $chosen = $crl ? {
    'auto'  => $puppet['crl_refresh_interval'] ? {
      undef   => $list ? { undef => 'agent', default => 'server' },
      default => 'agent',
    },
    default => $crl,
  }
  if $chosen == 'server' and $list =~ Undef {
    fail("mcollective: crl => server needs ${settings::cacrl} or ${settings::hostcrl} on the Puppet server, readable for it")
  }
  if $chosen == 'none' {
    warning("mcollective: without a list of revoked certificates (crl => none) ${trusted['certname']} obeys callers who were revoked")
    $chosen
  } elsif $chosen == 'agent' and $puppet['revocation'] == false {
    warning("mcollective: revoked callers are obeyed, as Puppet on ${trusted['certname']} keeps no list (certificate_revocation is off)")
    'none'
  } else {
    $chosen
  }
}
