#include "facts/classes.hpp"

#include <algorithm>
#include <string_view>

namespace mco::facts {

Expected<std::vector<std::string>> read_classes(const std::string& path) {
    MCO_TRY(text, system::read_file(path));
    std::vector<std::string> classes;
    std::string_view rest = text;
    while (!rest.empty()) {
        auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        if (!line.empty() && line.back() == '\r')
            line.remove_suffix(1);
        if (!line.empty())
            classes.emplace_back(line);
    }
    return classes;
}

Expected<std::optional<std::vector<std::string>>> ClassesFile::read_if_changed() {
    const auto now = system::stamp(path_);
    if (asked_ && now == stamp_)
        return std::nullopt;
    asked_ = true;
    stamp_ = now;
    MCO_TRY(classes, read_classes(path_));
    return std::optional(std::move(classes));
}

}  // namespace mco::facts
