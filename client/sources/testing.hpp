// For the tests of this folder: a search with everything it needs, and files to search in.
#pragma once

#include "client/sources/source.hpp"

#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace mco::client::testing {

/// A log that is read by nobody.
class NoSink final : public system::LogSink {
  public:
    void write(system::Level, std::string_view) override {}
};

/// What a search finds, as one text: names separated by spaces, or the message of the error.
inline std::string shown(const Expected<std::vector<std::string>>& found) {
    if (!found)
        return "error: " + found.error().message;
    std::string text;
    for (const auto& name : *found)
        text += (text.empty() ? "" : " ") + name;
    return text;
}

/// One search by the method `name`.
struct Search {
    std::string name;
    std::vector<std::string> options = {};
    filter::Filter filter = {};
    std::string input = {};
    config::Config config = {};
    bool piped = false;

    Expected<std::vector<std::string>> run() const {
        const auto* source = find_source(name);
        if (source == nullptr)
            return fail(Errc::not_found, "no such method");
        std::istringstream stream(input);
        system::Log log(std::make_unique<NoSink>(), system::Level::fatal);
        SourceContext context{config, std::nullopt, [&]() -> std::istream& { return stream; }, log};
        const std::string collective = "mcollective";
        return source->find({filter, collective, options, piped}, context);
    }

    std::string text() const { return shown(run()); }
};

inline filter::Filter with_identities(std::vector<std::string> identities) {
    filter::Filter filter;
    filter.identities = std::move(identities);
    return filter;
}

}  // namespace mco::client::testing
