# What Puppet's own RAL tells of this machine, as one line of JSON. Each word that is no option is TYPE, or TYPE@PROVIDER for what one
# provider tells; options are Puppet's own.
require 'json'
require 'puppet'

# Texts of any encoding as UTF-8, symbols as texts.
def plain(value)
  case value
  when String then value.dup.force_encoding(Encoding::UTF_8).scrub("\uFFFD")
  when Symbol then value.to_s
  when Array then value.map { |element| plain(element) }
  when Hash then value.map { |key, element| [plain(key.to_s), plain(element)] }.to_h
  when Integer, Float, true, false, nil then value
  else plain(value.to_s)
  end
end

# The form of the agent puppetral: without what is pruned, and without the name where it is the title.
def described(instance)
  resource = instance.to_resource
  provider = resource[:provider] if resource.type == 'Package'
  parameters = resource.prune_parameters.to_hash
  parameters.delete_if { |name, value| resource.resource_type.key_attributes.include?(name) && value == resource.title }
  parameters[:provider] = provider if provider
  { type: resource.type, title: plain(resource.title), tags: plain(resource.tags.to_a), exported: resource.exported ? true : false,
    parameters: plain(parameters) }
end

# Only this provider is asked; all else is as ever.
def restrict(type, provider)
  chosen = type.provider(provider.to_sym) or raise "no provider #{provider}"
  type.define_singleton_method(:providers_by_source) { [chosen] }
end

options, words = ARGV.partition { |word| word.start_with?('--') }
Puppet.initialize_settings(options)
environment = Puppet.lookup(:environments).get(Puppet[:environment])
environment.each_plugin_directory { |folder| $LOAD_PATH << folder }
Puppet.push_context({ current_environment: environment, loaders: Puppet::Pops::Loaders.new(environment) }, 'listing')
answer = words.map do |word|
  name, provider = word.split('@')
  type = Puppet::Type.type(name.to_sym) or raise "no type #{name}"
  restrict(type, provider) if provider
  [name, type.instances.map { |instance| described(instance) }]
end
puts JSON.generate(answer.to_h)
