module Mco
  # The questions that change nothing.
  class Reading
    def initialize(types, lists, notes)
      @types = types
      @lists = lists
      @notes = notes
      @description = Description.new(notes)
    end

    # A resource that is not there is one, with `ensure => absent`.
    def find(question)
      type = @types[question['type']]
      title = question['title']
      Names.check_title(type.name, title)
      found = special_file(type, title) || listed(type, title)
      found ||= unlisted(type, title)
      { 'resource' => @description.of(found.to_resource) }
    end

    def search(question)
      type = @types[question['type']]
      provider = question['provider'].to_s
      Names.check_provider(provider) unless provider.empty?
      resources = own_list?(type) ? own_list(type) : provided(type, provider, question['except'].to_a)
      { 'resources' => resources.sort_by { |resource| resource['title'] } }
    end

    def types(_question)
      { 'types' => @types.names }
    end

    private

    def own_list?(type)
      type.method(:instances).owner != Puppet::Type.singleton_class
    end

    # Provider by provider, and no further than to the first that has it (trap 21). Its list says what `search` would say: a resource
    # made only to be asked knows more, such as that a package was marked as manual.
    def listed(type, title)
      return type.instances.find { |instance| instance.name == title } if own_list?(type)
      providers = @types.providers(type)
      return if providers.none? # the type itself knows what is there, if it is asked for one
      providers.ordered.each do |provider|
        instance = @notes.guarded("provider #{provider.name}") { @lists.instances(provider).find { |one| one.name == title } }
        return made(type, instance) if instance
      end
      nil
    end

    # Providers of entries in files look into what they read before the last change, unless they read again (trap 15).
    def unlisted(type, title)
      provider = type.defaultprovider
      provider.prefetch if provider.respond_to?(:prefetch_all_targets)
      type.new(name: title, audit: type.properties.map(&:name))
    end

    # What is neither file, directory nor link has no content that could be read to its end (trap 20).
    def special_file(type, title)
      return unless type.name == :file
      stat = File.lstat(title)
      return if stat.file? || stat.directory? || stat.symlink?
      type.new(name: title, audit: type.properties.map(&:name) - [:content, :checksum_value])
    rescue SystemCallError
      nil
    end

    def own_list(type)
      raise Refused, 'all files cannot be listed; ask for one' if type.name == :file
      type.instances.map { |instance| described(instance.ref) { instance } }.compact
    end

    # A provider that fails is left out and named (trap 9). When all fail there is no answer, which is something else than an empty
    # one.
    def provided(type, provider, except)
      chosen = @types.providers(type).chosen(provider, except)
      seen = Set.new
      lists = chosen.map { |one| @notes.guarded("provider #{one.name}") { list(type, one, seen) } }
      raise Refused, @notes.warnings.join('; ') if lists.none? && !chosen.empty?
      lists.compact.flatten(1)
    end

    # Of equal titles the first counts.
    def list(type, provider, seen)
      instances = @lists.instances(provider).select { |instance| seen.add?(title(instance)) }
      return instances.map { |one| @description.of_package(type, one, provider) } if @lists.from_dpkg?(provider)
      instances.map { |one| described("#{type.name} #{title(one)} (#{provider.name})") { made(type, one) } }.compact
    end

    def described(what)
      @notes.guarded(what) { @description.of(yield.to_resource) }
    end

    def title(instance)
      instance.respond_to?(:title) ? instance.title : instance.name
    end

    def made(type, instance)
      resource = type.new(name: instance.name, provider: instance, title: title(instance))
      type.properties.each { |property| resource.newattr(property) }
      resource
    end
  end
end
