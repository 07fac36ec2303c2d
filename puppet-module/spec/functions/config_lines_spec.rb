# frozen_string_literal: true

describe 'mcollective::config_lines' do
  let(:header) { "# Managed by Puppet, module mcollective. Changes here are lost.\n" }

  it { is_expected.to run.with_params({}).and_return(header) }

  it 'sorts, and writes values as the programs read them' do
    given = { 'b' => true, 'a' => false, 'd' => 0.5, 'c' => [1, 'x y'], 'e' => nil }
    is_expected.to run.with_params(given).and_return("#{header}a = 0\nb = 1\nc = 1,x y\nd = 0.5\n")
  end

  it 'repeats keys that grow' do
    given = { 'libdir' => ['/a', '/b'], 'tls-listen' => ['h:1', 'h:2'] }
    is_expected.to run.with_params(given).and_return("#{header}libdir = /a\nlibdir = /b\ntls-listen = h:1\ntls-listen = h:2\n")
  end

  it 'is secret as a whole when one value is' do
    is_expected.to run.with_params('a' => sensitive('s3cr3t'), 'b' => 1).and_return(sensitive("#{header}a = s3cr3t\nb = 1\n"))
  end

  ["two\nlines", ' blank before', 'blank behind ', '', "a\rb", "a\tb", []].each do |value|
    it { is_expected.to run.with_params('a' => value).and_raise_error(ArgumentError) }
  end
end
