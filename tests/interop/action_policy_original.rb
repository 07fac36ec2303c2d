# Asks the original's ActionPolicy, from the folder that is the argument, for the decisions that are read from standard input:
# a JSON list of configuration files with their requests. Each is decided in a process of its own, as its configuration is global.
require "json"
$LOAD_PATH.unshift("/usr/lib/ruby/vendor_ruby")
require "mcollective"
require File.join(File.expand_path(ARGV.fetch(0)), "util", "actionpolicy.rb")

Request = Struct.new(:agent, :caller, :action)

def decide(question)
  MCollective::Config.instance.loadconfig(question["config"])
  MCollective::PluginManager.loadclass("MCollective::Facts::Yaml_facts")
  request = Request.new(question["agent"], question["caller"], question["action"])
  MCollective::Util::ActionPolicy.authorize(request) ? "allow" : "deny"
rescue MCollective::RPCAborted => e
  raise unless e.message == "You are not authorized to call this agent or action."
  "deny"
rescue StandardError
  "error"
end

answers = JSON.parse($stdin.read).map do |question|
  from, to = IO.pipe
  child = fork do
    from.close
    to.write(decide(question))
    to.close
    exit!(0)
  end
  to.close
  answer = from.read
  Process.wait(child)
  answer
end
puts JSON.generate(answers)
