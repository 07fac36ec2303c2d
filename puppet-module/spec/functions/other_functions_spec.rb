# frozen_string_literal: true

describe 'mcollective::policy_line' do
  it { is_expected.to run.with_params({}).and_return("allow\t*\t*\t*\t*\n") }

  it 'has a column for everything' do
    rule = { 'action' => 'deny', 'callers' => ['a', 'cert=b'], 'actions' => 'status', 'facts' => 'a=1 or b=2', 'classes' => ['/^web/', 'base'] }
    is_expected.to run.with_params(rule).and_return("deny\ta cert=b\tstatus\ta=1 or b=2\t/^web/ base\n")
  end
end

describe 'mcollective::pool_settings' do
  it { is_expected.to run.with_params([], 'activemq', true).and_return({}) }

  it 'numbers the brokers from 1' do
    is_expected.to run.with_params(['a', { 'host' => 'b', 'port' => 7, 'ssl' => true }], 'rabbitmq', false, { 'ca' => '/ca' }, { 'user' => 'u' }).and_return(
      'plugin.rabbitmq.pool.size' => 2,
      'plugin.rabbitmq.pool.1.host' => 'a', 'plugin.rabbitmq.pool.1.port' => 61_613, 'plugin.rabbitmq.pool.1.ssl' => false,
      'plugin.rabbitmq.pool.1.user' => 'u',
      'plugin.rabbitmq.pool.2.host' => 'b', 'plugin.rabbitmq.pool.2.port' => 7, 'plugin.rabbitmq.pool.2.ssl' => true,
      'plugin.rabbitmq.pool.2.ssl.ca' => '/ca', 'plugin.rabbitmq.pool.2.user' => 'u'
    )
  end
end

describe 'mcollective::pool_members' do
  it { is_expected.to run.with_params('activemq', 0, 'ssl.ca' => '/ca').and_return({}) }

  it 'leaves out what has no value' do
    is_expected.to run.with_params('activemq', 2, 'ssl.ca' => '/ca', 'ssl.key' => nil).and_return(
      'plugin.activemq.pool.1.ssl.ca' => '/ca', 'plugin.activemq.pool.2.ssl.ca' => '/ca',
    )
  end
end

describe 'mcollective::plugin_files' do
  it 'lists what a module brings, with its modes' do
    is_expected.to run.with_params('nettest').and_return(
      'agent/nettest.ddl' => '0644', 'agent/nettest.rb' => '0644', 'application/nettest.rb' => '0644', 'util/nettest/reach' => '0755',
    )
  end

  it { is_expected.to run.with_params('../nettest').and_raise_error(ArgumentError) }
end
