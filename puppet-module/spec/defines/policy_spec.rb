# frozen_string_literal: true

describe 'mcollective::policy' do
  let(:node) { Nodes::NAME }
  let(:title) { 'puppet' }
  let(:params) { {} }
  let(:path) { '/etc/mcollective/policies/puppet.policy' }
  let(:site) { '' }
  let(:others) { '' }
  let(:pre_condition) { "class { 'mcollective': brokers => ['mq.example.net'], #{site} }\n#{others}" }
  # What decides: the lines without comments.
  let(:lines) { text_of(path).lines(chomp: true).reject { |line| line.start_with?('#') } }

  it 'denies, in a file that the daemon has checked and that needs no restart' do
    is_expected.to compile.with_all_deps
    is_expected.to contain_concat(path)
      .with(ensure: 'present', owner: 'root', group: 'root', mode: '0644', validate_cmd: '/usr/sbin/mcollectived --check-policy puppet.policy=%')
      .that_requires('Class[mcollective::install]').that_comes_before('Class[mcollective::service]')
    is_expected.to contain_concat__fragment("#{path} 00").with_order('00')
    expect(catalogue.resource('Concat', path)[:notify]).to be_nil
    expect(lines).to eq(['policy default deny'])
  end

  context 'with rules of its own, of other modules and of the site' do
    let(:params) do
      { rules: [
        { 'action' => 'deny', 'callers' => 'cert=zoe.mcollective', 'actions' => ['runonce', 'disable'] },
        { 'callers' => ['cert=alice.mcollective', 'operators'], 'facts' => 'environment=production', 'classes' => ['base', 'web'] },
      ] }
    end
    let(:site) { "site_rules => [{ 'action' => 'deny', 'callers' => 'cert=bob.mcollective' }, { 'callers' => 'admins' }]" }
    let(:others) do
      <<~PUPPET
        mcollective::policy::rule { 'z, of the first module': agent => 'puppet', callers => 'z', order => 20 }
        mcollective::policy::rule { 'a, of the second module': agent => 'puppet', callers => 'a' }
        mcollective::policy::rule { 'b, of the second module': agent => 'puppet', callers => 'b', action => 'deny' }
        mcollective::policy::rule { 'the last one': agent => 'puppet', callers => 'last', order => 89 }
      PUPPET
    end

    it 'keeps their order: nothing is sorted by what it says' do
      is_expected.to compile.with_all_deps
      is_expected.to contain_concat__fragment("#{path} 10").with_order('10')
      is_expected.to contain_concat__fragment("#{path} 90").with_order('90')
      { 'z, of the first module' => '20', 'a, of the second module' => '50', 'b, of the second module' => '50',
        'the last one' => '89' }.each do |name, order|
        is_expected.to contain_mcollective__policy__rule(name)
        is_expected.to contain_concat__fragment("#{path} #{name}").with_order(order)
      end
      expect(lines).to eq([
        'policy default deny',
        "deny\tcert=zoe.mcollective\trunonce disable\t*\t*",
        "allow\tcert=alice.mcollective operators\t*\tenvironment=production\tbase web",
        "allow\tz\t*\t*\t*",
        "allow\ta\t*\t*\t*",
        "deny\tb\t*\t*\t*",
        "allow\tlast\t*\t*\t*",
        "deny\tcert=bob.mcollective\t*\t*\t*",
        "allow\tadmins\t*\t*\t*",
      ])
    end
  end

  context 'without the rules of the site' do
    let(:params) { { site_rules: [], default: 'allow' } }
    let(:site) { "site_rules => [{ 'callers' => 'admins' }]" }

    it { expect(lines).to eq(['policy default allow']) }
  end

  context 'with the default of the site' do
    let(:site) { 'policy_default => allow' }

    it { expect(lines).to eq(['policy default allow']) }
  end

  context 'for a collective' do
    let(:title) { 'puppet in uk' }
    let(:params) { { agent: 'puppet', collective: 'uk' } }
    let(:path) { '/etc/mcollective/policies/uk/puppet.policy' }
    let(:others) { "mcollective::policy::rule { 'one': agent => 'puppet', collective => 'uk', callers => 'uk-operators' }" }

    it 'has a file of its own' do
      is_expected.to compile.with_all_deps
      is_expected.to contain_file('/etc/mcollective/policies/uk').with(ensure: 'directory', mode: '0755')
      is_expected.to contain_concat(path).with_validate_cmd(/--check-policy puppet\.policy=%/)
      is_expected.to contain_concat__fragment("#{path} 00")
      is_expected.to contain_concat__fragment("#{path} one")
      expect(lines).to eq(['policy default deny', "allow\tuk-operators\t*\t*\t*"])
    end
  end

  context 'with a text of its own' do
    let(:params) { { content: "policy default allow\n" } }

    it 'is that, and nothing else' do
      is_expected.to compile.with_all_deps
      is_expected.to contain_file(path)
        .with(ensure: 'present', mode: '0644', content: "policy default allow\n", validate_cmd: /--check-policy puppet\.policy=%/)
        .that_comes_before('Class[mcollective::service]').without_notify
      is_expected.not_to contain_concat(path)
    end
  end

  context 'with a source' do
    let(:params) { { source: 'puppet:///modules/profile/puppet.policy' } }

    it { is_expected.to contain_file(path).with_source('puppet:///modules/profile/puppet.policy').with_validate_cmd(/--check-policy/) }
  end

  context 'with ensure => absent' do
    let(:params) { { ensure: 'absent' } }

    it { is_expected.to contain_concat(path).with_ensure('absent') }
    it { is_expected.not_to contain_concat__fragment("#{path} 00") }
  end

  context 'where no daemon is' do
    let(:site) { 'server => false, client => true' }
    let(:others) { "mcollective::policy::rule { 'one': agent => 'puppet', callers => 'z' }" }

    it { is_expected.to compile.with_all_deps }
    it { is_expected.not_to contain_concat(path) }
  end

  {
    { content: 'policy default allow', source: 'puppet:///modules/profile/puppet.policy' } => /content and source exclude each other/,
    { content: 'policy default allow', rules: [{ 'callers' => 'a' }] } => /content and source are the whole file/,
    { source: 'puppet:///modules/profile/puppet.policy', default: 'deny' } => /content and source are the whole file/,
    { agent: '../../etc/passwd' } => /agent/,
    { collective: 'uk/web' } => /collective/,
    { rules: [{ 'callers' => "a\n" }] } => /rules/,
    { rules: [{ 'callers' => [] }] } => /rules/,
  }.each do |given, message|
    context "with #{given}" do
      let(:params) { given }

      it { is_expected.to compile.and_raise_error(message) }
    end
  end
end
