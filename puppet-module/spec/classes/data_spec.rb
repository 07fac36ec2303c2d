# frozen_string_literal: true

require 'yaml'

# What the module's own data say about the site's: which secrets are hidden, and what is merged over the levels of Hiera.
describe 'mcollective' do
  let(:node) { Nodes::NAME }
  let(:hiera_config) { File.join(LINKED, 'hiera-levels.yaml') }
  let(:special) do
    { 'mcollective::brokers' => ['mq-near.example.net'], 'mcollective::collectives' => ['mcollective', 'uk'],
      'mcollective::callers' => ['near'], 'mcollective::policies' => { 'puppet' => { 'default' => 'allow' } },
      'mcollective::server_settings' => { 'loglevel' => 'debug' }, 'mcollective::plugin_settings' => { 'puppet' => { 'splay' => false } },
      'mcollective::caller_groups' => { 'operators' => ['cert=alice.mcollective'] } }
  end
  let(:common) do
    { 'mcollective::brokers' => ['mq.example.net'], 'mcollective::collectives' => ['mcollective', 'all'],
      'mcollective::callers' => ['.+\.mcollective'], 'mcollective::policies' => { 'puppet' => { 'rules' => [{ 'callers' => 'a' }] }, 'service' => {} },
      'mcollective::server_settings' => { 'loglevel' => 'warn', 'ttl' => 30 }, 'mcollective::plugin_settings' => { 'puppet' => { 'splaylimit' => 9 } },
      'mcollective::caller_groups' => { 'auditors' => ['cert=audit.mcollective'] }, 'mcollective::site_facts' => { 'role' => 'web' },
      'mcollective::securityprovider' => 'psk', 'mcollective::psk' => 'the key', 'mcollective::broker_user' => 'node',
      'mcollective::broker_password' => 'pa55', 'mcollective::broker::users' => "ruby node plain:x\n" }
  end

  before do
    { 'special' => special, 'common' => common }.each { |name, data| File.write(File.join(LINKED, "level-#{name}.yaml"), YAML.dump(data)) }
    levels = ['special', 'common'].map { |name| { 'name' => name, 'datadir' => LINKED, 'data_hash' => 'yaml_data', 'path' => "level-#{name}.yaml" } }
    File.write(hiera_config, YAML.dump('version' => 5, 'hierarchy' => levels))
  end

  it 'are Sensitive where they are secret, so that no file shows them' do
    is_expected.to contain_class('mcollective').with_psk(sensitive('the key')).with_broker_password(sensitive('pa55'))
    is_expected.to contain_file('/etc/mcollective/server.cfg').with_content(sensitive(text_of('/etc/mcollective/server.cfg')))
    expect(settings_of('/etc/mcollective/server.cfg')).to include('plugin.psk' => 'the key', 'plugin.activemq.pool.1.password' => 'pa55')
  end

  it 'are merged: what is said for few comes first, or wins' do
    expect(settings_of('/etc/mcollective/server.cfg')).to include(
      'plugin.activemq.pool.1.host' => 'mq-near.example.net', 'plugin.activemq.pool.2.host' => 'mq.example.net',
      'collectives' => 'mcollective,uk,all', 'loglevel' => 'debug', 'ttl' => '30',
    )
    is_expected.to contain_class('mcollective').with_callers(['near', '.+\.mcollective'])
    is_expected.to contain_mcollective__policy('service')
    is_expected.to contain_concat('/etc/mcollective/policies/service.policy')
    is_expected.to contain_concat__fragment('/etc/mcollective/policies/service.policy 00')
    expect(text_of('/etc/mcollective/policies/puppet.policy')).to end_with("policy default allow\nallow\ta\t*\t*\t*\n")
    expect(settings_of('/etc/mcollective/plugin.d/puppet.cfg')).to eq('splay' => '0', 'splaylimit' => '9')
    expect(text_of('/etc/mcollective/policies/groups')).to include('operators cert=alice').and include('auditors cert=audit')
  end

  context 'of the broker' do
    let(:params) { {} }
    let(:pre_condition) { 'include mcollective::broker' }

    it { is_expected.to contain_class('mcollective::broker').with_users(sensitive("ruby node plain:x\n")) }
  end
end
