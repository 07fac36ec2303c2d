# frozen_string_literal: true

require 'securerandom'

# What specs ask of a catalogue beside rspec-puppet's matchers.
module Catalogues
  # The text of a file, secret or not, fragments of concat included.
  def text_of(path, from = catalogue)
    file = from.resource('File', path)
    return plain(file[:content]) if file

    fragments = from.resources.select { |one| one.type == 'Concat::Fragment' && one[:target] == path }
    fragments.sort_by { |one| [one[:order], one.title] }.map { |one| plain(one[:content]) }.join
  end

  # The settings of a file of lines KEY = VALUE. A key that comes more than once has all of its values.
  def settings_of(path)
    lines = text_of(path).lines(chomp: true).reject { |line| line.start_with?('#') }
    lines.map { |line| line.split(' = ', 2) }.group_by(&:first).transform_values do |pairs|
      values = pairs.map(&:last)
      values.length == 1 ? values.first : values
    end
  end

  def plain(value)
    value.respond_to?(:unwrap) ? value.unwrap : value
  end

  # Everything that the compilation says, as one text. It is compiled for that, as what is in rspec-puppet's cache
  # says nothing any more; and there can be one compilation in an example.
  def said
    code = "#{build_code(:class, {})}\n# #{SecureRandom.hex}"
    logs = []
    Puppet::Util::Log.with_destination(Puppet::Test::LogCollector.new([])) {} # takes what has been waiting for a reader
    Puppet::Util::Log.with_destination(Puppet::Test::LogCollector.new(logs)) do
      compiled(code, Nodes::NAME, facts_hash(Nodes::NAME)['mcollective'])
    end
    logs.map(&:message).join("\n")
  end

  # The catalogue of a whole manifest, which does not count for coverage.
  def compiled(code, name = Nodes::NAME, puppet = Nodes.system({}, name)['mcollective'])
    with_vardir do
      build_catalog(nodename: name, facts_val: facts_hash(name).merge('mcollective' => puppet), trusted_facts_val: {},
                    hiera_config_val: respond_to?(:hiera_config) ? hiera_config : nil, code: code, exported: false, node_params: {},
                    trusted_external_data: {})
    end
  end
end
