# Shows what the original's client shows of the aggregates of calls that are read from standard input: a JSON list of
# declarations and replies. The argument, if there is one, is a folder with plug-ins that Debian does not package. Each call is
# worked out in a process of its own, as functions change their declarations.
require "json"
$LOAD_PATH.unshift("/usr/lib/ruby/vendor_ruby")
require "mcollective"
include MCollective

Dir.glob(File.join(ARGV.fetch(0, "/nonexistent"), "{util,aggregate}", "*.rb")).sort.reverse.each { |file| load file }
Config.instance.instance_variable_set(:@color, false)
Config.instance.instance_variable_set(:@configured, true)
Config.instance.instance_variable_set(:@libdir, [])
# Utilities of the plug-ins are loaded above; the loader would want a configured libdir.
module MCollective::PluginManager
  class << self
    alias original_loadclass loadclass
    def loadclass(name, squash = false)
      Object.const_defined?(name) ? true : original_loadclass(name, squash)
    end
  end
end

def declaration(call)
  outputs = call["outputs"].to_h { |name| [name.to_sym, {:display_as => "Label of #{name}"}] }
  aggregates = call["aggregates"].map do |one|
    options = (one["options"] || {}).transform_keys(&:to_sym)
    options[:format] = one["format"] if one["format"]
    {:function => one["function"].to_sym, :args => [one["output"].to_sym, *(options.empty? ? [] : [options])]}
  end
  {:action => "act", :output => outputs, :aggregate => aggregates}
end

def shown(call)
  ddl = declaration(call)
  aggregate = Aggregate.new(ddl)
  call["replies"].each { |data| aggregate.call_functions(:data => data.transform_keys(&:to_sym)) }
  stats = RPC::Stats.new
  stats.ddl = Object.new.tap { |o| o.define_singleton_method(:action_interface) { |_| ddl } }
  stats.aggregate_summary = aggregate.summarize
  stats.aggregate_failures = aggregate.failed
  stats.text_for_aggregates
rescue StandardError => e
  "the original fails: #{e.class}\n"
end

answers = JSON.parse($stdin.read).map do |call|
  from, to = IO.pipe
  child = fork do
    $stderr.reopen(File::NULL)
    from.close
    to.write(shown(call))
    to.close
    exit!(0)
  end
  to.close
  answer = from.read.force_encoding("UTF-8")
  Process.wait(child)
  answer
end
puts JSON.generate(answers)
