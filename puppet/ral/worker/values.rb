module Mco
  # Values of Puppet as JSON has them. Not by Puppet's own conversions: those differ between its versions, and show the password `*`,
  # a binary string, as base64 (trap 5).
  class Plain
    REDACTED = '[redacted]'.freeze
    DEEPEST = 40

    # Whether there were bytes that are no UTF-8, so that a value is not what it is on the node (trap 6).
    attr_reader :scrubbed

    def text(string)
      text = Mco.utf8(string)
      @scrubbed ||= text.bytes != string.bytes
      text
    end

    def value(value, depth = 0)
      return '…' if depth > DEEPEST
      case value
      when String then text(value)
      when Symbol then text(value.to_s)
      when Integer, true, false, nil then value
      when Float then value.finite? ? value : value.to_s
      when Array, Set then value.map { |element| value(element, depth + 1) }
      when Hash then Hash[value.map { |key, element| [text(key.to_s), value(element, depth + 1)] }]
      else secret?(value) ? REDACTED : text(value.to_s)
      end
    end

    private

    def secret?(value)
      value.class.name.to_s.end_with?('::Sensitive')
    end
  end

  # Resources in the shape that the agent puppetral answers, with what `puppet resource` prints of them.
  class Description
    TAG = /\A[[:alnum:]_][[:alnum:]_:.-]*\z/

    def initialize(notes)
      @notes = notes
    end

    # Of a Puppet::Resource.
    def of(resource)
      shape(resource.type, resource.title, resource.tags.to_a, resource.exported) { |plain| shown(plain, resource) }
    end

    # Of a package that dpkg's list has, without making a resource of it: thousands of them cost seconds.
    def of_package(type, instance, provider)
      title = instance.name.to_s
      shape('Package', title, ['package', *(title.downcase if title =~ TAG)].uniq, false) do |plain|
        values = instance.properties
        names = type.properties.map(&:name).select { |name| shown?(name, values[name]) }
        names = [:ensure] if values[:ensure] == :absent
        Hash[names.map { |name| [name.to_s, plain.value(values[name])] }].merge('provider' => provider.name.to_s)
      end
    end

    private

    def shape(type, title, tags, exported)
      plain = Plain.new
      answer = { 'type' => type, 'title' => plain.text(title.to_s), 'tags' => tags.map { |tag| plain.text(tag.to_s) },
                 'exported' => exported ? true : false, 'parameters' => yield(plain) }
      @notes.warn("#{type}[#{answer['title']}]: bytes that are not UTF-8 are shown as U+FFFD") if plain.scrubbed
      answer
    end

    # Properties that have a value. Of the rest: the name where the title is another one, and the provider of packages, which tells
    # them apart.
    def shown(plain, resource)
      type = resource.resource_type
      wanted = type.properties.map(&:name) + (type.name == :package ? [:provider] : type.key_attributes)
      secret = resource.respond_to?(:sensitive_parameters) ? resource.sensitive_parameters.to_a : []
      resource.to_hash.each_with_object({}) do |(name, value), answer|
        next unless wanted.include?(name) && shown?(name, value)
        next if value == resource.title && type.key_attributes == [name]
        answer[name.to_s] = secret.include?(name) ? Plain::REDACTED : plain.value(value)
      end
    end

    def shown?(name, value)
      return false if value.to_s.empty? || Array(value).empty?
      name == :ensure || value.to_s != 'absent'
    end
  end
end
