# frozen_string_literal: true

describe 'mcollective::user' do
  let(:node) { Nodes::NAME }
  let(:title) { 'alice' }
  let(:params) { {} }
  let(:site) { "brokers => ['mq.example.net']" }
  let(:pre_condition) { "class { 'mcollective': client => true, #{site} }" }
  let(:path) { '/home/alice/.mcollective' }
  let(:ssl) { '/home/alice/.puppet/etc/ssl' }

  it "writes a file that names the operator's own certificate and key" do
    is_expected.to compile.with_all_deps
    is_expected.to contain_file(path).with(ensure: 'file', owner: 'alice', mode: '0600', show_diff: false, backup: false)
    expect(settings_of(path)).to eq(
      'collectives' => 'mcollective',
      'connector' => 'activemq',
      'identity' => 'alice.mcollective',
      'libdir' => '/usr/share/mcollective/plugins:/usr/local/share/mcollective',
      'logger_type' => 'console',
      'loglevel' => 'warn',
      'main_collective' => 'mcollective',
      'plugin.activemq.pool.1.host' => 'mq.example.net',
      'plugin.activemq.pool.1.port' => '61614',
      'plugin.activemq.pool.1.ssl' => '1',
      'plugin.activemq.pool.1.ssl.ca' => "#{ssl}/certs/ca.pem",
      'plugin.activemq.pool.1.ssl.cert' => "#{ssl}/certs/alice.mcollective.pem",
      'plugin.activemq.pool.1.ssl.key' => "#{ssl}/private_keys/alice.mcollective.pem",
      'plugin.activemq.pool.size' => '1',
      'plugin.x509.ca' => "#{ssl}/certs/ca.pem",
      'plugin.x509.certificate' => "#{ssl}/certs/alice.mcollective.pem",
      'plugin.x509.crl' => '/etc/mcollective/crl.pem',
      'plugin.x509.private_key' => "#{ssl}/private_keys/alice.mcollective.pem",
      'securityprovider' => 'x509',
    )
  end

  it 'makes and asks for no key' do
    is_expected.not_to contain_exec('ask for the certificate alice.mcollective')
    is_expected.not_to contain_file("#{ssl}/private_keys/alice.mcollective.pem")
  end

  context 'with names and places of its own' do
    let(:title) { 'the boss' }
    let(:params) { { username: 'boss', home: '/srv/boss', certname: 'boss.ops', ssldir: '/srv/boss/ssl', settings: { 'color' => false } } }

    it 'uses them' do
      is_expected.to contain_file('/srv/boss/.mcollective').with_owner('boss')
      expect(settings_of('/srv/boss/.mcollective')).to include(
        'identity' => 'boss.ops', 'color' => '0', 'plugin.x509.private_key' => '/srv/boss/ssl/private_keys/boss.ops.pem',
      )
    end
  end

  context 'for root' do
    let(:title) { 'root' }

    it { is_expected.to contain_file('/root/.mcollective').with_owner('root') }
  end

  context 'with settings at three places' do
    let(:params) { { settings: { 'ttl' => 10 } } }
    let(:site) { "#{super()}, common_settings => { 'ttl' => 30, 'color' => true }, client_settings => { 'ttl' => 20, 'color' => false }" }

    it { expect(settings_of(path)).to include('ttl' => '10', 'color' => '0') }
  end

  context 'with request' do
    let(:params) { { request: true } }
    let(:options) { ['--certname', 'alice.mcollective', '--ssldir', ssl, '--ca_server', 'puppet.example.net', '--waitforcert', '0'] }

    it 'lets the operator ask, so that the key never leaves the machine, and fetches what was signed' do
      is_expected.to compile.with_all_deps
      is_expected.to contain_mcollective__user__request('alice')
      is_expected.to contain_exec('ask for the certificate alice.mcollective')
        .with(command: ['/usr/bin/puppet', 'ssl', 'submit_request', *options], user: 'alice', cwd: '/home/alice',
              environment: ['HOME=/home/alice'],
              creates: ["#{ssl}/certs/alice.mcollective.pem", "#{ssl}/certificate_requests/alice.mcollective.pem"])
      is_expected.to contain_exec('fetch the certificate alice.mcollective')
        .with(command: ['/usr/bin/puppet', 'ssl', 'download_cert', *options], user: 'alice', returns: [0, 1],
              creates: "#{ssl}/certs/alice.mcollective.pem")
        .that_requires('Exec[ask for the certificate alice.mcollective]')
    end

    context 'and another CA' do
      let(:params) { super().merge(ca_server: 'ca.example.net') }

      it { is_expected.to contain_exec('ask for the certificate alice.mcollective').with_command(['/usr/bin/puppet', 'ssl', 'submit_request', *options.map { |one| one == 'puppet.example.net' ? 'ca.example.net' : one }]) }
    end
  end

  context 'with key and certificate as texts' do
    let(:key) { "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n" }
    let(:certificate) { "-----BEGIN CERTIFICATE-----\nb3Blbg==\n-----END CERTIFICATE-----\n" }
    let(:params) { { private_key: sensitive(key), certificate: certificate } }

    it 'puts them where Puppet would, and shows the key to nobody' do
      is_expected.to compile.with_all_deps
      is_expected.to contain_mcollective__user__certificate('alice')
      ['/home/alice/.puppet', '/home/alice/.puppet/etc', ssl, "#{ssl}/certs"].each do |folder|
        is_expected.to contain_file(folder).with(ensure: 'directory', owner: 'alice')
      end
      is_expected.to contain_file("#{ssl}/private_keys").with(ensure: 'directory', owner: 'alice', mode: '0700')
      is_expected.to contain_file("#{ssl}/private_keys/alice.mcollective.pem")
        .with(owner: 'alice', mode: '0600', content: sensitive(key), backup: false)
      is_expected.to contain_file("#{ssl}/certs/alice.mcollective.pem").with(owner: 'alice', mode: '0644', content: certificate)
      is_expected.to contain_file("#{ssl}/certs/ca.pem").with(owner: 'alice', source: '/var/lib/puppet/ssl/certs/ca.pem')
    end
  end

  context 'with key and certificate as files' do
    let(:params) { { private_key: '/srv/alice.key', certificate: 'puppet:///modules/profile/alice.pem', ssldir: '/srv/ssl' } }

    it 'copies them without showing the key' do
      is_expected.to compile.with_all_deps
      is_expected.to contain_file('/srv/ssl').with_ensure('directory')
      is_expected.to contain_file('/srv/ssl/certs').with_ensure('directory')
      is_expected.to contain_file('/srv/ssl/private_keys').with_ensure('directory')
      is_expected.to contain_file('/srv/ssl/certs/ca.pem')
      is_expected.to contain_file('/srv/ssl/private_keys/alice.mcollective.pem')
        .with(mode: '0600', source: '/srv/alice.key', show_diff: false, backup: false)
      is_expected.to contain_file('/srv/ssl/certs/alice.mcollective.pem').with_source('puppet:///modules/profile/alice.pem')
    end
  end

  context 'with the provider psk' do
    let(:site) { "#{super()}, securityprovider => 'psk', psk => Sensitive('the key'), tls => false" }

    it 'hides the whole file' do
      is_expected.to contain_file(path).with_content(sensitive(text_of(path)))
      expect(settings_of(path)).to include('plugin.psk' => 'the key', 'plugin.activemq.pool.1.ssl' => '0')
      expect(settings_of(path).keys.grep(/x509|ssl\.key/)).to eq([])
    end
  end

  context 'with ensure => absent' do
    let(:params) { { ensure: 'absent', request: true } }

    it 'removes the file and keeps key and certificate' do
      is_expected.to compile.with_all_deps
      is_expected.to contain_file(path).with(ensure: 'absent', backup: false)
      expect(catalogue.resources.map(&:title).grep(/ssl|certificate/)).not_to include(a_string_matching(%r{/home/alice|alice\.mcollective}))
    end
  end

  context 'where everything is removed' do
    let(:pre_condition) { "class { 'mcollective': ensure => absent }" }

    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_file(path).with_ensure('absent') }
  end

  {
    { request: true, certificate: '/srv/alice.pem' } => /either a certificate is asked for \(request\) or it is given/,
    { request: true, private_key: '/srv/alice.key' } => /either a certificate is asked for \(request\) or it is given/,
    { private_key: "-----BEGIN PRIVATE KEY-----\n" } => /private_key/,
    { username: 'a b' } => /username/,
  }.each do |given, message|
    context "with #{given}" do
      let(:params) { given }

      it { is_expected.to compile.and_raise_error(message) }
    end
  end
end
