# frozen_string_literal: true

describe 'mcollective::legacy' do
  let(:node) { Nodes::NAME }
  let(:base) { { middleware_hosts: ['mq1.example.net', 'mq2.example.net'] } }
  let(:given) { {} }
  let(:params) { base.merge(given) }
  let(:server) { settings_of('/etc/mcollective/server.cfg') }

  context 'with what most sites had' do
    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_class('mcollective').with(purge: false, securityprovider: 'psk', tls: false) }

    it 'speaks to the old nodes: the same provider, key, broker and encoding' do
      expect(server).to include(
        'connector' => 'activemq', 'securityprovider' => 'psk', 'plugin.psk' => 'changemeplease', 'identity' => 'web1.example.net',
        'plugin.activemq.pool.size' => '2', 'plugin.activemq.pool.1.host' => 'mq1.example.net', 'plugin.activemq.pool.2.port' => '61613',
        'plugin.activemq.pool.1.ssl' => '0', 'plugin.activemq.pool.1.user' => 'mcollective', 'plugin.activemq.pool.1.password' => 'marionette',
        'plugin.activemq.base64' => '1', 'plugin.activemq.heartbeat_interval' => '30', 'plugin.activemq.randomize' => '1',
        'plugin.actionpolicy.allow_unconfigured' => '1', 'rpcauthprovider' => 'action_policy', 'rpcauditprovider' => 'logfile',
        'plugin.rpcaudit.logfile' => '/var/log/mcollective-audit.log', 'loglevel' => 'info'
      )
    end

    it 'has no cron job any more, and hides what the data show' do
      expect(server['factsource']).to eq('facter')
      is_expected.to contain_cron('refresh-mcollective-metadata').with(ensure: 'absent', user: 'root')
      is_expected.to contain_file('/etc/mcollective/server.cfg').with_content(sensitive(text_of('/etc/mcollective/server.cfg')))
    end

    it 'removes nothing that it does not know' do
      is_expected.to contain_file('/etc/mcollective/plugin.d').with_purge(false)
      is_expected.to contain_file('/etc/mcollective/policies').with_purge(false)
    end

    it { expect(said).to include('the key psk is the one that the old modules publish') }
    it { expect(said).not_to include('does nothing any more') }
  end

  {
    { psk: 'another key' } => { 'plugin.psk' => 'another key' },
    { psk: RSpec::Puppet::Sensitive.new('hidden key') } => { 'plugin.psk' => 'hidden key' },
    { connector: 'rabbitmq', rabbitmq_vhost: '/old', middleware_heartbeat_interval: 60 } => {
      'plugin.rabbitmq.vhost' => '/old', 'plugin.rabbitmq.heartbeat_interval' => '60', 'plugin.rabbitmq.randomize' => '1',
      'plugin.activemq.base64' => nil, 'plugin.rabbitmq.use_reply_exchange' => nil
    },
    { middleware_hosts: 'one.example.net', middleware_port: 6163 } => {
      'plugin.activemq.pool.size' => '1', 'plugin.activemq.pool.1.host' => 'one.example.net', 'plugin.activemq.pool.1.port' => '6163'
    },
    { middleware_multiple_ports: 'true', middleware_ports: ['1001', '1002'] } => {
      'plugin.activemq.pool.1.port' => '1001', 'plugin.activemq.pool.2.port' => '1002'
    },
    { middleware_multiple_ports: true, middleware_ssl: true, middleware_ssl_ports: [2001, 2002] } => {
      'plugin.activemq.pool.1.port' => '2001', 'plugin.activemq.pool.2.port' => '2002'
    },
    { middleware_user: :undef, middleware_password: :undef } => { 'plugin.activemq.pool.1.user' => 'mcollective' },
    { middleware_user: 'u', middleware_password: RSpec::Puppet::Sensitive.new('p') } => {
      'plugin.activemq.pool.2.user' => 'u', 'plugin.activemq.pool.2.password' => 'p'
    },
    { middleware_ssl: true } => {
      'plugin.activemq.pool.1.ssl' => '1', 'plugin.activemq.pool.1.port' => '61614',
      'plugin.activemq.pool.1.ssl.ca' => '/var/lib/puppet/ssl/certs/ca.pem',
      'plugin.activemq.pool.1.ssl.key' => '/var/lib/puppet/ssl/private_keys/web1.example.net.pem',
      'plugin.activemq.pool.1.ssl.fallback' => nil
    },
    { middleware_ssl: 'true', middleware_ssl_port: 7000, middleware_ssl_fallback: 'true', ssl_ciphers: 'HIGH' } => {
      'plugin.activemq.pool.2.port' => '7000', 'plugin.activemq.pool.2.ssl.fallback' => '1', 'plugin.activemq.pool.2.ssl.ciphers' => 'HIGH'
    },
    { collectives: 'mcollective, uk' } => { 'collectives' => 'mcollective,uk' },
    { collectives: ['uk', 'mt'], main_collective: 'uk' } => { 'collectives' => 'uk,mt', 'main_collective' => 'uk' },
    { factsource: 'facter' } => { 'factsource' => 'facter', 'plugin.yaml' => nil },
    { yaml_fact_cron: false } => { 'factsource' => 'yaml', 'plugin.yaml' => '/etc/mcollective/facts.yaml' },
    { yaml_fact_cron: false, yaml_fact_path: '/srv/facts.yaml' } => { 'factsource' => 'yaml', 'plugin.yaml' => '/srv/facts.yaml' },
    { classesfile: '/srv/classes.txt' } => { 'classesfile' => '/srv/classes.txt' },
    { rpcauthprovider: '' } => { 'rpcauthorization' => '0' },
    { rpcauditprovider: '' } => { 'rpcaudit' => '0' },
    { rpcauditprovider: 'jsonlines', rpcauditlogfile: '/srv/audit.log' } => {
      'rpcauditprovider' => 'jsonlines', 'plugin.rpcaudit.logfile' => '/srv/audit.log'
    },
    { registration: 'meta' } => { 'registration' => 'meta' },
    { registration: 'redis' } => { 'registration' => nil },
    { core_libdir: '/srv/core', site_libdir: '/srv/site' } => { 'libdir' => '/srv/core:/srv/site' },
    { identity: 'web1' } => { 'identity' => 'web1' },
    { server_logfile: '/var/log/mcollective.log', server_loglevel: 'debug' } => {
      'logger_type' => 'file', 'logfile' => '/var/log/mcollective.log', 'loglevel' => 'debug'
    },
    { allowunconfigured: '0' } => { 'plugin.actionpolicy.allow_unconfigured' => '0' },
  }.each do |given, lines|
    context "with #{given}" do
      let(:given) { given }

      it { expect(lines.keys.to_h { |key| [key, server[key]] }).to eq(lines) }
    end
  end

  context 'with a folder for plug-ins that the site has' do
    let(:given) { { site_libdir: '/srv/site' } }

    it { is_expected.to contain_file('/srv/site').with_ensure('directory') }
    it { is_expected.to contain_mcollective__folder('/srv/site/mcollective').with_purge(false) }
    it { is_expected.to contain_file('/srv/site/mcollective').with(ensure: 'directory', purge: false) }
  end

  context 'with the provider ssl and its files' do
    let(:given) do
      { client: true, securityprovider: 'ssl', middleware_ssl: true, ssl_ca_cert: 'puppet:///modules/site/ca.pem',
        ssl_server_public: 'puppet:///modules/site/server.pub', ssl_server_private: 'puppet:///modules/site/server.key',
        ssl_client_certs: 'puppet:///modules/site/clients' }
    end

    it 'puts the files where they were' do
      is_expected.to compile.with_all_deps
      { 'middleware_ca.pem' => ['ca.pem', '0444'], 'middleware_cert.pem' => ['server.pub', '0444'], 'middleware_key.pem' => ['server.key', '0400'],
        'server_public.pem' => ['server.pub', '0444'], 'server_private.pem' => ['server.key', '0400'] }.each do |name, (source, mode)|
        is_expected.to contain_file("/etc/mcollective/ssl/#{name}")
          .with(source: "puppet:///modules/site/#{source}", mode: mode, show_diff: false, backup: false)
          .that_comes_before('File[/etc/mcollective/server.cfg]')
      end
      is_expected.to contain_file('/etc/mcollective/ssl/clients').with(source: 'puppet:///modules/site/clients', recurse: true, purge: false)
    end

    it 'names them, and gives the key of the servers to no operator' do
      expect(server).to include(
        'plugin.ssl_server_public' => '/etc/mcollective/ssl/server_public.pem',
        'plugin.ssl_server_private' => '/etc/mcollective/ssl/server_private.pem',
        'plugin.ssl_client_cert_dir' => '/etc/mcollective/ssl/clients',
        'securityprovider' => 'ssl',
        'plugin.activemq.pool.1.ssl.ca' => '/etc/mcollective/ssl/middleware_ca.pem',
        'plugin.activemq.pool.2.ssl.cert' => '/etc/mcollective/ssl/middleware_cert.pem',
        'plugin.activemq.pool.2.ssl.key' => '/etc/mcollective/ssl/middleware_key.pem',
      )
      expect(server).not_to include('plugin.psk')
      client = settings_of('/etc/mcollective/client.cfg')
      expect(client).to include('plugin.ssl_server_public' => '/etc/mcollective/ssl/server_public.pem',
                                'plugin.activemq.pool.1.ssl.ca' => '/etc/mcollective/ssl/middleware_ca.pem')
      expect(client.keys.grep(/private|ssl\.key/)).to eq([])
    end
  end

  context 'with files for the broker alone' do
    let(:given) do
      { middleware_ssl: true, middleware_ssl_ca: '/srv/ca.pem', middleware_ssl_cert: '/srv/mq.pem', middleware_ssl_key: '/srv/mq.key' }
    end

    it { is_expected.to contain_file('/etc/mcollective/ssl/middleware_key.pem').with(source: '/srv/mq.key', mode: '0400') }
    it { is_expected.to contain_file('/etc/mcollective/ssl').with_ensure('directory') }
    it { is_expected.not_to contain_file('/etc/mcollective/ssl/server_private.pem') }
  end

  context 'with the client' do
    let(:given) { { client: true, client_loglevel: 'debug', client_logger_type: 'syslog' } }

    it { expect(settings_of('/etc/mcollective/client.cfg')).to include('loglevel' => 'debug', 'logger_type' => 'syslog') }
  end

  context 'with names, versions and service' do
    let(:given) do
      { version: '3.0.0', server_package: 'a', client_package: 'b', client: true, service_name: 'c', service_ensure: 'stopped',
        service_enable: false, confdir: '/srv/mco' }
    end

    it 'hands them on' do
      is_expected.to contain_package('a').with_ensure('3.0.0')
      is_expected.to contain_package('b').with_ensure('3.0.0')
      is_expected.to contain_service('c').with(ensure: 'stopped', enable: false)
      ['server.cfg', 'client.cfg'].each { |name| is_expected.to contain_file("/srv/mco/#{name}").with_ensure('file') }
      ['plugin.d', 'policies'].each do |name|
        is_expected.to contain_mcollective__folder("/srv/mco/#{name}").with_purge(false)
        is_expected.to contain_file("/srv/mco/#{name}").with_purge(false)
      end
      ['facts.yaml', 'crl.pem'].each { |name| is_expected.to contain_file("/srv/mco/#{name}").with_ensure('absent') }
      is_expected.to contain_file('/srv/mco').with_ensure('directory')
    end
  end

  context 'without daemon and packages' do
    let(:given) { { server: false, manage_packages: false } }

    it { is_expected.not_to contain_package('mcollective') }
    it { is_expected.to contain_file('/etc/mcollective/server.cfg').with_ensure('absent') }
  end

  context 'with what does nothing any more' do
    let(:ignored) do
      { fact_cron_splay: true, middleware_admin_user: 'admin', middleware_admin_password: 'secret', common_package: 'mcollective-common',
        server_config_file: '/etc/x', server_daemonize: true, ruby_stomp_ensure: 'latest', ruby_stomp_package: 'x', ruby_interpreter: '/usr/bin/ruby',
        client_config_file: '/etc/y', ssl_client_certs_dir: '/etc/z', sshkeyauth_gem_version: '1', sshkey_server_learn_public_keys: false,
        sshkey_server_overwrite_stored_keys: false, sshkey_server_publickey_dir: '/x', sshkey_server_private_key: '/y',
        sshkey_server_authorized_keys: '/z', sshkey_server_send_key: 'k', yaml_fact_path: '/srv/facts.yaml', registration: 'redis' }
    end
    let(:given) { ignored }

    it 'names each of them, once, and no value' do
      text = said
      ignored.each_key { |name| expect(text.scan("#{name} does nothing any more").length).to eq(1), "#{name} in:\n#{text}" }
      expect(text).not_to include('secret')
    end
  end

  {
    { middleware_multiple_ports: true, middleware_ports: [1] } => /as many ports as hosts/,
    { securityprovider: 'sshkey' } => /securityprovider/,
    { connector: 'redis' } => /connector/,
    { rpcauthprovider: 'my_own' } => /rpcauthprovider/,
    { middleware_hosts: [] } => /name a broker/,
  }.each do |given, message|
    context "with #{given}" do
      let(:given) { given }

      it { is_expected.to compile.and_raise_error(message) }
    end
  end
end
