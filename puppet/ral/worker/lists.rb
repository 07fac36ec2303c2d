module Mco
  # What providers list, cheaper where they take long, and yet the same.
  class Lists
    FRESH = 300 # [s]

    # Where the commands of these providers keep what they list.
    STORES = {
      'gem' => %w[
        /var/lib/gems/*/specifications /usr/share/rubygems-integration/*/specifications /usr/share/gems/specifications
        /usr/{lib,lib64,local/lib}/ruby/gems/*/specifications{,/default} /usr/local/share/gems/specifications
        /opt/puppetlabs/puppet/lib/ruby/{gems/*,vendor_gems}/specifications{,/default}
        /opt/puppetlabs/server/data/puppetserver/*-gems/specifications /root/.{gem,local/share/gem}/ruby/*/specifications
      ],
      'pip' => %w[/usr/{lib,lib64,local/lib,local/lib64}/python*/{dist,site}-packages /root/.local/lib/python*/site-packages]
    }.freeze

    def initialize
      @kept = {}
    end

    # After a change.
    def forget
      @kept.clear
    end

    def instances(provider)
      return dpkg_instances(provider) if from_dpkg?(provider)
      stamp = stamp(provider)
      return provider.instances unless stamp
      kept = @kept[provider.name]
      return kept[:instances] if kept && kept[:stamp] == stamp && now - kept[:since] < FRESH
      instances = provider.instances
      @kept[provider.name] = { stamp: stamp, since: now, instances: instances }
      instances
    end

    # Puppet's apt lists what dpkg does, and asks `apt-mark showmanual` (0.9 s) for marks that no listing shows.
    def from_dpkg?(provider)
      provider.name == :apt && provider.superclass.name == :dpkg
    end

    private

    def dpkg_instances(provider)
      provider.superclass.instances.map { |instance| provider.new(instance.properties.merge(provider: provider.name)) }
    end

    # Changes when the list does; absent where we do not know. The command belongs to it: without one, these providers are suitable
    # all the same, and list nothing (trap 13).
    def stamp(provider)
      stores = STORES[provider.name.to_s[/gem\z|\Apip/]]
      [command(provider), *Dir.glob(stores)].map { |path| [path, identity(path)] } if stores
    end

    def command(provider)
      return provider.provider_command if provider.respond_to?(:provider_command)
      return provider.command(:gemcmd) if provider.name.to_s.end_with?('gem')
      [*provider.cmd].map { |name| Puppet::Util.which(name) }.compact.first
    rescue StandardError
      nil
    end

    def identity(path)
      stat = File.stat(path.to_s)
      [stat.ino, stat.size, stat.mtime.to_r, stat.ctime.to_r]
    rescue SystemCallError
      nil
    end

    def now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
end
