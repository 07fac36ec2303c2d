module Mco
  # Puppet, initialised as `puppet resource` does it. Whatever fails here is the answer to everything.
  class Start
    attr_reader :environment

    def initialize(words, notes)
      load_puppet(notes)
      Puppet.initialize_settings(words.reject { |word| word =~ /\A--(private|idle)=/ })
      @resource_file = Puppet[:resourcefile]
      @notes = notes
      keep_state_in(words.map { |word| word[/\A--private=(.+)\z/, 1] }.compact.last || temporary)
      @environment = configured_environment
      @environment.each_plugin_directory { |folder| $LOAD_PATH << folder unless $LOAD_PATH.include?(folder) }
      Puppet.push_context({ current_environment: @environment, loaders: Puppet::Pops::Loaders.new(@environment) }, 'mcollective')
    end

    # What puppet.conf says wrong is in the log, since Puppet goes on without it (trap 28).
    def greeting
      library = File.dirname(Puppet.method(:version).source_location.first)
      { 'ral' => 1, 'puppet' => Puppet.version, 'ruby' => RUBY_VERSION, 'resourcefile' => @resource_file,
        'libdir' => Puppet[:libdir], 'modules' => module_folders, 'library' => library, 'log' => @notes.log,
        'files' => [Puppet[:config], RbConfig.ruby, "#{library}/version.rb", *environment_settings, *module_folders],
        'folders' => [Puppet[:libdir], *module_folders.flat_map { |folder| Dir.glob("#{folder}/*/lib/puppet") }] }
    end

    private

    def load_puppet(notes)
      require 'puppet'
      Puppet::Util::Log.newdesttype(:mcollective) do
        match 'Mco::Notes'
        define_method(:initialize) { |_| }
        define_method(:handle) { |message| notes.add(message) }
      end
      Puppet::Util::Log.newdestination(notes)
      Puppet::Util::Log.level = :notice
      Puppet::Util::Autoload.singleton_class.send(:prepend, Loading)
    rescue LoadError => error
      raise Refused, "Puppet is not installed here: #{Mco.explain(error)}"
    end

    # A transaction keeps a state, and that of the node is none of our business (trap 18). Copies of changed files go where the node's
    # agent puts them. How a file differs is not logged: it may be a secret.
    def keep_state_in(folder)
      { statedir: folder, statefile: "#{folder}/state.yaml", transactionstorefile: "#{folder}/transactionstore.yaml",
        graph: false, show_diff: false }.each do |name, value|
        Puppet[name] = value if Puppet.settings.valid?(name)
      end
    end

    # When it is started by hand.
    def temporary
      owner = Process.pid
      folder = Dir.mktmpdir('mcollective')
      at_exit { FileUtils.remove_entry(folder) if Process.pid == owner }
      folder
    end

    # One that puppet.conf names and that is not there is no reason to fail (trap 19).
    def configured_environment
      found = Puppet.lookup(:environments).get(Puppet[:environment])
      return found if found
      path = Puppet[:modulepath].to_s.empty? ? Puppet[:basemodulepath] : Puppet[:modulepath]
      Puppet[:environment] = 'production'
      Puppet::Node::Environment.create(:production, Puppet::Node::Environment.split_path(path), Puppet::Node::Environment::NO_MANIFEST)
    end

    def module_folders
      own = Puppet[:vendormoduledir] if Puppet.settings.valid?(:vendormoduledir)
      [*@environment.modulepath, *own].map(&:to_s)
    end

    def environment_settings
      Puppet[:environmentpath].to_s.split(File::PATH_SEPARATOR).map { |folder| "#{folder}/#{@environment.name}/environment.conf" }
    end
  end
end
