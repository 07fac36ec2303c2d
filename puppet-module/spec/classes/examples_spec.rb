# frozen_string_literal: true

require 'yaml'

# What readers copy works: every file of examples, and every block of the README that is Puppet code or data.
describe 'mcollective' do
  let(:node) { Nodes::NAME }

  # The blocks of a document in one language, with the lines that they begin in.
  def self.blocks(path, language)
    File.read(path).to_enum(:scan, /^```#{language}\n(.*?)^```$/m).map do
      match = Regexp.last_match
      [match.pre_match.count("\n") + 1, match[1]]
    end
  end

  Dir[File.join(ROOT, 'examples/*.pp')].sort.each do |path|
    code = File.read(path)
    nodes = code.scan(/^node '([^']+)'/).flatten
    (nodes + [Nodes::NAME]).each do |name|
      it "examples/#{File.basename(path)} compiles for #{name}" do
        expect(-> { compiled(code, name) }).to compile.with_all_deps
      end
    end
  end

  readme = File.join(ROOT, 'README.md')

  blocks(readme, 'puppet').each do |line, code|
    it("README.md:#{line} compiles") { expect(-> { compiled(code) }).to compile.with_all_deps }
  end

  blocks(readme, 'yaml').each do |line, text|
    describe "README.md:#{line}, as data," do
      let(:data) { YAML.safe_load(text) }
      let(:hiera_config) { File.join(LINKED, "hiera-#{line}.yaml") }
      let(:classes) { data.keys.map { |key| key[/\A(mcollective(?:::(?:broker|legacy))?)::\w+\z/, 1] || raise("whose is #{key}?") }.uniq }

      before do
        brokers = classes == ['mcollective'] ? { 'mcollective::brokers' => ['mq.example.net'] } : {}
        File.write(File.join(LINKED, "data-#{line}.yaml"), YAML.dump(brokers.merge(data)))
        File.write(hiera_config, YAML.dump('version' => 5, 'hierarchy' => [
          { 'name' => 'README', 'datadir' => LINKED, 'data_hash' => 'yaml_data', 'path' => "data-#{line}.yaml" },
        ]))
      end

      it 'compiles, and every key is the parameter of a class' do
        catalogue = compiled(classes.map { |name| "include #{name}\n" }.join)
        expect(-> { catalogue }).to compile.with_all_deps
        data.each do |key, value|
          name, _, parameter = key.rpartition('::')
          declared = catalogue.resource('Class', name.split('::').map(&:capitalize).join('::'))
          expect(declared.to_hash.keys.map(&:to_s)).to include(parameter), "#{key} is no parameter"
          expect(plain(declared[parameter.to_sym])).to eq(value)
        end
      end
    end
  end

  it 'has blocks of both kinds to try' do
    expect([self.class.blocks(readme, 'puppet').length, self.class.blocks(readme, 'yaml').length]).to all(be >= 3)
  end
end
