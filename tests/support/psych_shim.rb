# Debian 12 pairs the original with a Psych whose safe_load takes keywords only; this gives it the old positional form back,
# for the YAML fact source and serialiser of the reference daemons in tests.
require 'yaml'

module PositionalSafeLoad
  def safe_load(yaml, classes = nil, symbols = nil, aliases = nil, filename = nil, **options)
    options[:permitted_classes] = classes if classes
    options[:permitted_symbols] = symbols if symbols
    options[:aliases] = aliases unless aliases.nil?
    options[:filename] = filename if filename
    super(yaml, **options)
  end
end
Psych.singleton_class.prepend(PositionalSafeLoad)
