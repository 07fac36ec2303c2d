#include "system/policies/policies.hpp"

#include "core/policy/parse.hpp"
#include "core/policy/refusals.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/stat.h>

namespace mco::policies {
namespace {

/// A name that can become part of a path without leading elsewhere.
bool is_plain(std::string_view name) {
    constexpr std::size_t longest = 128;
    return !name.empty() && name.size() <= longest && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-' || c == '.';
           });
}

std::int64_t nanoseconds(const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

std::string at(const std::string& file, std::size_t line) {
    return file + ":" + std::to_string(line) + ": ";
}

std::string_view on_or_off(bool value) {
    return value ? "on" : "off";
}

std::string told(const std::string& file, const policy::Decision& decision) {
    switch (decision.ground) {
        case policy::Ground::rule:
        case policy::Ground::default_line:
            return at(file, decision.line) + decision.text;
        case policy::Ground::no_rule:
            return file + ": no rule fits, and allow_unconfigured is " +
                   std::string(on_or_off(decision.allowed));
        case policy::Ground::cannot_decide:
            return at(file, decision.line) + "cannot be evaluated: " + decision.text;
    }
    return {};
}

Ruling refusal(std::string file, const Error& why) {
    return {false, Ruling::Because::refused, std::move(file), {}, why.message};
}

/// Only filter.policy has subjects instead of actions.
std::optional<Error> wrong_subject(const Address& address, const policy::Policy& policy) {
    const auto misplaced =
        address.agent == "filter" ? policy::misplaced_action(policy) : std::nullopt;
    if (!misplaced)
        return std::nullopt;
    return Error{Errc::malformed, at(policy.file, misplaced->line) + misplaced->what};
}

}  // namespace

PolicyFiles::PolicyFiles(Settings settings, system::Log& log)
    : settings_(std::move(settings)), log_(log) {}

/// A link that leads nowhere is no absent file: somebody meant there to be one.
Expected<std::optional<PolicyFiles::Stamp>> PolicyFiles::look_at(const std::string& path) {
    struct stat status {};

    if (::stat(path.c_str(), &status) == 0)
        return Stamp{nanoseconds(status.st_mtim),
                     nanoseconds(status.st_ctim),
                     status.st_size,
                     status.st_ino};
    const int error = errno;
    if ((error == ENOENT || error == ENOTDIR) && ::lstat(path.c_str(), &status) != 0)
        return std::optional<Stamp>();
    return fail(Errc::io, "cannot read " + path + ": " + std::strerror(error));
}

template <class Content>
Expected<Content> PolicyFiles::refused(const std::string& path, const Error& why) const {
    log_.error("{}: what {} decides is denied until this is corrected", why.message, path);
    return tl::unexpected(why);
}

/// Null when there is no such file.
template <class Content, class Parse>
std::shared_ptr<const PolicyFiles::Entry<Content>> PolicyFiles::load(Cache<Content>& cache,
                                                                     const std::string& path,
                                                                     Parse parse) const {
    const auto stamp = look_at(path);
    const std::lock_guard lock(mutex_);
    const auto known = cache.find(path);
    if (stamp && !*stamp) {
        if (known != cache.end())
            cache.erase(known);
        return nullptr;
    }
    const auto seen = stamp ? **stamp : Stamp{};
    if (known != cache.end() && known->second->stamp == seen)
        return known->second;
    auto content = [&]() -> Expected<Content> {
        if (!stamp)
            return tl::unexpected(stamp.error());
        MCO_TRY(text, read_guarded(path));
        return parse(text, path);
    }();
    if (!content)
        content = refused<Content>(path, content.error());
    else if (known != cache.end())
        log_.info("{} has changed and is in use", path);
    auto entry = std::make_shared<const Entry<Content>>(Entry<Content>{seen, std::move(content)});
    cache.insert_or_assign(path, entry);
    return entry;
}

std::vector<std::string> PolicyFiles::candidates(const Address& address) const {
    const auto& directory = settings_.directory;
    const auto name = "/" + std::string(address.agent) + ".policy";
    std::vector<std::string> paths = {directory + "/" + std::string(address.collective) + name,
                                      directory + name};
    if (settings_.enable_default && is_plain(settings_.default_name))
        paths.push_back(directory + "/" + settings_.default_name + ".policy");
    return paths;
}

std::shared_ptr<const PolicyFiles::Entry<policy::Policy>> PolicyFiles::find(
    const Address& address) const {
    for (const auto& path : candidates(address)) {
        if (auto entry = load(policies_, path, policy::parse_policy))
            return entry;
    }
    return nullptr;
}

std::shared_ptr<const PolicyFiles::Entry<policy::Groups>> PolicyFiles::groups() const {
    if (auto entry = load(groups_, settings_.directory + "/groups", policy::parse_groups))
        return entry;
    return std::make_shared<const Entry<policy::Groups>>();
}

Ruling PolicyFiles::unconfigured(std::string_view agent) const {
    const bool allowed = settings_.allow_unconfigured;
    return {allowed,
            Ruling::Because::unconfigured,
            {},
            {},
            "there is no policy for " + std::string(agent) + ", and allow_unconfigured is " +
                std::string(on_or_off(allowed))};
}

Ruling PolicyFiles::decide(const Address& address,
                           const policy::Question& question,
                           const policy::Subject& subject,
                           policy::Explanation* explanation) const {
    if (!is_plain(address.agent) || !is_plain(address.collective))
        return refusal({},
                       {Errc::invalid, "the name of the agent or the collective is no plain name"});
    if (settings_.enable_default && !is_plain(settings_.default_name))
        return refusal({}, {Errc::invalid, "plugin.actionpolicy.default_name is no plain name"});
    const auto entry = find(address);
    if (!entry)
        return unconfigured(address.agent);
    if (!entry->content)
        return refusal({}, entry->content.error());
    const auto& policy = *entry->content;
    if (const auto wrong = wrong_subject(address, policy))
        return refusal(policy.file, *wrong);
    const auto named = groups();
    if (!named->content)
        return refusal(policy.file, named->content.error());
    auto decision = policy::decide(policy, *named->content, question, subject, explanation);
    if (decision.ground == policy::Ground::no_rule)
        decision.allowed = settings_.allow_unconfigured;
    auto rule = told(policy.file, decision);
    const bool allowed = decision.allowed;
    return {allowed, Ruling::Because::decided, policy.file, std::move(decision), std::move(rule)};
}

}  // namespace mco::policies
