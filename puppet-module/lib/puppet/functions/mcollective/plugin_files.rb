# frozen_string_literal: true

require 'find'

# @summary The plug-in files that a module brings: everything below its `files/mcollective`.
#
# The module is looked for in the environment of the catalogue. Files whose names begin with a dot are left out, and so are links.
Puppet::Functions.create_function(:'mcollective::plugin_files', Puppet::Functions::InternalFunction) do
  # @param modulename
  #   The name of the module.
  #
  # @return [Hash[String[1], Enum['0644', '0755']]]
  #   Paths relative to `files/mcollective`, sorted, with the mode that they shall have: what can be executed stays so.
  #
  # @example
  #   $files = mcollective::plugin_files('nettest')
  dispatch :plugin_files do
    scope_param
    param 'Pattern[/\A[a-z]\w*\z/]', :modulename
    return_type "Hash[String[1], Enum['0644', '0755']]"
  end

  def plugin_files(scope, modulename)
    folder = folder_of(scope, modulename)
    paths = Find.find(folder).reject { |path| File.directory?(path) || hidden?(path, folder) || File.symlink?(path) }
    raise Puppet::ParseError, "mcollective: there is no file below #{folder}" if paths.empty?

    paths.sort.to_h { |path| [path.delete_prefix("#{folder}/"), mode_of(path)] }
  end

  private

  def hidden?(path, folder)
    path.delete_prefix(folder).include?('/.')
  end

  # Not File.executable?: that asks what the user of the Puppet server may do.
  def mode_of(path)
    (File.stat(path).mode & 0o111).zero? ? '0644' : '0755'
  end

  def folder_of(scope, modulename)
    found = scope.compiler.environment.module(modulename)
    raise Puppet::ParseError, "mcollective: there is no module #{modulename} in this environment" unless found

    folder = File.join(found.path, 'files', 'mcollective')
    return folder if File.directory?(folder)

    raise Puppet::ParseError, "mcollective: the module #{modulename} has no folder files/mcollective"
  end
end
