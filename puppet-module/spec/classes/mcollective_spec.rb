# frozen_string_literal: true

SERVER = '/etc/mcollective/server.cfg'
CLIENT = '/etc/mcollective/client.cfg'

describe 'mcollective' do
  let(:node) { Nodes::NAME }
  let(:base) { { brokers: ['mq.example.net'] } }
  let(:given) { {} }
  let(:params) { base.merge(given) }

  context 'with a broker and nothing else' do
    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_class('mcollective::install').that_comes_before('Class[mcollective::config]') }
    it { is_expected.to contain_class('mcollective::config').that_comes_before('Class[mcollective::service]') }
    it { is_expected.to contain_class('mcollective::config::security').that_comes_before("File[#{SERVER}]") }
    it { is_expected.to contain_class('mcollective::config::server') }
    it { is_expected.to contain_class('mcollective::config::client') }
    it { is_expected.to contain_package('mcollective').with_ensure('installed') }
    it { is_expected.to contain_package('mcollective-client').with_ensure('purged') }
    it { is_expected.to contain_service('mcollective').with_ensure('running').with_enable(true) }
    it { is_expected.to contain_file('/etc/mcollective').with_ensure('directory').with_mode('0755') }
    it { is_expected.to contain_file(CLIENT).with_ensure('absent') }
    it { is_expected.to contain_file('/etc/mcollective/facts.yaml').with_ensure('absent') }
    it { is_expected.to contain_file('/etc/mcollective/crl.pem').with_ensure('absent') }
    it { is_expected.not_to contain_file('/etc/mcollective/ssl/clients') }

    it 'writes a server.cfg that only root reads, and which the daemon has checked' do
      is_expected.to contain_file(SERVER)
        .with(ensure: 'file', owner: 'root', group: 'root', mode: '0600', validate_cmd: '/usr/sbin/mcollectived --check-config --config %')
        .that_notifies('Class[mcollective::service]')
        .that_requires('Mcollective::Folder[/etc/mcollective/plugin.d]')
    end

    it 'shows nobody what was in that file before, which may have been a secret' do
      is_expected.to contain_file(SERVER).with(show_diff: false, backup: false)
    end

    it 'trusts the Puppet CA, speaks TLS with its own certificate and denies what no policy allows' do
      expect(settings_of(SERVER)).to eq(
        'classesfile' => '/var/cache/puppet/state/classes.txt',
        'collectives' => 'mcollective',
        'connector' => 'activemq',
        'factsource' => 'facter',
        'identity' => 'web1.example.net',
        'libdir' => '/usr/share/mcollective/plugins:/usr/local/share/mcollective',
        'logger_type' => 'console',
        'main_collective' => 'mcollective',
        'plugin.activemq.pool.1.host' => 'mq.example.net',
        'plugin.activemq.pool.1.port' => '61614',
        'plugin.activemq.pool.1.ssl' => '1',
        'plugin.activemq.pool.1.ssl.ca' => '/var/lib/puppet/ssl/certs/ca.pem',
        'plugin.activemq.pool.1.ssl.cert' => '/var/lib/puppet/ssl/certs/web1.example.net.pem',
        'plugin.activemq.pool.1.ssl.key' => '/var/lib/puppet/ssl/private_keys/web1.example.net.pem',
        'plugin.activemq.pool.size' => '1',
        'plugin.rpcaudit.logfile' => '/var/log/mcollective/audit.log',
        'plugin.x509.ca' => '/var/lib/puppet/ssl/certs/ca.pem',
        'plugin.x509.callers' => '.+\.mcollective',
        'plugin.x509.certificate' => '/var/lib/puppet/ssl/certs/web1.example.net.pem',
        'plugin.x509.crl' => '/var/lib/puppet/ssl/crl.pem',
        'plugin.x509.encrypt_replies' => '0',
        'plugin.x509.private_key' => '/var/lib/puppet/ssl/private_keys/web1.example.net.pem',
        'rpcaudit' => '1',
        'rpcauditprovider' => 'jsonlines',
        'rpcauthorization' => '1',
        'rpcauthprovider' => 'action_policy',
        'securityprovider' => 'x509',
      )
    end

    it 'sorts the file and says who wrote it' do
      lines = text_of(SERVER).lines
      expect(lines.first).to start_with('# Managed by Puppet')
      expect(lines.drop(1)).to eq(lines.drop(1).sort)
    end

    it 'purges folders of its own, and restarts the daemon where that matters to it' do
      ['/etc/mcollective/plugin.d', '/etc/mcollective/policies', '/usr/local/share/mcollective/mcollective'].each do |path|
        is_expected.to contain_mcollective__folder(path).with_wanted(true)
        is_expected.to contain_file(path).with(ensure: 'directory', mode: '0755', recurse: true, purge: true, force: true)
      end
      is_expected.to contain_mcollective__folder('/etc/mcollective/plugin.d').that_notifies('Class[mcollective::service]')
      is_expected.to contain_mcollective__folder('/usr/local/share/mcollective/mcollective').that_notifies('Class[mcollective::service]')
      expect(catalogue.resource('Mcollective::Folder', '/etc/mcollective/policies')[:notify]).to be_nil
      is_expected.to contain_file('/usr/local/share/mcollective').with_ensure('directory').without_purge
    end

    it 'never restarts the daemon into a bad configuration' do
      is_expected.to contain_exec('the configuration of mcollectived is good')
        .with_command(['/usr/sbin/mcollectived', '--check-config', '--config', SERVER])
        .with_unless([['/usr/sbin/mcollectived', '--check-config', '--config', SERVER]])
        .that_comes_before('Service[mcollective]')
    end

    it 'has no cron job and no timer: facts come from the daemon' do
      types = catalogue.resources.map(&:type).uniq
      expect(types & ['Cron', 'Systemd::Timer', 'Schedule']).to eq([])
      expect(settings_of(SERVER)['factsource']).to eq('facter')
    end
  end

  context 'where Puppet is in /opt/puppetlabs' do
    let(:facts) { Nodes.aio }
    let(:given) { { client: true, users: { 'alice' => {} } } }

    it 'uses the folders of that Puppet, which the programs read first' do
      is_expected.to compile.with_all_deps
      is_expected.to contain_file('/etc/puppetlabs/mcollective').with_ensure('directory')
      ['server.cfg', 'client.cfg', 'crl.pem'].each { |name| is_expected.to contain_file("/etc/puppetlabs/mcollective/#{name}").with_ensure('file') }
      ['plugin.d', 'policies'].each do |name|
        is_expected.to contain_mcollective__folder("/etc/puppetlabs/mcollective/#{name}").with_wanted(true)
        is_expected.to contain_file("/etc/puppetlabs/mcollective/#{name}").with_ensure('directory')
      end
      is_expected.to contain_file('/etc/puppetlabs/mcollective/facts.yaml').with_ensure('absent')
      expect(catalogue.resources.map(&:title).grep(%r{^/etc/mcollective})).to eq([])
      expect(settings_of('/etc/puppetlabs/mcollective/server.cfg')).to include(
        'classesfile' => '/opt/puppetlabs/puppet/cache/state/classes.txt',
        'plugin.x509.certificate' => '/etc/puppetlabs/puppet/ssl/certs/web1.example.net.pem',
        'plugin.x509.crl' => '/etc/puppetlabs/puppet/ssl/crl.pem',
      )
      expect(settings_of('/home/alice/.mcollective')).to include(
        'plugin.x509.private_key' => '/home/alice/.puppetlabs/etc/puppet/ssl/private_keys/alice.mcollective.pem',
      )
      is_expected.to contain_exec('the configuration of mcollectived is good')
        .with_command(['/usr/sbin/mcollectived', '--check-config', '--config', '/etc/puppetlabs/mcollective/server.cfg'])
    end
  end

  # What a parameter does to server.cfg: lines that are there then. A value of nil means that there is no such line.
  {
    { connector: 'rabbitmq' } => {
      'connector' => 'rabbitmq', 'plugin.rabbitmq.pool.1.host' => 'mq.example.net', 'plugin.rabbitmq.vhost' => '/mcollective',
      'plugin.rabbitmq.use_reply_exchange' => '1', 'plugin.activemq.pool.size' => nil
    },
    { connector: 'rabbitmq', rabbitmq_vhost: '/site', securityprovider: 'psk', psk: RSpec::Puppet::Sensitive.new('the key') } => {
      'plugin.rabbitmq.vhost' => '/site', 'plugin.rabbitmq.use_reply_exchange' => nil, 'securityprovider' => 'psk',
      'plugin.psk' => 'the key', 'plugin.x509.certificate' => nil, 'plugin.x509.callers' => nil
    },
    { tls: false } => {
      'plugin.activemq.pool.1.port' => '61613', 'plugin.activemq.pool.1.ssl' => '0', 'plugin.activemq.pool.1.ssl.ca' => nil,
      'plugin.activemq.pool.1.ssl.cert' => nil, 'plugin.activemq.pool.1.ssl.key' => nil
    },
    { brokers: ['mq1.example.net', { 'host' => 'mq2.example.net', 'port' => 6163 }, { 'host' => '192.0.2.7', 'ssl' => false }] } => {
      'plugin.activemq.pool.size' => '3', 'plugin.activemq.pool.1.host' => 'mq1.example.net', 'plugin.activemq.pool.1.port' => '61614',
      'plugin.activemq.pool.2.host' => 'mq2.example.net', 'plugin.activemq.pool.2.port' => '6163', 'plugin.activemq.pool.2.ssl' => '1',
      'plugin.activemq.pool.3.host' => '192.0.2.7', 'plugin.activemq.pool.3.port' => '61613', 'plugin.activemq.pool.3.ssl' => '0',
      'plugin.activemq.pool.3.ssl.key' => nil
    },
    { broker_user: 'node', broker_password: RSpec::Puppet::Sensitive.new('pa55 word') } => {
      'plugin.activemq.pool.1.user' => 'node', 'plugin.activemq.pool.1.password' => 'pa55 word'
    },
    { securityprovider: 'ssl' } => { 'securityprovider' => 'ssl', 'plugin.ssl_client_cert_dir' => '/etc/mcollective/ssl/clients' },
    { securityprovider: 'aes_security' } => { 'plugin.aes.client_cert_dir' => '/etc/mcollective/ssl/clients', 'plugin.x509.ca' => nil },
    { callers: ['[a-z]+\.ops', 'deploy'], caller_extension: 'pp_auth_role=operator', encrypt_replies: true } => {
      'plugin.x509.callers' => '[a-z]+\.ops,deploy', 'plugin.x509.caller_extension' => 'pp_auth_role=operator',
      'plugin.x509.encrypt_replies' => '1'
    },
    { main_collective: 'uk' } => { 'main_collective' => 'uk', 'collectives' => 'uk' },
    { collectives: ['mcollective', 'uk', 'uk-web'] } => { 'collectives' => 'mcollective,uk,uk-web', 'main_collective' => 'mcollective' },
    { factsource: ['facter', 'ohai'], authorization: false, audit_trail: 'none', site_libdir: '/srv/plugins' } => {
      'factsource' => 'facter,ohai', 'plugin.yaml' => nil, 'rpcauthorization' => '0', 'rpcauthprovider' => nil,
      'rpcaudit' => '0', 'rpcauditprovider' => nil, 'plugin.rpcaudit.logfile' => nil,
      'libdir' => '/usr/share/mcollective/plugins:/srv/plugins'
    },
    { site_facts: { 'role' => 'web' }, audit_trail: 'logfile', audit_logfile: '/srv/audit.log' } => {
      'factsource' => 'facter,yaml', 'plugin.yaml' => '/etc/mcollective/facts.yaml', 'rpcaudit' => '1', 'rpcauditprovider' => 'logfile',
      'plugin.rpcaudit.logfile' => '/srv/audit.log'
    },
    { common_settings: { 'ttl' => 30, 'loglevel' => 'debug' },
      server_settings: { 'loglevel' => 'warn', 'classesfile' => '/srv/classes.txt', 'rpcaudit' => false,
                         'plugin.x509.callers' => ['a', 'b'], 'plugin.x509.crl' => :undef } } => {
                           'ttl' => '30', 'loglevel' => 'warn', 'classesfile' => '/srv/classes.txt', 'rpcaudit' => '0',
                           'plugin.x509.callers' => 'a,b', 'plugin.x509.crl' => nil
                         },
  }.each do |given, lines|
    context "with #{given}" do
      let(:given) { given }

      it { expect(lines.keys.to_h { |key| [key, settings_of(SERVER)[key]] }).to eq(lines) }
    end
  end

  context 'with an identity of its own, and the certificate that belongs to it' do
    let(:given) { { identity: 'other.example.net', server_settings: { 'plugin.x509.certificate' => '/srv/other.pem' } } }

    it { expect(settings_of(SERVER)).to include('identity' => 'other.example.net', 'plugin.x509.certificate' => '/srv/other.pem') }
  end

  context 'with a folder for plug-ins that the site chose' do
    let(:given) { { site_libdir: '/srv/plugins' } }

    it { is_expected.to contain_file('/srv/plugins').with_ensure('directory').without_purge }
    it { is_expected.to contain_file('/srv/plugins/mcollective').with(ensure: 'directory', purge: true) }
  end

  context 'with brokers that settings name' do
    [
      { server_settings: { 'plugin.activemq.pool.size' => 1, 'plugin.activemq.pool.1.host' => 'mq9' } },
      { common_settings: { 'plugin.activemq.pool.size' => 1, 'plugin.activemq.pool.1.host' => 'mq9' } },
    ].each do |given|
      context "such as #{given.keys.first}" do
        let(:base) { {} }
        let(:given) { given }

        it { is_expected.to compile.with_all_deps }
      end
    end

    context 'in a file of plugin.d' do
      let(:base) { {} }
      let(:given) { { plugin_settings: { 'activemq' => { 'pool.size' => 1, 'pool.1.host' => 'mq9' } } } }

      it { is_expected.to contain_mcollective__plugin__settings('activemq') }
      it { is_expected.to contain_file('/etc/mcollective/plugin.d/activemq.cfg').that_comes_before("File[#{SERVER}]") }
    end
  end

  context 'with secrets' do
    let(:given) { { client: true, securityprovider: 'psk', psk: sensitive('the key'), client_group: 'ops' } }

    it 'hides the whole files and keeps no copies of them' do
      is_expected.to contain_file(SERVER).with_content(sensitive(text_of(SERVER))).with_backup(false).with_mode('0600')
      is_expected.to contain_file(CLIENT).with_content(sensitive(text_of(CLIENT))).with_backup(false)
        .with(owner: 'root', group: 'ops', mode: '0640', show_diff: false)
      expect(text_of(SERVER)).to include('plugin.psk = the key')
      expect(text_of(CLIENT)).to include('plugin.psk = the key')
      expect(settings_of(CLIENT)).not_to include('plugin.x509.crl')
    end
  end

  context 'with a secret among settings' do
    let(:given) { { server_settings: { 'plugin.activemq.pool.1.password' => sensitive('pa55') } } }

    it { is_expected.to contain_file(SERVER).with_content(sensitive(text_of(SERVER))) }
    it { expect(settings_of(SERVER)).to include('plugin.activemq.pool.1.password' => 'pa55') }
  end

  context 'with facts of the site' do
    let(:given) { { site_facts: { 'role' => 'web', 'rack' => { 'row' => 3, 'names' => ['a', 'b'] } } } }

    it 'writes them and nothing else, and restarts nobody when they change' do
      facts = '/etc/mcollective/facts.yaml'
      is_expected.to contain_file(facts).with(ensure: 'file', mode: '0644').that_comes_before("File[#{SERVER}]")
      expect(YAML.safe_load(text_of(facts))).to eq('role' => 'web', 'rack' => { 'row' => 3, 'names' => ['a', 'b'] })
      expect(catalogue.resource('File', facts)[:notify]).to be_nil
    end
  end

  context 'with sources of facts that are the site\'s own' do
    let(:given) { { factsource: ['facter', 'yaml'], server_settings: { 'plugin.yaml' => '/etc/mcollective/facts.yaml' } } }

    it { is_expected.not_to contain_file('/etc/mcollective/facts.yaml') }
  end

  context 'with groups of callers' do
    let(:given) { { caller_groups: { 'operators' => ['cert=alice.mcollective', 'trusted:pp_role=ops'], 'nobody' => [] } } }

    it 'writes those who are somebody, checked by the daemon' do
      is_expected.to contain_file('/etc/mcollective/policies/groups')
        .with(mode: '0644', validate_cmd: '/usr/sbin/mcollectived --check-policy groups=%').that_requires("File[#{SERVER}]")
      expect(text_of('/etc/mcollective/policies/groups').lines.drop(1)).to eq(["operators cert=alice.mcollective trusted:pp_role=ops\n"])
    end
  end

  context 'with policies, plug-ins, settings and operators in the data' do
    let(:given) do
      { client: true, policy_default: 'allow', policies: { 'puppet' => {} }, plugins: { 'nettest' => {} },
        plugin_settings: { 'puppet' => { 'splay' => false, 'splaylimit' => 60 } }, users: { 'alice' => {} } }
    end

    it 'declares a resource for each' do
      is_expected.to compile.with_all_deps
      is_expected.to contain_mcollective__policy('puppet')
      is_expected.to contain_mcollective__plugin('nettest')
      is_expected.to contain_mcollective__plugin__settings('puppet')
      is_expected.to contain_mcollective__user('alice')
      expect(text_of('/etc/mcollective/policies/puppet.policy')).to end_with("\npolicy default allow\n")
      expect(settings_of('/etc/mcollective/plugin.d/puppet.cfg')).to eq('splay' => '0', 'splaylimit' => '60')
    end
  end

  context 'with the client' do
    let(:given) { { client: true, package_ensure: 'latest', client_settings: { 'color' => false, 'default_discovery_options' => ['a', 'b'] } } }

    it 'names no certificate, so that the file serves every operator' do
      is_expected.to contain_package('mcollective-client').with_ensure('latest')
      is_expected.to contain_package('mcollective').with_ensure('latest')
      is_expected.to contain_file(CLIENT).with(ensure: 'file', owner: 'root', group: 'root', mode: '0644')
      expect(settings_of(CLIENT)).to eq(
        'collectives' => 'mcollective',
        'color' => '0',
        'connector' => 'activemq',
        'default_discovery_options' => ['a', 'b'],
        'libdir' => '/usr/share/mcollective/plugins:/usr/local/share/mcollective',
        'logger_type' => 'console',
        'loglevel' => 'warn',
        'main_collective' => 'mcollective',
        'plugin.activemq.pool.1.host' => 'mq.example.net',
        'plugin.activemq.pool.1.port' => '61614',
        'plugin.activemq.pool.1.ssl' => '1',
        'plugin.activemq.pool.size' => '1',
        'plugin.x509.crl' => '/etc/mcollective/crl.pem',
        'securityprovider' => 'x509',
      )
    end

    it 'gives operators a copy of the list of revoked certificates, which is in a folder that they may not enter' do
      is_expected.to contain_file('/etc/mcollective/crl.pem').with(ensure: 'file', mode: '0644', source: '/var/lib/puppet/ssl/crl.pem')
      expect(settings_of(SERVER)['plugin.x509.crl']).to eq('/var/lib/puppet/ssl/crl.pem')
    end
  end

  context 'with the client alone' do
    let(:given) { { server: false, client: true, plugin_settings: { 'puppetdb' => { 'url' => 'https://puppetdb.example.net:8081' } } } }

    it 'removes the daemon and what was its alone, and keeps what the client reads' do
      is_expected.to compile.with_all_deps
      is_expected.to contain_service('mcollective').with(ensure: 'stopped', enable: false).that_comes_before('Package[mcollective]')
      is_expected.to contain_class('mcollective::service').that_comes_before('Class[mcollective::install]')
      is_expected.to contain_package('mcollective').with_ensure('purged').that_comes_before("File[#{SERVER}]")
      is_expected.to contain_package('mcollective-client').with_ensure('installed').that_comes_before("File[#{CLIENT}]")
      is_expected.to contain_file(SERVER).with_ensure('absent')
      is_expected.to contain_file('/etc/mcollective/facts.yaml').with_ensure('absent')
      is_expected.to contain_file('/etc/mcollective/policies').with(ensure: 'absent', force: true)
      is_expected.to contain_file('/etc/mcollective/ssl/clients').with(ensure: 'absent', force: true)
      is_expected.to contain_file('/etc/mcollective/plugin.d').with_ensure('directory')
      is_expected.to contain_mcollective__plugin__settings('puppetdb')
      is_expected.to contain_file('/etc/mcollective/plugin.d/puppetdb.cfg').with(ensure: 'present', mode: '0644')
      is_expected.not_to contain_exec('the configuration of mcollectived is good')
    end
  end

  context 'with ensure => absent' do
    let(:base) { {} }
    let(:given) { { ensure: 'absent', client: true } }

    it 'stops, purges, and removes what it wrote, but not the folder that the broker may use' do
      is_expected.to compile.with_all_deps
      is_expected.to contain_service('mcollective').with(ensure: 'stopped', enable: false).that_comes_before('Package[mcollective]')
      is_expected.to contain_package('mcollective').with_ensure('purged').that_comes_before("File[#{SERVER}]")
      is_expected.to contain_package('mcollective-client').with_ensure('purged').that_comes_before("File[#{CLIENT}]")
      [SERVER, CLIENT, '/etc/mcollective/facts.yaml', '/etc/mcollective/crl.pem'].each do |path|
        is_expected.to contain_file(path).with_ensure('absent')
      end
      [SERVER, CLIENT].each { |path| is_expected.to contain_file(path).with_backup(false) }
      ['/etc/mcollective/plugin.d', '/etc/mcollective/policies', '/etc/mcollective/ssl/clients',
       '/usr/local/share/mcollective', '/usr/local/share/mcollective/mcollective'].each do |path|
        is_expected.to contain_file(path).with(ensure: 'absent', force: true)
      end
      is_expected.not_to contain_file('/etc/mcollective')
    end
  end

  context 'with ensure => absent and a folder for plug-ins that the site chose' do
    let(:given) { { ensure: 'absent', site_libdir: '/srv/plugins' } }

    it { is_expected.to contain_file('/srv/plugins/mcollective').with_ensure('absent') }
    it { is_expected.to contain_mcollective__folder('/srv/plugins/mcollective').with_wanted(false) }
    it { is_expected.not_to contain_file('/srv/plugins') }
  end

  context 'without purging' do
    let(:given) { { purge: false, securityprovider: 'ssl' } }

    it 'leaves files of others alone' do
      ['plugin.d', 'policies', 'ssl/clients'].each do |name|
        is_expected.to contain_file("/etc/mcollective/#{name}").with(ensure: 'directory', recurse: false, purge: false, force: false)
      end
    end
  end

  context 'without purging and with ensure => absent' do
    let(:given) { { purge: false, ensure: 'absent' } }

    it { is_expected.to contain_file(SERVER).with_ensure('absent') }
    it { is_expected.not_to contain_file('/etc/mcollective/policies') }
    it { is_expected.not_to contain_file('/usr/local/share/mcollective') }
  end

  context 'without packages' do
    let(:given) { { manage_packages: false } }

    it { is_expected.to compile.with_all_deps }
    it { is_expected.not_to contain_package('mcollective') }
  end

  context 'with other packages and another service' do
    let(:given) do
      { server_package: 'mco-daemon', client_package: 'mco-tools', service_name: 'mcod', service_ensure: 'stopped', service_enable: false }
    end

    it { is_expected.to contain_package('mco-daemon') }
    it { is_expected.to contain_package('mco-tools').with_ensure('purged') }
    it { is_expected.to contain_service('mcod').with(ensure: 'stopped', enable: false) }
  end

  context 'without service: in an image, which has no certificate yet' do
    let(:given) { { manage_service: false } }

    it 'touches no service and checks nothing that needs a certificate' do
      is_expected.to compile.with_all_deps
      is_expected.not_to contain_service('mcollective')
      is_expected.not_to contain_exec('the configuration of mcollectived is good')
      is_expected.to contain_file(SERVER).without_validate_cmd
    end
  end

  context 'without service, but checked' do
    let(:given) { { manage_service: false, validate: true } }

    it { is_expected.to contain_exec('the configuration of mcollectived is good') }
    it { is_expected.to contain_file(SERVER).with_validate_cmd(/--check-config/) }
  end

  context 'with keys of callers' do
    let(:given) { { securityprovider: 'ssl', caller_keys_source: 'puppet:///modules/profile/keys' } }

    it 'copies them, and removes those that are gone' do
      is_expected.to contain_file('/etc/mcollective/ssl').with(ensure: 'directory', mode: '0755')
      is_expected.to contain_mcollective__folder('/etc/mcollective/ssl/clients').with_purge(true)
      is_expected.to contain_file('/etc/mcollective/ssl/clients')
        .with(ensure: 'directory', recurse: true, purge: true, source: 'puppet:///modules/profile/keys', mode: '0644')
    end
  end

  context 'with keys of callers that the daemon learns' do
    let(:given) { { securityprovider: 'aes_security', server_settings: { 'plugin.aes.learn_pubkeys' => true } } }

    it { is_expected.to contain_file('/etc/mcollective/ssl/clients').with(ensure: 'directory', purge: false) }
  end

  describe 'the list of revoked certificates' do
    let(:list) { File.join(LINKED, 'ca_crl.pem') }
    let(:given) { { client: true, crl: crl } }
    let(:crl) { 'auto' }

    before { Puppet[:cacrl] = list }

    context 'with auto, where Puppet does not refresh its own' do
      before { File.write(list, "the server's list\n") }

      it 'comes from the server with every catalogue' do
        is_expected.to contain_file('/etc/mcollective/crl.pem').with(ensure: 'file', content: "the server's list\n").without_source
        expect(settings_of(SERVER)['plugin.x509.crl']).to eq('/etc/mcollective/crl.pem')
        expect(settings_of(CLIENT)['plugin.x509.crl']).to eq('/etc/mcollective/crl.pem')
        expect(catalogue.resource('File', '/etc/mcollective/crl.pem')[:notify]).to be_nil
      end
    end

    context 'with auto, where Puppet refreshes its own' do
      let(:facts) { Nodes.system('crl_refresh_interval' => 3600) }

      it { is_expected.to contain_file('/etc/mcollective/crl.pem').with_source('/var/lib/puppet/ssl/crl.pem').without_content }
    end

    context 'with agent' do
      let(:crl) { 'agent' }

      it { expect(settings_of(SERVER)['plugin.x509.crl']).to eq('/var/lib/puppet/ssl/crl.pem') }
    end

    context 'with a source' do
      let(:crl) { 'puppet:///modules/profile/crl.pem' }

      it { is_expected.to contain_file('/etc/mcollective/crl.pem').with_source('puppet:///modules/profile/crl.pem') }
      it { expect(settings_of(SERVER)['plugin.x509.crl']).to eq('/etc/mcollective/crl.pem') }
    end

    context 'with none' do
      let(:crl) { 'none' }

      it { expect(said).to include('without a list of revoked certificates') }

      it 'is not there' do
        is_expected.to contain_file('/etc/mcollective/crl.pem').with_ensure('absent')
        expect(settings_of(SERVER)).not_to include('plugin.x509.crl')
        expect(settings_of(CLIENT)).not_to include('plugin.x509.crl')
      end
    end

    context 'where Puppet keeps none' do
      let(:facts) { Nodes.system('revocation' => false) }
      let(:crl) { 'agent' }

      it { expect(said).to include('certificate_revocation is off') }
      it { expect(settings_of(SERVER)).not_to include('plugin.x509.crl') }
    end

    context 'with server, which has none' do
      let(:crl) { 'server' }
      let(:list) { '/nowhere/ca_crl.pem' }

      it { is_expected.to compile.and_raise_error(/crl => server needs .* on the Puppet server/) }
    end
  end

  describe 'what cannot be meant' do
    {
      { brokers: [] } => /name a broker in mcollective::brokers/,
      { securityprovider: 'psk' } => /needs a key, mcollective::psk/,
      { collectives: ['uk', 'mt'] } => /the main collective mcollective is not one of uk, mt/,
      { identity: 'other.example.net' } => /nobody believes replies of other\.example\.net under the certificate of web1\.example\.net/,
      { brokers: ['mq.example.net:61614'] } => /brokers/,
      { brokers: [{ 'host' => 'mq', 'password' => 'x' }] } => /brokers/,
      { callers: ['.+ or .+'] } => /callers/,
      { server_settings: { 'loglevel' => "debug\nrpcauthorization = 0" } } => /server_settings/,
      { server_settings: { 'log level' => 'debug' } } => /server_settings/,
      { plugin_settings: { 'my-agent' => {} } } => /plugin_settings/,
      { site_rules: [{ 'callers' => "a\tb" }] } => /site_rules/,
      { site_rules: [{ 'verb' => 'deny' }] } => /site_rules/,
      { crl: 'client' } => /crl/,
    }.each do |given, message|
      context "such as #{given}" do
        let(:given) { given }

        it { is_expected.to compile.and_raise_error(message) }
      end
    end

    context 'such as a node without the fact' do
      let(:facts) { Nodes.system.merge('mcollective' => nil) }
      let(:given) { { confdir: '/etc/mcollective', user_ssldir: '.puppet/etc/ssl' } }

      it { is_expected.to compile.and_raise_error(/did not send the fact mcollective/) }
    end

    context 'such as a configuration that the daemon reads before ours' do
      let(:facts) do
        Nodes.system.tap { |facts| facts['mcollective']['server_cfg'] = '/etc/puppetlabs/mcollective/server.cfg' }
      end

      it { is_expected.to compile.and_raise_error(%r{reads /etc/puppetlabs/mcollective/server\.cfg before /etc/mcollective/server\.cfg}) }
    end

    context 'such as a key of two lines, which no message shows' do
      let(:given) { { securityprovider: 'psk', psk: sensitive("s3cr3t\nplugin.x = y") } }

      it { expect { catalogue }.to raise_error(Puppet::Error) { |error| expect(error.message).to match(/psk/).and not_include('s3cr3t') } }
    end
  end
end

RSpec::Matchers.define_negated_matcher :not_include, :include
