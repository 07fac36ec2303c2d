# frozen_string_literal: true

# Writes the files of a catalogue, for the programs that read them: tests/integration/test_module_files.py.
module Rendering
  # Those below `folder` that have a content, or a source on this machine.
  def render(catalogue, folder)
    paths = catalogue.resources.select { |one| ['File', 'Concat'].include?(one.type) }.map(&:title)
    paths.select { |path| path.start_with?("#{folder}/") }.sort.each { |path| write(catalogue, path) }
  end

  private

  def write(catalogue, path)
    resource = catalogue.resource('File', path) || catalogue.resource('Concat', path)
    return FileUtils.rm_rf(path) if resource[:ensure].to_s == 'absent'
    return FileUtils.mkdir_p(path) if resource[:ensure].to_s == 'directory'

    source = resource.type == 'File' && resource[:source]
    return if source && !File.file?(source)

    FileUtils.mkdir_p(File.dirname(path))
    File.write(path, source ? File.read(source) : text_of(path, catalogue))
    File.chmod(Integer(resource[:mode], 8), path)
  end
end
