module Mco
  # The types of this node, with their providers.
  class Types
    def initialize(notes)
      @notes = notes
    end

    # The names of files. They are not loaded: one that is broken would take all others with it (trap 10).
    def names
      files = $LOAD_PATH.flat_map { |path| Dir.glob(File.join(path.to_s, 'puppet/type/*.rb')) }
      names = files.map { |file| File.basename(file, '.rb') }.select { |name| name =~ Names::TYPE }
      (names - %w[component whit]).uniq.sort # but those that nobody declares
    end

    # Asked for before anything is made of a name: Puppet takes an unknown one for a component, whose changes always succeed (trap 3).
    def [](name)
      Names.check_type(name)
      Puppet::Type.type(name.downcase.to_sym) || raise(Refused, "Could not find type #{name}")
    end

    # As they can be used now.
    def providers(type)
      Loading.failures("puppet/provider/#{type.name}").each { |name, why| @notes.warn("provider #{name}: #{why}") }
      Providers.new(type, @notes)
    end
  end

  # The providers of a type. Tools come and go: which providers are suitable is judged anew, and Puppet's choice of a default is
  # forgotten, which would stick to one that has lost its tool (trap 12).
  class Providers
    def initialize(type, notes)
      @type = type
      @notes = notes
      type.instance_variable_set(:@defaultprovider, nil)
      @all = type.provider_hash.values.reject { |provider| provider.name == :fake }
      @suitable = @all.select { |provider| notes.guarded("provider #{provider.name}") { provider.suitable? } }
    end

    # Not even unusable ones.
    def none?
      @all.empty?
    end

    # One for each source, the default first, as Puppet lists them. Where there is none Puppet's list is empty without a word
    # (trap 11).
    def ordered
      raise Refused, unusable if @suitable.empty?
      default = @notes.guarded("the default provider of #{@type.name}") { @type.defaultprovider }
      ([default] & @suitable | @suitable).uniq(&:source)
    end

    # Those to list: a certain one, or all but some. `system` is the default, whatever it is here.
    def chosen(name, except)
      return ordered.reject { |provider| except.include?(provider.name.to_s) } if name.empty?
      return ordered.first(1) if name == 'system'
      found = @all.find { |provider| provider.name.to_s == name }
      raise Refused, "#{@type.name} has no provider #{name}" unless found
      raise Refused, "this provider of #{@type.name} is not usable here: #{needs(found)}" unless @suitable.include?(found)
      [found]
    end

    private

    # Those that lack commands only, if there are such: the others are for other systems.
    def unusable
      return "#{@type.name} has no providers and has not overridden 'instances'" if @all.empty?
      near = @all.select { |provider| lack(provider).keys == [:exists] }
      "no provider for #{@type.name} is usable here: #{(near.empty? ? @all : near).first(5).map { |one| needs(one) }.join('; ')}"
    end

    def needs(provider)
      lack = lack(provider)
      wanted = [*lack[:exists], *lack[:feature], *lack[:variable].to_a.map { |fact, values| "#{fact} #{values.join(' or ')}" }]
      wanted.empty? ? provider.name.to_s : "#{provider.name} needs #{wanted.join(', ')}"
    end

    # By kind of condition, as Puppet sums them up.
    def lack(provider)
      provider.suitable?(false)
    rescue StandardError, LoadError
      {}
    end
  end
end
