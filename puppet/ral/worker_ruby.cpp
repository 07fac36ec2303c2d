#include "puppet/ral/worker_ruby.hpp"

#include "puppet/paths_cache.hpp"

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <vector>

namespace mco::puppet {
namespace {

std::string_view name_of(std::string_view path) {
    return path.substr(path.find_last_of('/') + 1);
}

std::string first_bytes(const std::string& file) {
    constexpr std::size_t longest_first_line = 512;
    std::string bytes(longest_first_line, '\0');
    std::ifstream stream(file, std::ios::binary);
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(stream.gcount()));
    return bytes;
}

/// That of the script which the program is, wherever its links lead; empty if it is something else.
std::string ruby_of_program(const RubySearch& search) {
    const auto program = find_program(search.puppet, search.path);
    if (!program)
        return "";
    std::error_code error;
    const auto real = std::filesystem::canonical(program->path, error);
    return error ? "" : ruby_of_script(first_bytes(real.string()));
}

}  // namespace

std::string ruby_of_script(std::string_view script) {
    if (!script.starts_with("#!"))
        return "";
    std::istringstream line(std::string(script.substr(2, script.find('\n') - 2)));
    std::string word;
    line >> word;
    if (name_of(word) == "env")
        while (line >> word && (word.starts_with('-') || word.find('=') != std::string::npos)) {
        }
    return name_of(word).starts_with("ruby") ? word : "";
}

Expected<std::string> find_ruby(const RubySearch& search) {
    if (!search.configured.empty()) {
        if (const auto found = find_program(search.configured, search.path))
            return found->path;
        return fail(Errc::unavailable,
                    "plugin.puppetral.ruby: there is no program " + search.configured);
    }
    for (const auto& name : {ruby_of_program(search), search.packaged, std::string("ruby")}) {
        if (const auto found = name.empty() ? std::nullopt : find_program(name, search.path))
            return found->path;
    }
    return fail(Errc::unavailable,
                "Puppet is not installed here: there is no Ruby (plugin.puppetral.ruby names one)");
}

}  // namespace mco::puppet
