module Mco
  # A question that is not answered, in words for whoever asked.
  class Refused < StandardError; end

  LONGEST_TEXT = 4096 # [character] of a message

  # Bytes as UTF-8, with as many U+FFFD as there are bytes that are none, which is how the daemon reads them itself (trap 6).
  def self.utf8(bytes)
    text = bytes.dup.force_encoding(Encoding::UTF_8)
    text.valid_encoding? ? text : text.scrub { |foreign| "\uFFFD" * foreign.bytesize }
  end

  # A message, not longer than anybody would read.
  def self.line(text)
    text = utf8(text.to_s)
    text.length > LONGEST_TEXT ? "#{text[0, LONGEST_TEXT]}…" : text
  end

  # What an exception says. Those of the language carry excerpts of source code in further lines (trap 27), also when Puppet passes
  # them on.
  def self.explain(error)
    case error
    when SystemExit then return "it wanted to exit with status #{error.status}"
    when SystemStackError then return 'its calls are nested too deeply'
    end
    text = line(error.message)
    text = text.lines.first.to_s.chomp if [error, error.cause].any? { |one| one.is_a?(NameError) || one.is_a?(ScriptError) }
    text.empty? ? error.class.name : text
  end

  # What belongs to the answer to one question. Warnings tell what it lacks. The log is what Puppet says by itself, some of it once
  # for each process: hints, and never a part of what is compared (trap 17).
  class Notes
    MOST_LOG_LINES = 500

    attr_reader :log, :warnings

    def initialize
      clear
    end

    def clear
      @log = []
      @warnings = []
    end

    # A Puppet::Util::Log.
    def add(message)
      @log << Mco.line("#{message.level}: #{message.source}: #{message.message}") if @log.size < MOST_LOG_LINES
    end

    def warn(text)
      @warnings << Mco.line(text)
    end

    # The value of the block; or nil, and a warning that says what failed. Providers raise anything, `exit` included (trap 8).
    def guarded(what)
      yield
    rescue NoMemoryError, SignalException
      raise
    rescue Exception => error
      warn("#{what}: #{Mco.explain(error)}")
      nil
    end
  end
end
