module Mco
  # The question that changes something, or says what would be changed.
  class Changes
    def initialize(environment, types, lists)
      @environment = environment
      @types = types
      @lists = lists
    end

    # One transaction for all, so that Puppet orders them and skips what depends on a failure. What the providers say of themselves
    # afterwards is the old state (trap 22): whoever wants the new one asks for it.
    def apply(question)
      noop = question['noop'] != false
      transaction(question['resources'].map { |described| checked(described, noop) }, noop)
    ensure
      @lists.forget unless noop
    end

    private

    # The resource as Puppet has it, if it may be made at all.
    def checked(described, noop)
      type = @types[described['type']]
      @types.providers(type) # so that none is missing, and the default is one that works
      given = described['parameters'].to_h.reject { |_, value| value.nil? }
      parameters = Hash[given.map { |name, value| [name.to_sym, value] }]
      names = [described['title'], *parameters.values_at(:name, *type.key_attributes).compact.map(&:to_s)]
      names.each { |name| Names.check_title(type.name, name) }
      Names.check_provider(parameters[:provider]) if parameters.key?(:provider)
      Names.check_words(type.name, parameters)
      NoPreview.check(type.name, parameters) if noop
      Puppet::Resource.new(type.name, described['title'], parameters: parameters)
    end

    # In a catalog of the kind that a run of the agent applies: others do not know no-ops, and change what they should only look at
    # (trap 2). Nothing begins before every resource has said that it would not act.
    def transaction(wanted, noop)
      catalog = Puppet::Resource::Catalog.new('mcollective', @environment)
      resources = wanted.map { |resource| added(resource, catalog, noop) }
      with_noop(noop) do
        acting = noop ? resources.reject(&:noop?) : []
        raise Refused, "#{acting.first.ref} would not keep to a no-op; nothing was done" unless acting.empty?
        raise Refused, 'noop is set in the configuration of Puppet; nothing was done' if !noop && resources.any?(&:noop?)
        { 'statuses' => statuses(resources, catalog.apply.report) }
      end
    ensure
      forget_state
    end

    # No later question needs it, and it would keep every name that anybody ever thought of.
    def forget_state
      Puppet::Util::Storage.clear
      File.delete(Puppet[:statefile]) if File.exist?(Puppet[:statefile])
    rescue SystemCallError => error
      Puppet.warning("what Puppet noted could not be removed: #{error.message}")
    end

    def added(resource, catalog, noop)
      made = resource.to_ral
      made[:noop] = true if noop
      catalog.add_resource(made)
      made
    end

    # Those that resources generate are no-ops as well.
    def with_noop(noop)
      before = Puppet[:noop]
      Puppet[:noop] = true if noop
      yield
    ensure
      Puppet[:noop] = before
    end

    # In the order of the question; what Puppet did not come to is skipped.
    def statuses(resources, report)
      resources.map do |resource|
        status = report.resource_statuses[resource.ref]
        next { 'ref' => resource.ref, 'skipped' => true, 'events' => [] } unless status
        flags = %w[failed changed skipped out_of_sync].map { |flag| [flag, status.public_send(flag) ? true : false] }
        { 'ref' => resource.ref, 'events' => status.events.map { |event| told(event) } }.merge(Hash[flags])
      end
    end

    def told(event)
      plain = Plain.new
      { 'property' => plain.text(event.property.to_s), 'previous' => plain.value(event.previous_value),
        'desired' => plain.value(event.desired_value), 'message' => Mco.line(event.message), 'status' => event.status.to_s }
    end
  end
end
