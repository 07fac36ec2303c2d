#include "agents/puppetral/comparing.hpp"

#include "core/ral/canonical.hpp"
#include "core/ral/listing.hpp"
#include "puppet/resource_rules.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace mco::puppetral {
namespace {

constexpr std::string_view usual_types = "user,group,host,package,service";
constexpr std::size_t largest_page = 1u << 20;

/// In lower case, in their order, each only once.
std::vector<std::string> types_among(std::string_view list) {
    std::vector<std::string> types;
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(','), list.size());
        const std::string_view item = list.substr(0, end);
        const std::size_t first = item.find_first_not_of(" \t\r\n");
        if (first != std::string_view::npos) {
            std::string type = puppet::lower_case(
                item.substr(first, item.find_last_not_of(" \t\r\n") - first + 1));
            if (std::find(types.begin(), types.end(), type) == types.end())
                types.push_back(std::move(type));
        }
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return types;
}

struct Lines {
    std::vector<std::string> lines;
    Array warnings;
};

Expected<Lines> lines_of(const Means& means,
                         const std::string& type,
                         const std::string& provider,
                         bool ids,
                         Monotonic deadline) {
    MCO_TRY(listed, means.ral.search(type, provider, deadline));
    ral::GroupNames groups;
    if (type == "user") {
        MCO_TRY(names, means.ral.group_names());
        groups = std::move(names);
    }
    return Lines{ral::canonical_lines(listed.resources, {&groups, ids}),
                 Array(listed.warnings.begin(), listed.warnings.end())};
}

double seconds_between(Monotonic begin, Monotonic end) {
    return std::chrono::duration<double>(end - begin).count();
}

}  // namespace

rpc::Output digest(const Means& means, const Map& inputs) {
    const Monotonic deadline = means.deadline();
    const std::string wanted = text_input(inputs, "types");
    const bool ids = flag_input(inputs, "ids", false);
    const std::string salt = text_input(inputs, "salt");
    Map digests;
    std::string error;
    bool any = false;
    for (const std::string& type : types_among(wanted.empty() ? usual_types : wanted)) {
        const Monotonic begin = means.context.clock.monotonic();
        const std::string provider = type == "package" ? text_input(inputs, "provider") : "";
        auto read = lines_of(means, type, provider, ids, deadline);
        if (!read) {
            digests.set(type, Map{{"error", read.error().message}});
            error = error.empty() ? read.error().message : error;
            continue;
        }
        any = true;
        digests.set(type,
                    Map{{"count", static_cast<std::int64_t>(read->lines.size())},
                        {"digest", ral::digest(read->lines, salt)},
                        {"warnings", std::move(read->warnings)},
                        {"seconds", seconds_between(begin, means.context.clock.monotonic())}});
    }
    rpc::Output output = any ? rpc::Output() : rpc::failure(error);
    output.data.set("digests", std::move(digests));
    return output;
}

rpc::Output list(const Means& means, const Map& inputs) {
    const Value* const given = inputs.find("offset");
    const std::int64_t offset = given && given->integer() ? *given->integer() : 0;
    if (offset < 0)
        return rpc::failure("The offset cannot be negative", rpc::Status::invalid_data);
    auto read = lines_of(means,
                         puppet::lower_case(text_input(inputs, "type")),
                         text_input(inputs, "provider"),
                         flag_input(inputs, "ids", false),
                         means.deadline());
    if (!read)
        return rpc::failure(read.error().message);
    ral::Page page;
    if (!read->lines.empty() || offset > 0) {
        auto packed = ral::pack(read->lines, static_cast<std::size_t>(offset), largest_page);
        if (!packed)
            return rpc::failure(packed.error().message, rpc::Status::invalid_data);
        page = *std::move(packed);
    }
    rpc::Output output;
    output.data.set("entries", std::move(page.entries));
    output.data.set("count", static_cast<std::int64_t>(read->lines.size()));
    output.data.set("digest", ral::digest(read->lines, text_input(inputs, "salt")));
    output.data.set("next", static_cast<std::int64_t>(page.next));
    output.data.set("warnings", std::move(read->warnings));
    return output;
}

}  // namespace mco::puppetral
