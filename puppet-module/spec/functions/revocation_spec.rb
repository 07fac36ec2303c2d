# frozen_string_literal: true

describe 'mcollective::revocation' do
  let(:list) { File.join(LINKED, 'list_for_functions.pem') }

  before { Puppet[:cacrl] = list }

  context 'where the Puppet server has a list' do
    before { File.write(list, "a list\n") }

    it { is_expected.to run.with_params('auto', {}).and_return('server') }
    it { is_expected.to run.with_params('auto', 'crl_refresh_interval' => 86_400).and_return('agent') }
    it { is_expected.to run.with_params('auto', 'crl_refresh_interval' => 86_400, 'revocation' => false).and_return('none') }
    it { is_expected.to run.with_params('server', 'revocation' => false).and_return('server') }
    it { is_expected.to run.with_params('agent', {}).and_return('agent') }
    it { is_expected.to run.with_params('none', {}).and_return('none') }
    it { is_expected.to run.with_params('/srv/crl.pem', {}).and_return('/srv/crl.pem') }
    it { is_expected.to run.with_params('relative/crl.pem', {}).and_raise_error(ArgumentError) }
  end

  context 'where it has none' do
    let(:list) { '/nowhere/crl.pem' }

    it { is_expected.to run.with_params('auto', {}).and_return('agent') }
    it { is_expected.to run.with_params('server', {}).and_raise_error(/on the Puppet server/) }
  end
end
