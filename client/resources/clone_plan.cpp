#include "client/resources/clone_plan.hpp"

#include "client/resources/replies.hpp"
#include "core/ral/acting_types.hpp"
#include "core/ral/secrets.hpp"
#include "core/text/ruby.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace mco::client {

namespace {

/// What belongs to the node, by type; of all types the provider, unless it is a package's.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> local_parameters = {
    {{"user", "uid"},
     {"user", "gid"},
     {"group", "gid"},
     {"host", "target"},
     {"file", "ctime"},
     {"file", "mtime"}}};

/// All that these types have to say about themselves elsewhere: states. A source that is not what
/// it was must not slip in anything that does more on the others, such as `recurse` and `purge`.
constexpr std::array<std::pair<std::string_view, std::string_view>, 37> only_parameters = {
    {{"file", "ensure"},
     {"file", "mode"},
     {"file", "owner"},
     {"file", "group"},
     {"file", "target"},
     {"file", "seluser"},
     {"file", "selrole"},
     {"file", "seltype"},
     {"file", "selrange"},
     {"file", "ctime"},
     {"file", "mtime"},
     {"group", "ensure"},
     {"group", "gid"},
     {"group", "members"},
     {"host", "ensure"},
     {"host", "ip"},
     {"host", "host_aliases"},
     {"host", "comment"},
     {"host", "target"},
     {"package", "ensure"},
     {"package", "provider"},
     {"service", "ensure"},
     {"service", "enable"},
     {"user", "ensure"},
     {"user", "uid"},
     {"user", "gid"},
     {"user", "comment"},
     {"user", "home"},
     {"user", "shell"},
     {"user", "groups"},
     {"user", "expiry"},
     {"user", "loginclass"},
     {"user", "password"},
     {"user", "password_min_age"},
     {"user", "password_max_age"},
     {"user", "password_warn_days"},
     {"user", "roles"}}};

bool is_listed(auto& list, std::string_view type, std::string_view name) {
    return std::any_of(list.begin(), list.end(), [&](const auto& one) {
        return one.first == type && one.second == name;
    });
}

bool is_described_by(std::string_view type, std::string_view name) {
    const bool restricted = std::any_of(only_parameters.begin(),
                                        only_parameters.end(),
                                        [&](const auto& one) { return one.first == type; });
    return !restricted || is_listed(only_parameters, type, name);
}

/// What a reader derives from the rest of the state; nobody misses it.
bool is_derived(std::string_view type, std::string_view name) {
    return (type == "file" && (name == "type" || name == "content")) ||
           (name == "provider" && type != "package") || !is_described_by(type, name);
}

/// Makes the plan of one resource, parameter by parameter.
class Planner {
  public:
    Planner(const CloneSource& source, const CloneWish& wish) : source_(source), wish_(wish) {
        plan_.resource.type = source.resource.type;
        plan_.resource.title = source.resource.title;
    }

    Expected<ClonePlan> plan() {
        if (auto why = why_not_cloned(type()); !why.empty())
            return fail(Errc::invalid, std::move(why));
        if (!is_present(source_.resource))
            return removal();
        for (const auto& [key, value] : source_.resource.parameters.entries())
            if (key.text() != nullptr && !value.is_nil())
                MCO_CHECK(add(*key.text(), value));
        if (type() == "user") {
            MCO_CHECK(add_groups());
            add_what_is_empty();
        }
        if (type() == "file")
            MCO_CHECK(add_content());
        return std::move(plan_);
    }

  private:
    const std::string& type() const { return source_.resource.type; }

    void set(const std::string& name, Value value) {
        plan_.resource.parameters.set(name, std::move(value));
    }

    Expected<ClonePlan> removal() {
        if (!wish_.removal)
            return fail(Errc::invalid,
                        fmt::format("{} {} is absent there: with --allow-removal it would be "
                                    "removed elsewhere, too",
                                    type(),
                                    source_.resource.title));
        const auto* ensure = source_.resource.parameters.find("ensure");
        set("ensure", *ensure);
        if (const auto* provider = source_.resource.parameters.find("provider");
            provider != nullptr && type() == "package")
            set("provider", *provider);
        return std::move(plan_);
    }

    Expected<void> add(const std::string& name, const Value& value) {
        if (is_derived(type(), name))
            return {};
        if (is_listed(local_parameters, type(), name) && !(wish_.ids && name == "uid"))
            return add_local(name, value);
        if (name == "password" && type() == "user")
            return add_password(value);
        if (ral::is_hidden(value) || ral::is_scrubbed(value)) {
            plan_.not_copied.push_back({name, ral::is_hidden(value) ? "hidden" : "not UTF-8"});
            return {};
        }
        if (name == "ensure" && type() == "package" && !wish_.same_version) {
            set(name, "present");
            plan_.not_copied.push_back({"version", "--same-version"});
            return {};
        }
        set(name, value);
        return {};
    }

    Expected<void> add_local(const std::string& name, const Value& value) {
        if (type() == "group" && wish_.ids)
            set(name, value);
        else if (!wish_.ids || type() != "user")
            plan_.not_copied.push_back({name, type() == "host" || type() == "file" ? "" : "--ids"});
        return {};
    }

    Expected<void> add_password(const Value& value) {
        if (!wish_.password) {
            plan_.not_copied.push_back({"password", "--with-password"});
            return {};
        }
        if (ral::is_hidden(value))
            return fail(
                Errc::denied,
                "it does not tell passwords: plugin.puppetral.show_secrets is not set there");
        if (ral::is_scrubbed(value))
            return fail(Errc::invalid, "its password is not UTF-8");
        set("password", value);
        return {};
    }

    /// The primary group by its name, then all of them as resources of their own.
    Expected<void> add_groups() {
        std::set<std::string> names;
        if (const auto* gid = source_.resource.parameters.find("gid");
            gid != nullptr && !gid->is_nil()) {
            MCO_TRY(primary, primary_group(*gid));
            names.insert(primary);
            set("gid", primary);
        }
        const auto* others = source_.resource.parameters.find("groups");
        if (others != nullptr && others->array() != nullptr)
            for (const auto& one : *others->array())
                if (one.text() != nullptr && !ral::is_scrubbed(one))
                    names.insert(*one.text());
        for (const auto& name : names)
            plan_.groups.push_back(group(name));
        plan_.home = wish_.home;
        return {};
    }

    /// Readers leave out what is empty; without these a target would keep what the source has not.
    void add_what_is_empty() {
        const auto is_empty = [&](const char* name) {
            const auto* value = source_.resource.parameters.find(name);
            return value == nullptr || value->is_nil();
        };
        if (is_empty("comment"))
            set("comment", "");
        if (is_empty("groups"))
            set("groups", Array{});
        if (plan_.resource.parameters.find("groups") != nullptr)
            set("membership", "inclusive");
    }

    Expected<std::string> primary_group(const Value& gid) const {
        const auto number = numeric(&gid);
        if (!number)
            return text::to_s(gid);
        const auto known = source_.groups.find(*number);
        if (known == source_.groups.end())
            return fail(Errc::not_found,
                        fmt::format("its primary group {} has no name there", *number));
        return known->second;
    }

    ral::Resource group(const std::string& name) const {
        ral::Resource resource{"group", name, {{"ensure", "present"}}, {}, false};
        for (const auto& [number, known] : source_.groups)
            if (wish_.ids && known == name)
                resource.parameters.set("gid", number);
        return resource;
    }

    Expected<void> add_content() {
        const auto* ensure = source_.resource.parameters.find("ensure");
        const bool regular =
            ensure != nullptr && ensure->text() != nullptr && *ensure->text() == "file";
        if (!regular)
            return {};
        if (!source_.content)
            return fail(Errc::invalid, "it does not tell the content of the file");
        set("content", *source_.content);
        return {};
    }

    const CloneSource& source_;
    const CloneWish& wish_;
    ClonePlan plan_;
};

}  // namespace

std::string why_not_cloned(std::string_view type) {
    const auto why = ral::why_acting(type);
    return why.empty()
               ? std::string()
               : fmt::format("Resources of the type {} act even when they are only looked at: {}",
                             type,
                             why);
}

Expected<ClonePlan> plan_clone(const CloneSource& source, const CloneWish& wish) {
    return Planner(source, wish).plan();
}

Array ClonePlan::resources(bool created) const {
    auto all = groups;
    all.push_back(resource);
    if (home && created)
        all.back().parameters.set("managehome", true);
    Array values;
    for (const auto& one : all)
        values.push_back(
            Map{{"type", one.type}, {"title", one.title}, {"parameters", one.parameters}});
    return values;
}

}  // namespace mco::client
