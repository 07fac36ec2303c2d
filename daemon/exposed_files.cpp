#include "daemon/exposed_files.hpp"

#include "facts/sources.hpp"
#include "system/directory.hpp"

#include <filesystem>
#include <utility>

namespace mco::daemon {

std::vector<std::string> exposed_files(const config::Config& config) {
    const auto folder = std::filesystem::path(config.file).parent_path();
    std::vector<std::pair<std::string, const char*>> files = {
        {config.file, "the configuration"}, {folder / "plugin.d", "the configuration"}};
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
