# @summary The files of a certificate: that of the CA, its own and that of the key.
#
# @api private
type Mcollective::Certificate_files = Struct[{ ca => Stdlib::Unixpath, cert => Stdlib::Unixpath, key => Stdlib::Unixpath }]
