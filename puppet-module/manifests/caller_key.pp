# @summary The public key of somebody who may call, for the providers `ssl` and `aes_security`.
#
# It counts from the next message on, and so does its absence.
#
# @example
#   mcollective::caller_key { 'alice':
#     source => 'puppet:///modules/profile/keys/alice.pem',
#   }
#
# @param ensure
#   Whether the key is there.
# @param caller
#   The name that the caller has in policies, after `cert=`.
# @param content
#   The key as text, PEM.
# @param source
#   The source of a file with the key.
define mcollective::caller_key (
  Enum['present', 'absent'] $ensure = 'present',
  Pattern[/\A[\w.-]+\z/] $caller = $title,
  Optional[String[1]] $content = undef,
  Optional[Stdlib::Filesource] $source = undef,
) {
  include mcollective

  if $ensure == 'present' and [$content, $source].filter |$key| { $key =~ NotUndef }.length != 1 {
    fail("Mcollective::Caller_key[${title}]: either content or source has the key")
  }
  if $mcollective::server_present and !($mcollective::securityprovider in ['ssl', 'aes_security']) {
    fail("Mcollective::Caller_key[${title}]: the security provider ${mcollective::securityprovider} knows no keys of callers")
  }

  if $mcollective::server_present {
    file { "${mcollective::confdir}/ssl/clients/${caller}.pem":
      ensure  => $ensure,
      owner   => 'root',
      group   => 'root',
      mode    => '0644',
      content => $content,
      source  => $source,
      before  => Class['mcollective::service'],
    }
  }
}
