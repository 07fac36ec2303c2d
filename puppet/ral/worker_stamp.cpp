#include "puppet/ral/worker_stamp.hpp"

#include "system/files.hpp"

#include <filesystem>
#include <functional>
#include <string_view>
#include <system_error>

namespace mco::puppet {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files = 5000;

/// The order in which files are found does not matter.
void add(WorkerStamp& stamp, const std::string& path) {
    const auto seen = system::stamp(path).value_or(system::FileStamp{});
    std::uint64_t mixed = std::hash<std::string_view>()(path);
    for (const auto part : {static_cast<std::uint64_t>(seen.modified_ns),
                            static_cast<std::uint64_t>(seen.size),
                            seen.inode})
        mixed = (mixed ^ part) * 0x9e3779b97f4a7c15U + (mixed >> 29);
    stamp.sum += mixed;
    ++stamp.files;
}

void add_folder(WorkerStamp& stamp, const std::string& folder) {
    constexpr int deepest = 16;
    std::error_code error;
    fs::recursive_directory_iterator entry(
        folder, fs::directory_options::skip_permission_denied, error);
    for (; !error && entry != fs::recursive_directory_iterator() && stamp.files < most_files;
         entry.increment(error)) {
        if (entry.depth() >= deepest)
            entry.disable_recursion_pending();
        add(stamp, entry->path().string());
    }
}

}  // namespace

WorkerStamp stamp_of(const std::vector<std::string>& files,
                     const std::vector<std::string>& folders) {
    WorkerStamp stamp;
    for (const auto& file : files)
        add(stamp, file);
    for (const auto& folder : folders)
        add_folder(stamp, folder);
    return stamp;
}

}  // namespace mco::puppet
