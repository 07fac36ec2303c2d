# @summary Where the list of revoked certificates comes from.
#
# `agent`: the file that the Puppet agent of the node keeps. `server`: the list of the Puppet server, in the catalogue of every run.
# `auto`: `agent` where that is refreshed, else `server`. `none`: revoked certificates count. Anything else is the source of a file.
type Mcollective::Crl = Variant[Enum['auto', 'agent', 'server', 'none'], Stdlib::Filesource]
