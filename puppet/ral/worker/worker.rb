# Puppet's Resource Abstraction Layer for mcollectived: loaded once, asked many times (resources §1).
#
# Arguments: [--private=DIRECTORY] [--idle=SECONDS] and words for Puppet, such as --confdir. It speaks JSON, an object a line:
#
#   ← {"ral":1,"puppet":VERSION,"ruby":VERSION,"resourcefile":…,"libdir":…,"modules":[…],"library":…,"files":[…],"folders":[…]}
#     when it is ready; once one of these files changes, or one in these folders, another worker must be started.
#     {"ral":1,"error":TEXT} when it cannot be ready.
#   → {"id":7,"ask":"find","type":"user","title":"root"}    search{type, provider, except}    types{}
#     apply{resources: [{type, title, parameters}], noop}    all of them: limit, in seconds, after which the worker ends
#   ← {"id":7,"ok":true,…,"warnings":[…],"log":[…],"rss":MIB}    {"id":7,"ok":false,"error":TEXT,…}
#   ← {"bye":REASON} when it ends by itself, and has read no further question.
#
# It runs with Ruby 2.1 and Puppet 4 as with Ruby 3 and Puppet 8 or OpenVox; so nothing newer than Ruby 2.1 is used here.
# "Trap N" is a row of the table in resources §2.

require 'json'
require 'rbconfig'
require 'set' # OpenVox 9 takes it for granted
require 'tmpdir'

require_relative 'notes'
require_relative 'bounds'
require_relative 'channel'
require_relative 'values'
require_relative 'names'
require_relative 'types'
require_relative 'lists'
require_relative 'reading'
require_relative 'changes'
require_relative 'start'

module Mco
  # The answer to each question. Whatever a provider does, short of ending the process, is an error of this question only (trap 8).
  class Answers
    def initialize(reading, changes, notes)
      @asked = { 'find' => reading, 'search' => reading, 'types' => reading, 'apply' => changes }
      @notes = notes
    end

    def to(question)
      @notes.clear
      changes = question['ask'] == 'apply' && question['noop'] == false
      Bounds.within(question['limit'], changes ? nil : Bounds::MOST_MEMORY) { finished(question, { 'ok' => true }.merge(answer(question))) }
    rescue NoMemoryError, SignalException
      raise
    rescue Exception => error
      finished(question, 'ok' => false, 'error' => Mco.explain(error))
    end

    private

    def answer(question)
      kind = question['ask']
      @asked.fetch(kind) { raise Refused, "#{Mco.line(kind.inspect)} is no question" }.public_send(kind, question)
    end

    def finished(question, answer)
      answer.merge('id' => question['id'], 'warnings' => @notes.warnings, 'log' => @notes.log, 'rss' => Bounds.resident)
    end
  end

  def self.run(words)
    Encoding.default_external = Encoding::UTF_8
    File.umask(022)
    Dir.chdir('/')
    idle = words.map { |word| word[/\A--idle=(\d+)\z/, 1] }.compact.last
    channel = Channel.new((idle || 300).to_i)
    answers = begin_answering(channel, words)
    while (question = channel.read)
      channel.write(answers.to(question))
    end
  end

  def self.begin_answering(channel, words)
    notes = Notes.new
    start = Start.new(words, notes)
    types = Types.new(notes)
    lists = Lists.new
    channel.write(start.greeting)
    Answers.new(Reading.new(types, lists, notes), Changes.new(start.environment, types, lists), notes)
  rescue StandardError, ScriptError => error
    channel.write('ral' => 1, 'error' => explain(error))
    exit(1)
  end
end

Mco.run(ARGV)
