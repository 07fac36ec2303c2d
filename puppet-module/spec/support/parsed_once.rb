# frozen_string_literal: true

# Every catalogue is compiled in an environment of its own, which reads all manifests anew. What they say does not change between two
# examples: each of them is parsed once.
module ParsedOnce
  TREES = {}

  def parse_string(text, file = nil)
    TREES[[file, text]] ||= super
  end

  def parse_file(file)
    TREES[file] ||= super
  end
end

Puppet::Pops::Parser::EvaluatingParser.prepend(ParsedOnce)
