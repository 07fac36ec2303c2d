# RabbitMQ with TLS, where the name of a certificate is the name of the user. The files are those of docs/examples/brokers/rabbitmq,
# which tests run the real broker with: copy them to files/rabbitmq of the module profile. docs/brokers.md says what they do.
#
# RabbitMQ lets in whom it knows: `names` are the certificates of all nodes and operators, for example from PuppetDB.
class profile::mcollective_rabbitmq (
  Array[String[1], 1] $names,
) {
  $puppet = $facts['mcollective']['puppet']

  package { 'rabbitmq-server':
    ensure => installed,
  }

  file {
    default:
      ensure  => file,
      owner   => 'root',
      group   => 'rabbitmq',
      mode    => '0640',
      require => Package['rabbitmq-server'],
    ;
    '/etc/rabbitmq/crl':
      ensure => directory,
      mode   => '0750',
    ;
    '/etc/rabbitmq':
      ensure  => directory,
      mode    => '0750',
      source  => 'puppet:///modules/profile/rabbitmq',
      recurse => remote,
      notify  => Service['rabbitmq-server'],
    ;
    # Copies on the node, so that no key is in the catalogue.
    '/etc/rabbitmq/broker.pem':
      source => $puppet['hostcert'],
    ;
    '/etc/rabbitmq/broker.key':
      source    => $puppet['hostprivkey'],
      show_diff => false,
      backup    => false,
    ;
    '/etc/rabbitmq/ca.pem':
      source => $puppet['localcacert'],
    ;
    '/etc/rabbitmq/crl.pem':
      source => $puppet['hostcrl'],
    ;
    '/etc/rabbitmq/names':
      content => join(sort($names) + [''], "\n"),
    ;
    '/etc/rabbitmq/definitions.py':
      source => 'puppet:///modules/profile/rabbitmq/definitions.py',
      mode   => '0750',
    ;
  }

  # RabbitMQ looks for lists of revoked certificates under the hash of who issued them.
  exec { 'the list of revoked certificates of RabbitMQ':
    command     => 'cp crl.pem crl/$(openssl crl -hash -noout -in crl.pem).r0',
    provider    => 'shell',
    cwd         => '/etc/rabbitmq',
    path        => '/usr/bin:/bin',
    refreshonly => true,
    subscribe   => File['/etc/rabbitmq/crl.pem'],
    require     => File['/etc/rabbitmq/crl'],
  }

  exec { 'the users of RabbitMQ':
    command     => './definitions.py <names >definitions.json && rabbitmqctl import_definitions definitions.json',
    provider    => 'shell',
    cwd         => '/etc/rabbitmq',
    path        => '/usr/sbin:/usr/bin:/bin',
    refreshonly => true,
    subscribe   => File['/etc/rabbitmq/names', '/etc/rabbitmq/definitions.py'],
    require     => Service['rabbitmq-server'],
  }

  service { 'rabbitmq-server':
    ensure => running,
    enable => true,
  }
}

class { 'profile::mcollective_rabbitmq':
  names => ['web1.example.net', 'web2.example.net', 'alice.mcollective'],
}

# Every node and every operator's machine:
class { 'mcollective':
  connector => 'rabbitmq',
  brokers   => ['mq.example.net'],
}
