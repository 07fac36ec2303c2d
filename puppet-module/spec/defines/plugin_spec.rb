# frozen_string_literal: true

describe 'mcollective::plugin' do
  let(:node) { Nodes::NAME }
  let(:title) { 'nettest' }
  let(:params) { {} }
  let(:machine) { '' }
  let(:pre_condition) { "class { 'mcollective': brokers => ['mq.example.net'], #{machine} }" }
  let(:folder) { '/usr/local/share/mcollective/mcollective' }

  context 'on a machine with daemon and client' do
    let(:machine) { 'client => true' }

    it 'brings every file, keeps what can be executed, and restarts the daemon' do
      is_expected.to compile.with_all_deps
      { 'agent/nettest.ddl' => '0644', 'agent/nettest.rb' => '0644', 'application/nettest.rb' => '0644',
        'util/nettest/reach' => '0755' }.each do |path, mode|
        is_expected.to contain_file("#{folder}/#{path}")
          .with(ensure: 'present', owner: 'root', mode: mode, source: "puppet:///modules/nettest/mcollective/#{path}")
          .that_notifies('Class[mcollective::service]')
      end
      ['agent', 'application', 'util', 'util/nettest'].each do |path|
        is_expected.to contain_file("#{folder}/#{path}").with(ensure: 'directory', mode: '0755')
      end
    end

    it 'leaves hidden files and links out' do
      paths = catalogue.resources.select { |one| one.type == 'File' }.map(&:title)
      expect(paths.grep(/orig|link/)).to eq([])
    end

    it 'leaves the rest to be purged' do
      is_expected.to contain_file(folder).with(recurse: true, purge: true, force: true)
    end
  end

  context 'on a node' do
    it { is_expected.to contain_file("#{folder}/agent/nettest.rb") }
    it { is_expected.to contain_file("#{folder}/agent/nettest.ddl") }
    it { is_expected.not_to contain_file("#{folder}/application/nettest.rb") }
  end

  context 'on a machine with the client alone' do
    let(:machine) { 'server => false, client => true' }

    it 'brings declarations and commands, and has nobody to restart' do
      is_expected.to compile.with_all_deps
      is_expected.to contain_file("#{folder}/agent/nettest.ddl").without_notify
      is_expected.to contain_file("#{folder}/application/nettest.rb")
      is_expected.not_to contain_file("#{folder}/agent/nettest.rb")
    end
  end

  context 'where the daemon shall not have it' do
    let(:machine) { 'client => true' }
    let(:params) { { server: false } }

    it { is_expected.not_to contain_file("#{folder}/agent/nettest.rb") }
    it { is_expected.to contain_file("#{folder}/application/nettest.rb") }
  end

  context 'where the client shall not have it' do
    let(:machine) { 'client => true' }
    let(:params) { { client: false } }

    it { is_expected.to contain_file("#{folder}/agent/nettest.rb") }
    it { is_expected.not_to contain_file("#{folder}/application/nettest.rb") }
  end

  context 'where everything is removed' do
    let(:machine) { 'ensure => absent' }
    let(:params) { { settings: { 'timeout' => 5 }, policy: { 'rules' => [] } } }

    it { is_expected.to compile.with_all_deps }
    it { is_expected.not_to contain_file("#{folder}/agent/nettest.ddl") }
    it { is_expected.not_to contain_file('/etc/mcollective/plugin.d/nettest.cfg') }
    it { is_expected.not_to contain_concat('/etc/mcollective/policies/nettest.policy') }
  end

  context 'with settings and a policy' do
    let(:params) { { settings: { 'timeout' => 5 }, policy: { 'rules' => [{ 'callers' => 'operators', 'actions' => ['ping'] }] } } }

    it 'has one line for all of it' do
      is_expected.to compile.with_all_deps
      is_expected.to contain_mcollective__plugin__settings('nettest').with_settings('timeout' => 5)
      is_expected.to contain_file('/etc/mcollective/plugin.d/nettest.cfg')
        .that_comes_before('File[/etc/mcollective/server.cfg]').that_notifies('Class[mcollective::service]')
      expect(settings_of('/etc/mcollective/plugin.d/nettest.cfg')).to eq('timeout' => '5')
      is_expected.to contain_mcollective__policy('nettest')
      ['00', '10'].each { |order| is_expected.to contain_concat__fragment("/etc/mcollective/policies/nettest.policy #{order}") }
      expect(text_of('/etc/mcollective/policies/nettest.policy')).to include("allow\toperators\tping\t*\t*\n")
    end
  end

  context 'with another name than its module' do
    let(:title) { 'network tests' }
    let(:params) { { modulename: 'nettest', plugin: 'nettest', settings: { 'timeout' => 5 } } }

    it { is_expected.to contain_file("#{folder}/agent/nettest.ddl") }
    it { is_expected.to contain_mcollective__plugin__settings('nettest') }
  end

  context 'with ensure => absent' do
    let(:params) { { ensure: 'absent', settings: { 'timeout' => 5 }, policy: {} } }

    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_file("#{folder}/agent/nettest.ddl").with_ensure('absent') }
    it { is_expected.to contain_file('/etc/mcollective/plugin.d/nettest.cfg').with_ensure('absent') }
    it { is_expected.to contain_concat('/etc/mcollective/policies/nettest.policy').with_ensure('absent') }
  end

  context 'with a file that another module has, too' do
    let(:pre_condition) do
      <<~PUPPET
        class { 'mcollective': brokers => ['mq.example.net'] }
        file { '#{folder}/agent/nettest.ddl': ensure => file }
      PUPPET
    end

    it { is_expected.to compile.and_raise_error(/[Dd]uplicate declaration/) }
  end

  {
    'nowhere' => /there is no module nowhere/,
    'without_plugins' => %r{the module without_plugins has no folder files/mcollective},
    'empty_plugins' => %r{there is no file below .*/empty_plugins/files/mcollective},
  }.each do |name, message|
    context "with the module #{name}" do
      let(:title) { name }

      it { is_expected.to compile.and_raise_error(message) }
    end
  end
end
