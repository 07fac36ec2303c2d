# frozen_string_literal: true

describe 'mcollective::caller_key' do
  let(:node) { Nodes::NAME }
  let(:title) { 'alice' }
  let(:params) { { source: 'puppet:///modules/profile/keys/alice.pem' } }
  let(:site) { "securityprovider => 'ssl'" }
  let(:pre_condition) { "class { 'mcollective': brokers => ['mq.example.net'], #{site} }" }
  let(:path) { '/etc/mcollective/ssl/clients/alice.pem' }

  it 'puts the key where the daemon looks for it' do
    is_expected.to compile.with_all_deps
    is_expected.to contain_file(path)
      .with(ensure: 'present', owner: 'root', mode: '0644', source: 'puppet:///modules/profile/keys/alice.pem')
      .that_comes_before('Class[mcollective::service]').without_notify
    is_expected.to contain_file('/etc/mcollective/ssl/clients').with(ensure: 'directory', purge: true)
  end

  context 'as text, under another title, for aes_security' do
    let(:title) { 'the key of alice' }
    let(:params) { { caller: 'alice', content: "-----BEGIN PUBLIC KEY-----\n" } }
    let(:site) { "securityprovider => 'aes_security'" }

    it { is_expected.to contain_file(path).with_content("-----BEGIN PUBLIC KEY-----\n") }
  end

  context 'with ensure => absent' do
    let(:params) { { ensure: 'absent' } }

    it { is_expected.to contain_file(path).with_ensure('absent') }
  end

  context 'where no daemon is' do
    let(:site) { 'server => false, client => true' }

    it { is_expected.to compile.with_all_deps }
    it { is_expected.not_to contain_file(path) }
  end

  context 'with x509, which knows certificates only' do
    let(:site) { '' }

    it { is_expected.to compile.and_raise_error(/the security provider x509 knows no keys of callers/) }
  end

  [{}, { content: 'a', source: '/b' }].each do |given|
    context "with #{given.empty? ? 'no key' : 'two keys'}" do
      let(:params) { given }

      it { is_expected.to compile.and_raise_error(/either content or source has the key/) }
    end
  end
end
