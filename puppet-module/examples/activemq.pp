# ActiveMQ with TLS, where the names of certificates decide about rights. The files are those of docs/examples/brokers/activemq, which
# tests run the real broker with: copy them to files/activemq of the module profile. docs/brokers.md says what they do, and why the
# broker has to be restarted when a certificate is renewed or revoked.
class profile::mcollective_activemq (
  Sensitive[String[1]] $keystore_password,
) {
  $puppet   = $facts['mcollective']['puppet']
  $folder   = '/etc/activemq/mcollective'
  $password = "file:${folder}/password"

  package { ['activemq', 'default-jre-headless']:
    ensure => installed,
  }

  file {
    default:
      ensure  => file,
      owner   => 'activemq',
      group   => 'activemq',
      mode    => '0640',
      require => Package['activemq'],
    ;
    $folder:
      ensure  => directory,
      mode    => '0750',
      source  => 'puppet:///modules/profile/activemq',
      recurse => remote,
    ;
    "${folder}/credentials.properties":
      mode    => '0600',
      content => Sensitive("keystore.password=${keystore_password.unwrap}\n"),
      backup  => false,
    ;
    "${folder}/password":
      mode    => '0600',
      content => $keystore_password,
      backup  => false,
    ;
    "${folder}/crl.pem":
      source => $puppet['hostcrl'],
      notify => Service['activemq-mcollective'],
    ;
    # The command of docs/brokers.md as a service.
    '/etc/systemd/system/activemq-mcollective.service':
      owner   => 'root',
      group   => 'root',
      mode    => '0644',
      content => @("UNIT"/L),
        [Unit]
        Description=ActiveMQ for the Marionette Collective
        After=network-online.target

        [Service]
        User=activemq
        ExecStart=/usr/bin/java -Dactivemq.home=/usr/share/activemq -Dactivemq.base=${folder} -Dactivemq.conf=${folder} \
        -Dactivemq.data=/var/lib/activemq/mcollective -Djava.security.auth.login.config=${folder}/login.config \
        -Dlog4j.configuration=file:${folder}/log4j.properties \
        -jar /usr/share/activemq/bin/activemq.jar start xbean:file:${folder}/activemq.xml
        Restart=on-failure

        [Install]
        WantedBy=multi-user.target
        | UNIT
      notify  => Service['activemq-mcollective'],
    ;
  }

  exec {
    default:
      cwd    => $folder,
      user   => 'root',
      umask  => '0077',
      notify => Service['activemq-mcollective'],
    ;
    'the key store of ActiveMQ':
      command => ['/usr/bin/openssl', 'pkcs12', '-export', '-name', 'broker', '-in', $puppet['hostcert'], '-inkey', $puppet['hostprivkey'],
        '-passout', $password, '-out', 'broker.p12'],
      unless  => [['/usr/bin/test', 'broker.p12', '-nt', $puppet['hostcert']]],
      require => File["${folder}/password"],
    ;
    'the trust store of ActiveMQ':
      command => ['/usr/bin/keytool', '-importcert', '-noprompt', '-alias', 'ca', '-file', $puppet['localcacert'],
        '-storetype', 'PKCS12', '-storepass:file', "${folder}/password", '-keystore', 'ca.p12'],
      creates => "${folder}/ca.p12",
      require => [File["${folder}/password"], Package['default-jre-headless']],
    ;
  }
  ['broker.p12', 'ca.p12'].each |$store| {
    file { "${folder}/${store}":
      owner   => 'activemq',
      mode    => '0600',
      require => Exec['the key store of ActiveMQ', 'the trust store of ActiveMQ'],
      before  => Service['activemq-mcollective'],
    }
  }

  service { 'activemq-mcollective':
    ensure => running,
    enable => true,
  }
}

class { 'profile::mcollective_activemq':
  keystore_password => Sensitive('from eyaml, please'),
}

# Every node and every operator's machine; the connector activemq is the default.
class { 'mcollective':
  brokers => ['mq.example.net'],
}
