# frozen_string_literal: true

# Sites whose files the programs are given: MCO_RENDERED names a folder, in which `puppet` is what Puppet would have there (certificates
# of web1.example.net and alice.mcollective) and `keys` has a key pair for the older providers.
RENDERED = ENV.fetch('MCO_RENDERED', '/srv/rendered')

SITES = {
  'x509' => <<~PUPPET,
    class { 'mcollective':
      client           => true,
      brokers          => ['127.0.0.1', { 'host' => 'localhost', 'port' => 6163 }, { 'host' => 'mq.example.net', 'ssl' => false }],
      callers          => ['[a-z]+\\.mcollective', 'deploy'],
      caller_extension => 'pp_auth_role=operator',
      encrypt_replies  => true,
      crl              => 'agent',
      collectives      => ['mcollective', 'uk'],
      site_facts       => { 'role' => 'web', 'rack' => { 'row' => 3 } },
      caller_groups    => { 'operators' => ['cert=alice.mcollective', 'trusted:pp_role=ops'], 'nobody' => [] },
      site_rules       => [{ 'callers' => 'operators' }],
      policies         => {
        'puppet'       => {
          'rules' => [
            { 'action' => 'deny', 'callers' => 'cert=bob.mcollective', 'actions' => ['runonce', 'disable'], 'facts' => ['role=web', 'cpus>4'] },
            { 'callers' => ['cert=bob.mcollective', 'cert=carol.mcollective'], 'actions' => 'status', 'facts' => 'not role=db or base' },
          ],
        },
        'rpcutil'      => { 'default' => 'allow', 'site_rules' => [] },
        'puppet in uk' => { 'agent' => 'puppet', 'collective' => 'uk', 'content' => "policy default deny\\nallow  operators  *  *  *\\n" },
      },
      plugins          => { 'nettest' => { 'settings' => { 'timeout' => 5 }, 'policy' => { 'default' => 'allow' } } },
      plugin_settings  => { 'puppet' => { 'splay' => false, 'splaylimit' => 60, 'resource_type_whitelist' => ['host', 'cron'] } },
      users            => { 'alice' => { 'home' => '%<folder>s/alice', 'ssldir' => '%<rendered>s/puppet' } },
      server_settings  => { 'plugin.daemon.metrics' => '127.0.0.1:0', 'plugin.actionpolicy.explain_denials' => true },
      client_settings  => { 'default_discovery_method' => 'mc', 'plugin.client.known_nodes' => '0', 'default_discovery_options' => ['a', 'b'] },
      %<places>s
    }
    mcollective::policy::rule { 'the auditors may look':
      agent       => 'puppet',
      callers     => 'cert=audit.mcollective',
      actions     => ['status', 'last_run_summary'],
      fact_filter => 'os.family=Debian',
      classes     => ['base', '/^web/'],
    }
  PUPPET
  'rabbitmq' => <<~PUPPET,
    class { 'mcollective':
      client    => true,
      connector => 'rabbitmq',
      brokers   => ['127.0.0.1'],
      crl       => 'none',
      policies  => { 'rpcutil' => { 'default' => 'allow' } },
      users     => { 'alice' => { 'home' => '%<folder>s/alice', 'ssldir' => '%<rendered>s/puppet' } },
      %<places>s
    }
  PUPPET
  'psk' => <<~PUPPET,
    class { 'mcollective':
      client           => true,
      brokers          => ['127.0.0.1'],
      tls              => false,
      broker_user      => 'node',
      broker_password  => Sensitive('pa55 word'),
      securityprovider => 'psk',
      psk              => Sensitive('a long key that nobody knows'),
      audit_trail      => 'logfile',
      authorization    => false,
      users            => { 'alice' => { 'home' => '%<folder>s/alice' } },
      %<places>s
    }
  PUPPET
  'ssl' => <<~PUPPET,
    class { 'mcollective':
      brokers          => ['127.0.0.1'],
      securityprovider => 'ssl',
      audit_trail      => 'none',
      policies         => { 'rpcutil' => { 'default' => 'allow' } },
      server_settings  => { 'plugin.ssl_server_private' => '%<rendered>s/keys/server.key', 'plugin.ssl_server_public' => '%<rendered>s/keys/server.pub' },
      %<places>s
    }
    mcollective::caller_key { 'alice': source => '%<rendered>s/keys/server.pub' }
  PUPPET
  'aes_security' => <<~PUPPET,
    class { 'mcollective':
      brokers          => ['127.0.0.1'],
      securityprovider => 'aes_security',
      policies         => { 'rpcutil' => { 'default' => 'allow' } },
      server_settings  => { 'plugin.aes.server_private' => '%<rendered>s/keys/server.key', 'plugin.aes.server_public' => '%<rendered>s/keys/server.pub' },
      %<places>s
    }
    mcollective::caller_key { 'alice': source => '%<rendered>s/keys/server.pub' }
  PUPPET
  'legacy' => <<~PUPPET,
    class { 'mcollective::legacy':
      client             => true,
      middleware_hosts   => ['127.0.0.1', 'localhost'],
      middleware_ssl     => 'true',
      securityprovider   => 'ssl',
      ssl_ca_cert        => '%<rendered>s/puppet/certs/ca.pem',
      ssl_server_public  => '%<rendered>s/keys/server.pub',
      ssl_server_private => '%<rendered>s/keys/server.key',
      middleware_ssl_cert => '%<rendered>s/puppet/certs/web1.example.net.pem',
      middleware_ssl_key  => '%<rendered>s/puppet/private_keys/web1.example.net.pem',
      registration       => 'meta',
      server_logfile     => '%<folder>s/mcollective.log',
      core_libdir        => '%<folder>s/core',
      confdir            => '%<folder>s',
      site_libdir        => '%<folder>s/plugins',
      rpcauditlogfile    => '%<folder>s/audit.log',
    }
  PUPPET
  'broker' => <<~PUPPET,
    class { 'mcollective::broker':
      tls_listen => ['127.0.0.1:0', '[::1]:0'],
      callers    => ['[a-z]+\\.mcollective', 'deploy'],
      crl        => 'agent',
      confdir    => '%<folder>s',
      settings   => { 'max-connections' => 500, 'heartbeat' => 5, 'log-level' => 'warn' },
    }
  PUPPET
  'broker-with-users' => <<~PUPPET,
    class { 'mcollective::broker':
      tls_listen   => ['127.0.0.1:0'],
      listen       => ['127.0.0.1:0'],
      client_certs => 'optional',
      crl          => 'none',
      users        => Sensitive("ruby node plain:2x7Wc0oZbq1LrYf8\\ncert=old.example.net none\\n"),
      confdir      => '%<folder>s',
    }
  PUPPET
  'broker-with-passwords' => <<~PUPPET,
    class { 'mcollective::broker':
      tls_listen   => ['127.0.0.1:0'],
      client_certs => 'none',
      users        => Sensitive("ruby node plain:2x7Wc0oZbq1LrYf8\\n"),
      confdir      => '%<folder>s',
    }
  PUPPET
}.freeze

describe 'mcollective' do
  let(:node) { Nodes::NAME }
  let(:puppet) { Nodes.settings("#{RENDERED}/puppet", "#{RENDERED}/state", '/usr/bin') }

  SITES.each do |name, code|
    it "renders the site #{name}" do
      folder = File.join(RENDERED, name)
      places = "confdir => '#{folder}', site_libdir => '#{folder}/plugins', audit_logfile => '#{folder}/audit.log',"
      manifest = format(code, folder: folder, rendered: RENDERED, places: places)
      catalogue = compiled(manifest, Nodes::NAME, { 'layout' => 'system', 'puppet' => puppet })
      expect(-> { catalogue }).to compile.with_all_deps
      render(catalogue, folder) if ENV['MCO_RENDERED']
    end
  end
end
