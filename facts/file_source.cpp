#include "core/serializer/json.hpp"
#include "facts/sources.hpp"
#include "facts/text.hpp"
#include "facts/yaml.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>

namespace mco::facts {

namespace {

namespace fs = std::filesystem;

bool is_fact_file(const fs::path& path) {
    const auto extension = path.extension();
    return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

/// The files that a configured path stands for.
std::vector<std::string> files_of(const std::string& path) {
    std::error_code error;
    if (!fs::is_directory(path, error))
        return {path};
    std::vector<std::string> files;
    for (fs::directory_iterator entry(path, error), end; !error && entry != end;
         entry.increment(error)) {
        if (is_fact_file(entry->path()))
            files.push_back(entry->path().string());
    }
    std::sort(files.begin(), files.end());
    return files;
}

Expected<Map> parse_json(const std::string& text) {
    MCO_TRY(value, serializer::decode_json(text));
    if (const auto* map = value.map())
        return stringified(*map);
    return fail(Errc::malformed, "is not a map of facts");
}

bool is_blank(const std::string& text) {
    return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

Expected<Map> parse_file(const std::string& text, const std::string& path) {
    auto facts = fs::path(path).extension() == ".json" ? parse_json(text) : parse_yaml(text);
    if (facts)
        return facts;
    return fail(facts.error().code, path + ": " + facts.error().message);
}

}  // namespace

FileSource::FileSource(std::vector<std::string> paths) : paths_(std::move(paths)) {}

FileSource::Stamps FileSource::current_stamps() const {
    Stamps stamps;
    for (const auto& path : paths_) {
        for (const auto& file : files_of(path))
            stamps[file] = system::stamp(file);
    }
    return stamps;
}

/// An empty file says that there are no facts. Where there were some before, somebody may be
/// writing it just now, so that it is believed when it is looked at again.
Expected<Map> FileSource::read_file(const std::string& path, bool had_facts) {
    MCO_TRY(text, system::read_file(path));
    if (!is_blank(text)) {
        emptied_.erase(path);
        return parse_file(text, path);
    }
    if (had_facts && emptied_.insert(path).second)
        return fail(Errc::malformed,
                    path +
                        ": is empty; the facts that it gave are kept for now, in case it is "
                        "being written");
    return Map();
}

Reading FileSource::read() {
    // before the files: what is written meanwhile is a change
    stamps_ = current_stamps();
    Reading reading;
    std::map<std::string, Map> good;
    for (const auto& path : paths_) {
        for (const auto& file : files_of(path)) {
            const auto before = good_.find(file);
            const auto* known = before == good_.end() ? nullptr : &before->second;
            auto facts = read_file(file, known != nullptr && !known->empty());
            if (!facts)
                reading.problems.push_back(facts.error().message);
            if (facts)
                good[file] = std::move(*facts);
            else if (facts.error().code != Errc::not_found && known != nullptr)
                good[file] = *known;
            for (const auto& [name, value] : good[file].entries())
                reading.facts.set(name, value);
        }
    }
    good_ = std::move(good);
    return reading;
}

bool FileSource::changed() const {
    return current_stamps() != stamps_;
}

}  // namespace mco::facts
