#include "agents/puppetral/reading.hpp"

#include "core/ral/resource.hpp"
#include "core/serializer/json.hpp"
#include "core/text/base64.hpp"
#include "puppet/resource_parameters.hpp"
#include "puppet/resource_rules.hpp"
#include "system/files.hpp"

#include <cstddef>
#include <string_view>
#include <utility>

namespace mco::puppetral {
namespace {

constexpr std::size_t most_resources = 7'000;  // or clients would find too many values in the reply
constexpr std::size_t most_bytes = 7u << 20;
constexpr std::size_t longest_content = 256u << 10;
constexpr std::string_view content_is_hidden =
    "The content of files is not shown here (plugin.puppetral.show_content)";

Array array_of(const std::vector<std::string>& texts) {
    return Array(texts.begin(), texts.end());
}

/// By Puppet's own list, which is not there before its first run.
Value managed(const Means& means, const ral::Resource& resource, Monotonic deadline) {
    const auto paths = means.paths(deadline);
    if (!paths || !system::stamp((*paths)->resources))
        return "unknown";
    const auto found = puppet::is_managed((*paths)->resources,
                                          puppet::ResourceName{resource.type, resource.title});
    return found ? Value(*found) : Value("unknown");
}

/// Of a plain file only: what a link points to is another resource.
Expected<std::string> content_of(const Means& means, const ral::Resource& resource) {
    if (!means.settings.show_content)
        return fail(Errc::denied, std::string(content_is_hidden));
    const Value* const ensure = resource.parameters.find("ensure");
    if (resource.type != "file" || !ensure || !ensure->text() || *ensure->text() != "file")
        return fail(Errc::invalid, resource.reference() + " is not a file with content");
    MCO_TRY(content, system::read_file(resource.title, longest_content));
    return text::base64_encode(content);
}

}  // namespace

rpc::Output find(const Means& means, const Map& inputs) {
    const Monotonic deadline = means.deadline();
    const std::string type = text_input(inputs, "type");
    if (!means.settings.show_content && puppet::tells_content(puppet::lower_case(type), {}))
        return rpc::failure(std::string(content_is_hidden));
    auto found = means.ral.find(type, text_input(inputs, "title"), deadline);
    if (!found)
        return rpc::failure(found.error().message);
    const ral::Resource resource = means.shown(*std::move(found));
    rpc::Output output;
    output.data = *ral::to_value(resource).map();
    output.data.set("managed", managed(means, resource, deadline));
    if (flag_input(inputs, "content", false)) {
        auto content = content_of(means, resource);
        if (!content)
            return rpc::failure(content.error().message);
        output.data.set("content", *std::move(content));
    }
    return output;
}

rpc::Output search(const Means& means, const Map& inputs) {
    auto listed = means.ral.search(
        text_input(inputs, "type"), text_input(inputs, "provider"), means.deadline());
    if (!listed)
        return rpc::failure(listed.error().message);
    Array result;
    std::size_t bytes = 0;
    for (ral::Resource& resource : listed->resources) {
        result.push_back(ral::to_value(means.shown(std::move(resource))));
        bytes += serializer::encode_json(result.back()).size();
        if (bytes > most_bytes || result.size() > most_resources)
            return rpc::failure(std::to_string(listed->resources.size()) +
                                " resources are too many for one answer: use list");
    }
    rpc::Output output;
    output.data.set("result", std::move(result));
    output.data.set("warnings", array_of(listed->warnings));
    return output;
}

rpc::Output types(const Means& means) {
    const auto known = means.ral.types(means.deadline());
    if (!known)
        return rpc::failure(known.error().message);
    rpc::Output output;
    output.data.set("types", array_of(known->names));
    output.data.set("native", array_of(known->native));
    output.data.set("puppet_version", known->puppet_version);
    return output;
}

}  // namespace mco::puppetral
