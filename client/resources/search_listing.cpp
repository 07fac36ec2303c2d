#include "client/resources/search_listing.hpp"

#include "client/resources/replies.hpp"
#include "core/serializer/json.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

namespace mco::client {

namespace {

/// Providers of Puppet that manage what no package manager of a system knows.
constexpr std::array<std::string_view, 8> language_providers =
    {"gem", "npm", "pip", "pip2", "pip3", "pipx", "puppet_gem", "puppetserver_gem"};

std::size_t length_of_json(const std::string& title) {
    return serializer::encode_json(title).size();
}

}  // namespace

bool is_system_package(const ral::Resource& package) {
    const auto* provider = package.parameters.find("provider");
    return provider == nullptr || provider->text() == nullptr ||
           std::find(language_providers.begin(), language_providers.end(), *provider->text()) ==
               language_providers.end();
}

void take_resources(TypeComparison& into,
                    NodeNumber node,
                    const std::vector<ral::Resource>& resources,
                    const ral::Canonical& how) {
    std::map<std::string_view, const ral::Resource*> sorted;
    for (const auto& resource : resources)
        sorted.emplace(resource.title, &resource);
    const auto listing = into.variants.new_listing();
    for (const auto& [title, resource] : sorted) {
        const auto line = ral::canonical_line(*resource, how);
        // What is not the title is an opening bracket, a comma, and a closing one.
        const auto before = std::min(line.size(), length_of_json(resource->title) + 2);
        const auto parameters = std::string_view(line).substr(before, line.size() - before - 1);
        into.variants.add(listing, {resource->title, line, parameters});
    }
    into.variants.give(listing, {node});
    into.answered.push_back(node);
}

SearchListing::SearchListing(std::vector<TypeComparison>& types,
                             const ListingRules& rules,
                             NodeNumber node)
    : rules_(rules), node_(node) {
    const auto wanted = [&](std::string_view type) {
        return std::any_of(
            types.begin(), types.end(), [&](const auto& one) { return one.type == type; });
    };
    if (wanted("user") && !wanted("group") && !rules_.ids)
        steps_.push_back({"group", nullptr});
    for (auto& type : types)
        steps_.push_back({type.type, &type});
    std::stable_partition(
        steps_.begin(), steps_.end(), [](const Step& step) { return step.type == "group"; });
}

Inquiry::Ask SearchListing::ask() {
    return {node_, "search", {{"type", steps_[at_].type}}};
}

Inquiry::Next SearchListing::on_result(const Result& result, More& /*more*/) {
    auto why = failure_of(result);
    auto resources =
        why.empty() ? read_search(result.data)
                    : Expected<std::vector<ral::Resource>>(fail(Errc::unavailable, std::move(why)));
    if (resources)
        take(*std::move(resources));
    else
        fail_step(resources.error().message);
    return next_step();
}

Inquiry::Next SearchListing::on_silence(const std::string& why) {
    fail_step(why);
    return next_step();
}

void SearchListing::abandon(const std::string& why) {
    do {
        fail_step(why);
    } while (next_step() == Next::ask);
}

Inquiry::Next SearchListing::next_step() {
    return ++at_ < steps_.size() ? Next::ask : Next::done;
}

void SearchListing::fail_step(const std::string& why) {
    const auto& step = steps_[at_];
    if (step.type == "group")
        why_no_groups_ = why;
    if (step.into != nullptr)
        step.into->failed.push_back({node_, why});
}

void SearchListing::take(std::vector<ral::Resource> resources) {
    const auto& step = steps_[at_];
    if (step.type == "group")
        learn_groups(resources);
    if (step.into == nullptr)
        return;
    if (step.type == "user" && !why_no_groups_.empty() && !rules_.ids)
        return fail_step("its groups could not be listed: " + why_no_groups_);
    if (step.type == "package" && !rules_.packages.empty())
        std::erase_if(resources, [](const ral::Resource& one) { return !is_system_package(one); });
    take_resources(*step.into, node_, resources, {&groups_, rules_.ids});
}

void SearchListing::learn_groups(const std::vector<ral::Resource>& groups) {
    for (const auto& group : groups)
        if (const auto gid = numeric(group.parameters.find("gid")))
            groups_.emplace(*gid, group.title);
}

}  // namespace mco::client
