# @summary A certificate that is asked for in an operator's name, who runs the commands: the key is made there and stays there.
#
# @api private
#
# @param owner
#   The account.
# @param home
#   Its home.
# @param certname
#   The name of the certificate.
# @param ssldir
#   The folder of the account's certificates.
# @param files
#   The paths of CA, certificate and key.
# @param ca_server
#   The CA. Puppet reads no `puppet.conf` of the system for anybody but root.
# @param bindir
#   The folder with the program `puppet`.
define mcollective::user::request (
  String[1] $owner,
  Stdlib::Unixpath $home,
  String[1] $certname,
  Stdlib::Unixpath $ssldir,
  Mcollective::Certificate_files $files,
  Stdlib::Host $ca_server,
  Stdlib::Unixpath $bindir,
) {
  $puppet  = ["${bindir}/puppet", 'ssl']
  # Without waitforcert a CA that is away would be waited for as long as this run may take.
  $options = ['--certname', $certname, '--ssldir', $ssldir, '--ca_server', $ca_server, '--waitforcert', '0']

  exec {
    default:
      user        => $owner,
      environment => ["HOME=${home}"],
      cwd         => $home,
      path        => [$bindir, '/usr/bin', '/bin'],
    ;
    "ask for the certificate ${certname}":
      command => $puppet + ['submit_request'] + $options,
      # Not the key: that is there before the request has arrived.
      creates => [$files['cert'], "${ssldir}/certificate_requests/${certname}.pem"],
    ;
    "fetch the certificate ${certname}":
      # Until somebody has signed it there is nothing to fetch, and that is no failure.
      command => $puppet + ['download_cert'] + $options,
      creates => $files['cert'],
      returns => [0, 1],
      require => Exec["ask for the certificate ${certname}"],
    ;
  }
}
