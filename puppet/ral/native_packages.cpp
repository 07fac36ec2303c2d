// Packages as Puppet's provider apt tells them, from what dpkg keeps: its status file, and the
// records in updates/ that it has not merged into it yet.
#include "core/ral/resource.hpp"
#include "puppet/ral/native_shape.hpp"
#include "puppet/ral/native_types.hpp"
#include "system/files.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

namespace mco::puppet {
namespace {

constexpr std::size_t most_bytes = 256u << 20;

/// Views into a file of dpkg's.
struct PackageRecord {
    std::string_view name, architecture, version, status;
};

/// By name, and by architecture as dpkg-query orders them: where two are there, Puppet takes the
/// first.
using PackageRecords = std::map<std::pair<std::string_view, std::string_view>, PackageRecord>;

void read_field(PackageRecord& record, std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos)
        return;
    const auto name = line.substr(0, colon);
    auto* const field = name == "Package"        ? &record.name
                        : name == "Architecture" ? &record.architecture
                        : name == "Version"      ? &record.version
                        : name == "Status"       ? &record.status
                                                 : nullptr;
    if (!field)
        return;
    line.remove_prefix(colon + 1);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    *field = line.substr(0, line.find_last_not_of(" \t\r") + 1);
}

/// A later record of the same package takes the place of an earlier one.
void read_records(std::string_view file, PackageRecords& records) {
    PackageRecord record;
    const auto keep = [&] {
        if (!record.name.empty())
            records.insert_or_assign({record.name, record.architecture}, record);
        record = {};
    };
    while (!file.empty()) {
        const auto line = file.substr(0, file.find('\n'));
        file.remove_prefix(std::min(line.size() + 1, file.size()));
        if (line.find_first_not_of(" \t\r") == std::string_view::npos)
            keep();
        else if (line.front() != ' ' && line.front() != '\t')
            read_field(record, line);
    }
    keep();
}

/// Names of dpkg's journal, oldest first; other files in its folder are being written.
Expected<std::vector<std::string>> journal(const std::string& root) {
    const std::string folder = path_in(root, "var/lib/dpkg/updates");
    std::vector<std::string> paths;
    std::error_code error;
    for (std::filesystem::directory_iterator entries(folder, error), end; !error && entries != end;
         entries.increment(error)) {
        const std::string name = entries->path().filename().string();
        if (std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }))
            paths.push_back(entries->path().string());
    }
    if (error && error != std::errc::no_such_file_or_directory)
        return fail(Errc::io, "cannot read " + folder + ": " + error.message());
    std::sort(paths.begin(), paths.end());
    return paths;
}

/// The status file first. Absent records have been merged meanwhile.
Expected<std::vector<std::string>> dpkg_files(const std::string& root) {
    const std::string status = path_in(root, "var/lib/dpkg/status");
    constexpr int tries = 5;
    for (int i = 0;; ++i) {
        const auto before = system::stamp(status);
        std::vector<std::string> files;
        MCO_TRY(content, system::read_file(status, most_bytes));
        files.push_back(std::move(content));
        MCO_TRY(paths, journal(root));
        bool complete = true;
        for (const auto& path : paths) {
            auto record = system::read_file(path, most_bytes);
            if (!record && record.error().code != Errc::not_found)
                return tl::unexpected(record.error());
            complete = complete && record.has_value();
            if (record)
                files.push_back(std::move(*record));
        }
        // what dpkg merges while we read would be missing in both places
        if ((complete && system::stamp(status) == before) || i + 1 == tries)
            return files;
    }
}

/// The words `want flag state` of a status.
std::array<std::string_view, 3> status_words(std::string_view status) {
    std::array<std::string_view, 3> words;
    for (auto& word : words) {
        word = status.substr(0, status.find(' '));
        status.remove_prefix(std::min(word.size() + 1, status.size()));
    }
    return words;
}

ral::Resource package_of(const PackageRecord& record) {
    constexpr std::array<std::string_view, 4> incomplete = {
        "config-files", "half-installed", "unpacked", "half-configured"};
    const auto words = status_words(record.status);
    const bool there =
        std::find(incomplete.begin(), incomplete.end(), words[2]) == incomplete.end();
    Map parameters;
    put_text(parameters, "ensure", there ? record.version : std::string_view());
    if (!there)
        parameters.entries().push_back({"ensure", "absent"});
    else
        parameters.entries().push_back({"mark", words[0] == "hold" ? "hold" : "none"});
    parameters.entries().push_back({"provider", "apt"});
    return shaped("package", scrubbed(record.name), std::move(parameters));
}

}  // namespace

Expected<std::vector<ral::Resource>> read_packages(const std::string& root) {
    MCO_TRY(files, dpkg_files(root));
    PackageRecords records;
    for (const auto& file : files)
        read_records(file, records);
    std::vector<ral::Resource> packages;
    std::string_view last;
    for (const auto& [key, record] : records) {
        // dpkg-query does not list what is only selected or was purged
        if (record.name == last || record.status.empty() ||
            status_words(record.status)[2] == "not-installed")
            continue;
        last = record.name;
        packages.push_back(package_of(record));
    }
    return packages;
}

}  // namespace mco::puppet
