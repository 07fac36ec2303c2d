# frozen_string_literal: true

describe 'mcollective::policy::rule' do
  let(:node) { Nodes::NAME }
  let(:title) { 'the auditors may look' }
  let(:policy) { "mcollective::policy { 'puppet': }" }
  let(:pre_condition) { "class { 'mcollective': brokers => ['mq.example.net'] }\n#{policy}" }
  let(:path) { '/etc/mcollective/policies/puppet.policy' }
  let(:params) do
    { agent: 'puppet', action: 'deny', callers: 'cert=audit.mcollective', actions: ['status', 'last_run_summary'],
      fact_filter: 'environment=production or !web', classes: ['base'], order: 33 }
  end

  it 'stands where its order says' do
    is_expected.to compile.with_all_deps
    is_expected.to contain_concat__fragment("#{path} the auditors may look")
      .with(target: path, order: '33',
            content: "deny\tcert=audit.mcollective\tstatus last_run_summary\tenvironment=production or !web\tbase\n")
  end

  context 'without a policy' do
    let(:policy) { '' }

    it { is_expected.to compile.and_raise_error(/Could not find resource 'Concat\[#{Regexp.escape(path)}\]'/) }
  end

  context 'with a policy that is a whole file' do
    let(:policy) { "mcollective::policy { 'puppet': content => 'policy default allow' }" }

    it { is_expected.to compile.and_raise_error(/Could not find resource 'Concat\[#{Regexp.escape(path)}\]'/) }
  end

  [10, 90].each do |order|
    context "with the order #{order}, which is not for others" do
      let(:params) { super().merge(order: order) }

      it { is_expected.to compile.and_raise_error(/order/) }
    end
  end
end
