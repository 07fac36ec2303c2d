# frozen_string_literal: true

describe 'mcollective::plugin::settings' do
  let(:node) { Nodes::NAME }
  let(:title) { 'puppet' }
  let(:machine) { '' }
  let(:params) { { settings: { 'splay' => false, 'command' => 'puppet agent', 'resource_type_whitelist' => ['host', 'cron'] } } }
  let(:pre_condition) { "class { 'mcollective': brokers => ['mq.example.net'], client_group => 'ops', #{machine} }" }
  let(:path) { '/etc/mcollective/plugin.d/puppet.cfg' }

  it 'writes the file that the daemon reads for this plug-in' do
    is_expected.to compile.with_all_deps
    is_expected.to contain_file(path).with(ensure: 'present', owner: 'root', group: 'root', mode: '0644')
      .that_notifies('Class[mcollective::service]').that_comes_before('File[/etc/mcollective/server.cfg]')
    expect(settings_of(path)).to eq('command' => 'puppet agent', 'resource_type_whitelist' => 'host,cron', 'splay' => '0')
  end

  context 'with another title' do
    let(:title) { 'how Puppet runs' }
    let(:params) { super().merge(plugin: 'puppet') }

    it { is_expected.to contain_file(path) }
  end

  context 'with a secret' do
    let(:params) { { settings: { 'token' => sensitive('t0ken') } } }

    it { is_expected.to contain_file(path).with_content(sensitive(text_of(path))).with(mode: '0600', group: 'root', backup: false) }
    it { expect(settings_of(path)).to eq('token' => 't0ken') }

    context 'on a machine with operators' do
      let(:machine) { 'client => true' }

      it { is_expected.to contain_file(path).with(mode: '0640', group: 'ops', backup: false) }
    end
  end

  context 'on a machine with the client alone' do
    let(:machine) { 'server => false, client => true' }

    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_file(path).without_notify }
  end

  context 'with ensure => absent' do
    let(:params) { super().merge(ensure: 'absent') }

    it { is_expected.to contain_file(path).with_ensure('absent').that_notifies('Class[mcollective::service]') }
  end

  context 'where everything is removed' do
    let(:machine) { 'ensure => absent' }

    it { is_expected.not_to contain_file(path) }
  end
end
