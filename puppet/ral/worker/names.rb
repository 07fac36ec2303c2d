module Mco
  # Names that mean nothing but a type, a provider or a resource. Puppet's autoloader makes paths of them, and executes what it finds
  # there (trap 1); providers make arguments and paths of titles.
  module Names
    TYPE = /\A[A-Za-z]\w*(::\w+)*\z/
    PROVIDER = /\A\w[\w-]*\z/

    # Titles that would be options of the commands that providers run, or commands themselves (pip's make a line for a shell), or lead
    # out of the folder of init scripts.
    UNSAFE = {
      package: /\A-|[\s;&|<>`$"'\\]/,
      service: %r{\A-|(\A|/)\.\.(/|\z)},
      user: /\A-/,
      group: /\A-/
    }.freeze

    # Parameters that become part of a line for a shell, with old Puppets also while they only look.
    WORDS = { cron: [:user, :target] }.freeze

    def self.check_type(name)
      raise Refused, "#{Mco.line(name.inspect)} is not the name of a type" unless name.is_a?(String) && name =~ TYPE
    end

    def self.check_provider(name)
      raise Refused, "#{Mco.line(name.inspect)} is not the name of a provider" unless name.is_a?(String) && name =~ PROVIDER
    end

    def self.check_title(type, title)
      raise Refused, 'a resource needs a title' unless title.is_a?(String) && !title.empty?
      raise Refused, "#{Mco.line(title.inspect)} cannot be the name of a #{type}" if UNSAFE.key?(type) && title =~ UNSAFE[type]
      check_type(title) if type == :resources # which stands for a whole type, and loads it
    end

    def self.check_words(type, parameters)
      unfit = WORDS.fetch(type, []).find { |name| parameters.key?(name) && parameters[name].to_s !~ /\A[\w.][\w.@+-]*\z/ }
      raise Refused, "#{unfit} of a #{type} should be one word" if unfit
    end
  end

  # How Puppet's autoloader loads files, from now on.
  module Loading
    # What could not be loaded of a folder, such as puppet/provider/user: by file, why.
    def self.failures(folder)
      (@failures ||= Hash.new { |hash, path| hash[path] = {} })[folder]
    end

    # The second wall of trap 1: references in `require` and its like become paths as well.
    def load_file(name, *rest)
      raise Puppet::Error, "#{Mco.line(name)} is not loaded" if name.to_s.split('/').include?('..')
      super
    end

    # All providers of a type, as it is loaded itself: one that is broken does not take the type with it (traps 8 and 9).
    def loadall(folder, *rest)
      files_to_load(folder, *rest).each do |file|
        name = file.chomp('.rb')
        begin
          load_file(name, *rest) unless loaded?(name)
        rescue NoMemoryError, SignalException
          raise
        rescue Exception => error
          Loading.failures(folder)[File.basename(name)] = Mco.explain(error)
        end
      end
    end
  end

  # What runs commands of the caller's choice, or writes, while it only looks, so that there is no no-op of it (trap 4).
  module NoPreview
    # By type, why. The daemon and its clients read the same file, and refuse them, too.
    TYPES = Hash[File.readlines(File.join(__dir__, 'acting_types.txt')).map(&:chomp).reject { |line| line.start_with?('#') }
                     .map { |line| line.split(' ', 2) }].freeze

    # The daemon lets no request have these, whether it is a preview or not; this is the second wall.
    PARAMETERS = { service: [:status, :path], package: [:command] }.freeze
    CONDITIONS = [:onlyif, :unless].freeze # of any type

    def self.check(type, parameters)
      why = TYPES[type.to_s]
      raise Refused, "#{type} cannot be previewed: #{why}" if why
      acting = (CONDITIONS + PARAMETERS.fetch(type, [])) & parameters.keys
      raise Refused, "#{type} cannot be previewed with #{acting.first}: what that names runs" unless acting.empty?
    end
  end
end
