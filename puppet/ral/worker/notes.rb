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

  # What an exception says. Those of the language carry excerpts of source code in further lines (trap 27).
  def self.explain(error)
    case error
    when SystemExit then "it wanted to exit with status #{error.status}"
    when SystemStackError then 'its calls are nested too deeply'
    when NameError, ScriptError then line(error.message.to_s.lines.first.to_s.chomp)
    else line(error.message.to_s.empty? ? error.class.name : error.message)
    end
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
