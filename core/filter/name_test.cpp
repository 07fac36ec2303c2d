#include "core/filter/name_test.hpp"

#include <algorithm>
#include <utility>

namespace mco::filter {

NameTest::NameTest(std::string literal, std::optional<Pattern> pattern)
    : literal_(std::move(literal)), pattern_(std::move(pattern)) {}

Expected<NameTest> NameTest::from(const std::string& entry) {
    if (!entry.starts_with('/') && entry.find("\n/") == std::string::npos)
        return NameTest(entry, std::nullopt);
    std::string source = entry;
    source.erase(std::remove(source.begin(), source.end(), '/'), source.end());
    MCO_TRY(pattern, Pattern::compile(source));
    return NameTest(entry, std::move(pattern));
}

Expected<bool> NameTest::fits(std::string_view name) const {
    if (pattern_)
        return pattern_->search(name);
    return name == literal_;
}

Expected<bool> NameTest::fits_any(const std::vector<std::string>& names) const {
    for (const auto& name : names) {
        MCO_TRY(hit, fits(name));
        if (hit)
            return true;
    }
    return false;
}

}  // namespace mco::filter
