# frozen_string_literal: true

# The fact that says what the node itself knows.
RSpec.describe 'the fact mcollective' do
  before(:all) { load File.join(ROOT, 'lib/facter/mcollective.rb') }

  let(:fact) { MCollectiveFact }

  before do
    allow(File).to receive(:directory?).and_call_original
    allow(File).to receive(:executable?).and_call_original
    allow(File).to receive(:exist?).and_call_original
    allow(File).to receive(:executable?).with('/usr/sbin/mcollectived').and_return(true)
    allow(Facter::Core::Execution).to receive(:execute).and_return("mcollectived 3.0.0\n")
  end

  it 'tells where Puppet is installed' do
    allow(File).to receive(:directory?).with('/opt/puppetlabs/puppet').and_return(true)
    expect(fact.layout).to eq('aio')
    allow(File).to receive(:directory?).with('/opt/puppetlabs/puppet').and_return(false)
    expect(fact.layout).to eq('system')
  end

  it 'tells the version of the daemon' do
    expect(fact.version).to eq('3.0.0')
    allow(Facter::Core::Execution).to receive(:execute).and_return('')
    expect(fact.version).to be_nil
    allow(File).to receive(:executable?).with('/usr/sbin/mcollectived').and_return(false)
    expect(fact.version).to be_nil
  end

  it 'tells which configuration the daemon reads' do
    allow(File).to receive(:exist?).with('/etc/mcollective/server.cfg').and_return(true)
    allow(File).to receive(:exist?).with('/etc/puppetlabs/mcollective/server.cfg').and_return(true)
    expect(fact.server_cfg).to eq('/etc/puppetlabs/mcollective/server.cfg')
    allow(File).to receive(:exist?).with('/etc/puppetlabs/mcollective/server.cfg').and_return(false)
    expect(fact.server_cfg).to eq('/etc/mcollective/server.cfg')
  end

  it 'tells where the program puppet is' do
    allow(File).to receive(:executable?).with('/opt/puppetlabs/bin/puppet').and_return(true)
    expect(fact.bindir).to eq('/opt/puppetlabs/bin')
  end

  describe "Puppet's settings" do
    before do
      Puppet[:ssldir] = '/srv/ssl'
      Puppet[:certname] = 'web7.example.net'
      Puppet[:ca_server] = 'ca.example.net'
    end

    it 'are those of the agent, custom folders included' do
      expect(fact.puppet).to include(
        'certname' => 'web7.example.net', 'ca_server' => 'ca.example.net', 'ssldir' => '/srv/ssl',
        'hostcert' => '/srv/ssl/certs/web7.example.net.pem', 'hostprivkey' => '/srv/ssl/private_keys/web7.example.net.pem',
        'localcacert' => '/srv/ssl/certs/ca.pem', 'hostcrl' => '/srv/ssl/crl.pem', 'revocation' => 'chain'
      )
      expect(fact.puppet['classfile']).to eq(File.join(fact.puppet['statedir'], 'classes.txt'))
    end

    it 'say whether revoked certificates are looked for, and how often the list is fetched' do
      Puppet[:certificate_revocation] = false
      Puppet[:crl_refresh_interval] = '1h'
      expect(fact.puppet).to include('revocation' => false, 'crl_refresh_interval' => 3600)
    end

    it 'are no part of the fact where there is no Puppet' do
      hide_const('Puppet')
      expect(fact.value.keys).to contain_exactly('layout', 'version', *('server_cfg' if fact.server_cfg))
    end
  end
end
