#include "daemon/exposed_files.hpp"

#include "facts/sources.hpp"
#include "system/directory.hpp"
#include "system/process.hpp"

#include <filesystem>
#include <utility>

namespace mco::daemon {

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

void add_configuration(Files& files, const std::filesystem::path& file) {
    const std::string what = "the configuration";
    const auto folder = file.parent_path() / "plugin.d";
    files.emplace_back(file, what);
    files.emplace_back(folder, what);
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error))
        files.emplace_back(entry->path(), what);
}

/// Programs that settings name by their place.
void add_programs(Files& files, const config::Config& config) {
    for (const char* const name : {"puppet.command", "facter.command", "ohai.command"})
        if (const auto words = system::split_words(config.plugin_string(name, ""));
            words && !words->empty() && words->front().starts_with('/'))
            files.emplace_back(words->front(), "what this daemon starts");
}

}  // namespace

std::vector<std::string> exposed_files(const config::Config& config) {
    Files files;
    add_configuration(files, config.file);
    add_programs(files, config);
    for (auto& path : facts::fact_paths(config))
        files.emplace_back(std::move(path), "the facts by which filters and policies decide");
    std::vector<std::string> sentences;
    for (const auto& [path, what] : files)
        if (const auto part = system::exposed_part(path))
            sentences.push_back(*part +
                                " can be changed by others than root and this program's "
                                "user, and with it " +
                                what + (path == *part ? "" : " in " + path));
    return sentences;
}

}  // namespace mco::daemon
