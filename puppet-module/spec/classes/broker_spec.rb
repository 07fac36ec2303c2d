# frozen_string_literal: true

BROKER = '/etc/mcollective/broker.cfg'
FOLDER = '/etc/mcollective/broker'

describe 'mcollective::broker' do
  let(:node) { Nodes::NAME }
  let(:params) { {} }

  context 'without parameters' do
    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_class('mcollective::broker::install').that_comes_before('Class[mcollective::broker::config]') }
    it { is_expected.to contain_class('mcollective::broker::config').that_comes_before('Class[mcollective::broker::service]') }
    it { is_expected.to contain_class('mcollective::broker::service') }
    it { is_expected.to contain_package('mcollective-broker').with_ensure('installed') }
    it { is_expected.to contain_service('mco-broker').with(ensure: 'running', enable: true) }
    it { is_expected.to contain_file('/etc/mcollective').with(ensure: 'directory', mode: '0755') }

    it 'lets in who has a certificate, whose name says what that one may do' do
      expect(settings_of(BROKER)).to eq(
        'ca' => "#{FOLDER}/ca.pem",
        'callers' => '.+\.mcollective',
        'cert' => "#{FOLDER}/broker.pem",
        'client-certs' => 'required',
        'crl' => "#{FOLDER}/crl.pem",
        'key' => "#{FOLDER}/broker.key",
        'listen' => 'none',
        'rights' => 'certificate',
        'tls-listen' => '0.0.0.0:61614',
      )
    end

    it 'copies certificate and key on the node, so that they are in no catalogue and follow their renewal without a restart' do
      is_expected.to contain_file(FOLDER).with(ensure: 'directory', owner: 'mco-broker', mode: '0700', recurse: true, purge: true)
      { 'broker.pem' => 'certs/web1.example.net.pem', 'broker.key' => 'private_keys/web1.example.net.pem',
        'ca.pem' => 'certs/ca.pem', 'crl.pem' => 'crl.pem' }.each do |name, source|
        is_expected.to contain_file("#{FOLDER}/#{name}")
          .with(owner: 'mco-broker', group: 'mco-broker', mode: '0600', source: "/var/lib/puppet/ssl/#{source}",
                show_diff: false, backup: false)
          .without_content.without_notify.that_comes_before("File[#{BROKER}]")
      end
    end

    it 'is restarted by its configuration alone, and never into a bad one' do
      is_expected.to contain_file(BROKER)
        .with(owner: 'root', mode: '0644', validate_cmd: '/usr/sbin/mco-broker --check-config --config %')
        .that_notifies('Service[mco-broker]')
      check = ['/usr/sbin/mco-broker', '--check-config', '--config', BROKER]
      is_expected.to contain_exec('the configuration of mco-broker is good').with(command: check, unless: [check])
        .that_comes_before('Service[mco-broker]')
    end
  end

  # What a parameter does to broker.cfg; nil means that there is no such line.
  {
    { tls_listen: ['192.0.2.1:61614', '[2001:db8::1]:61614'] } => { 'tls-listen' => ['192.0.2.1:61614', '[2001:db8::1]:61614'] },
    { listen: ['127.0.0.1:61613', '[::1]:61613'] } => { 'listen' => ['127.0.0.1:61613', '[::1]:61613'] },
    { client_certs: 'optional', users: RSpec::Puppet::Sensitive.new("ruby node plain:x\n") } => {
      'client-certs' => 'optional', 'rights' => 'certificate', 'users' => "#{FOLDER}/users"
    },
    { client_certs: 'none', users: RSpec::Puppet::Sensitive.new("ruby node plain:x\n") } => {
      'client-certs' => 'none', 'rights' => nil, 'ca' => nil, 'crl' => nil, 'callers' => nil, 'users' => "#{FOLDER}/users"
    },
    { tls_listen: 'none', listen: '0.0.0.0:61613', users: RSpec::Puppet::Sensitive.new("ruby node plain:x\n") } => {
      'tls-listen' => nil, 'cert' => nil, 'key' => nil, 'client-certs' => nil, 'listen' => '0.0.0.0:61613'
    },
    { callers: ['[a-z]+\.ops', 'deploy'] } => { 'callers' => '[a-z]+\.ops,deploy' },
    { crl: 'puppet:///modules/profile/crl.pem' } => { 'crl' => "#{FOLDER}/crl.pem" },
    { crl: 'none' } => { 'crl' => nil },
    { settings: { 'max-connections' => 500, 'cert' => '/srv/mq.pem', 'crl' => :undef } } => {
      'max-connections' => '500', 'cert' => '/srv/mq.pem', 'crl' => nil
    },
  }.each do |given, lines|
    context "with #{given}" do
      let(:params) { given }

      it { expect(lines.keys.to_h { |key| [key, settings_of(BROKER)[key]] }).to eq(lines) }
    end
  end

  context 'with a users file' do
    let(:params) { { client_certs: 'none', users: sensitive("ruby node plain:x\n") } }

    it 'shows it to nobody but the broker' do
      is_expected.to compile.with_all_deps
      is_expected.to contain_file("#{FOLDER}/users")
        .with(owner: 'mco-broker', mode: '0600', content: sensitive("ruby node plain:x\n"), backup: false).without_notify
      is_expected.not_to contain_file("#{FOLDER}/ca.pem")
      is_expected.not_to contain_file("#{FOLDER}/crl.pem")
    end
  end

  context 'with the list of revoked certificates from a source' do
    let(:params) { { crl: 'puppet:///modules/profile/crl.pem' } }

    it { is_expected.to contain_file("#{FOLDER}/crl.pem").with_source('puppet:///modules/profile/crl.pem') }
  end

  context 'with the list of the Puppet server' do
    let(:list) { File.join(LINKED, 'ca_crl_of_broker.pem') }
    let(:params) { { crl: 'server' } }

    before do
      File.write(list, "the server's list\n")
      Puppet[:cacrl] = list
    end

    it { is_expected.to contain_file("#{FOLDER}/crl.pem").with(content: "the server's list\n", owner: 'mco-broker').without_source }
  end

  context 'with other names' do
    let(:params) do
      { confdir: '/srv/mq', user: 'mq', package_name: 'mq', package_ensure: 'latest', service_name: 'mqd', service_ensure: 'stopped',
        service_enable: false, crl: 'agent' }
    end

    it 'uses them' do
      is_expected.to compile.with_all_deps
      is_expected.to contain_package('mq').with_ensure('latest')
      is_expected.to contain_service('mqd').with(ensure: 'stopped', enable: false)
      is_expected.to contain_file('/srv/mq').with_ensure('directory')
      is_expected.to contain_file('/srv/mq/broker').with_owner('mq')
      is_expected.to contain_file('/srv/mq/broker.cfg').that_notifies('Service[mqd]')
      ['broker.pem', 'broker.key', 'ca.pem', 'crl.pem'].each { |name| is_expected.to contain_file("/srv/mq/broker/#{name}").with_owner('mq') }
    end
  end

  context 'in an image' do
    let(:params) { { manage_service: false, manage_packages: false } }

    it 'touches no service and checks nothing that needs a certificate' do
      is_expected.to compile.with_all_deps
      is_expected.not_to contain_package('mcollective-broker')
      is_expected.not_to contain_service('mco-broker')
      is_expected.not_to contain_exec('the configuration of mco-broker is good')
      is_expected.to contain_file(BROKER).without_validate_cmd.without_notify
    end

    context 'but checked' do
      let(:params) { super().merge(validate: true) }

      it { is_expected.to contain_exec('the configuration of mco-broker is good') }
    end
  end

  context 'with ensure => absent' do
    let(:params) { { ensure: 'absent' } }

    it 'stops, purges and removes, and leaves the files of daemon and client' do
      is_expected.to compile.with_all_deps
      is_expected.to contain_service('mco-broker').with(ensure: 'stopped', enable: false).that_comes_before('Package[mcollective-broker]')
      is_expected.to contain_package('mcollective-broker').with_ensure('purged').that_comes_before("File[#{BROKER}]")
      is_expected.to contain_file(BROKER).with_ensure('absent')
      is_expected.to contain_file(FOLDER).with(ensure: 'absent', force: true)
      is_expected.not_to contain_file('/etc/mcollective')
    end
  end

  context 'beside a node' do
    let(:pre_condition) { "class { 'mcollective': brokers => ['mq.example.net'] }" }

    it { is_expected.to compile.with_all_deps }

    context 'that is removed' do
      let(:pre_condition) { "class { 'mcollective': ensure => absent }" }

      it { is_expected.to compile.with_all_deps }
      it { is_expected.to contain_file('/etc/mcollective').with_ensure('directory') }
    end
  end

  {
    { tls_listen: [] } => /without TLS it needs users/,
    { tls_listen: ['61614'] } => /tls_listen/,
    { tls_listen: 'none', listen: '127.0.0.1:61613' } => /without TLS it needs users/,
    { settings: { 'max_connections' => 5 } } => /settings/,
  }.each do |given, message|
    context "with #{given}" do
      let(:params) { given }

      it { is_expected.to compile.and_raise_error(message) }
    end
  end

  context 'on a node without the fact' do
    let(:facts) { Nodes.system.merge('mcollective' => nil) }

    it { is_expected.to compile.and_raise_error(/did not send the fact mcollective/) }
  end
end
