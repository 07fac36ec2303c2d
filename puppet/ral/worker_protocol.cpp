#include "puppet/ral/worker_protocol.hpp"

#include "core/serializer/json.hpp"

#include <algorithm>
#include <utility>

namespace mco::puppet::protocol {
namespace {

/// Room for all packages of a node, and more: the worker is ours.
constexpr serializer::Limits answer_limits{.nodes = 2'000'000, .bytes = longest_line};

Array to_array(const std::vector<std::string>& texts) {
    return {texts.begin(), texts.end()};
}

std::string text_at(const Map& map, std::string_view key) {
    const auto* value = map.find(key);
    const auto* text = value ? value->text() : nullptr;
    return text ? *text : "";
}

bool flag_at(const Map& map, std::string_view key) {
    const auto* value = map.find(key);
    const auto* flag = value ? value->boolean() : nullptr;
    return flag && *flag;
}

std::int64_t number_at(const Map& map, std::string_view key) {
    const auto* value = map.find(key);
    const auto* number = value ? value->integer() : nullptr;
    return number ? *number : 0;
}

std::vector<std::string> texts_at(const Map& map, std::string_view key) {
    std::vector<std::string> texts;
    const auto* value = map.find(key);
    const auto* list = value ? value->array() : nullptr;
    for (const auto& element : list ? *list : Array()) {
        if (const auto* text = element.text())
            texts.push_back(*text);
    }
    return texts;
}

auto missing(const char* what) {
    return fail(Errc::malformed, std::string("the worker's answer has no ") + what);
}

Expected<const Array*> list_at(const Map& answer, const char* key) {
    const auto* value = answer.find(key);
    const auto* list = value ? value->array() : nullptr;
    if (!list)
        return missing(key);
    return list;
}

Expected<Map> read_object(std::string_view line) {
    MCO_TRY(value, serializer::decode_json(line, answer_limits));
    auto* map = value.map();
    if (!map)
        return fail(Errc::malformed, "the worker says something that is no object");
    return std::move(*map);
}

Expected<void> check_type(const std::string& type) {
    if (!ral::is_type_name(type))
        return fail(Errc::invalid, "'" + type + "' is not the name of a type");
    return {};
}

/// Puppet would make a path of it and execute what is there.
bool is_provider_name(std::string_view name) {
    constexpr std::string_view letters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    return !name.starts_with('-') && name.find_first_not_of(letters) == std::string_view::npos;
}

AppliedResource read_status(const Map& status) {
    AppliedResource applied;
    applied.reference = text_at(status, "ref");
    applied.failed = flag_at(status, "failed");
    applied.changed = flag_at(status, "changed");
    applied.skipped = flag_at(status, "skipped");
    applied.out_of_sync = flag_at(status, "out_of_sync");
    const auto* events = status.find("events");
    if (events && events->array())
        applied.events = *events->array();
    return applied;
}

}  // namespace

Expected<Question> find(const std::string& type, const std::string& title) {
    MCO_CHECK(check_type(type));
    return Question{{{"ask", "find"}, {"type", type}, {"title", title}},
                    ral::capitalized(type) + '[' + title + ']'};
}

Expected<Question> search(const std::string& type,
                          const std::string& provider,
                          const std::vector<std::string>& except) {
    MCO_CHECK(check_type(type));
    if (!is_provider_name(provider))
        return fail(Errc::invalid, "'" + provider + "' is not the name of a provider");
    return Question{
        {{"ask", "search"}, {"type", type}, {"provider", provider}, {"except", to_array(except)}},
        type};
}

Expected<Question> types() {
    return Question{{{"ask", "types"}}, "its types"};
}

Expected<Question> apply(const std::vector<ral::Resource>& resources,
                         bool noop,
                         std::chrono::seconds limit) {
    Array described;
    std::string subject;
    for (const auto& resource : resources) {
        MCO_CHECK(check_type(resource.type));
        described.emplace_back(Map{{"type", resource.type},
                                   {"title", resource.title},
                                   {"parameters", resource.parameters}});
        subject += (subject.empty() ? "" : ", ") + resource.reference();
    }
    constexpr std::size_t shown = 200;
    if (subject.size() > shown)
        subject = resources.front().reference() + " and " + std::to_string(resources.size() - 1) +
                  " more";
    return Question{{{"ask", "apply"},
                     {"resources", std::move(described)},
                     {"noop", noop},
                     {"limit", std::int64_t{limit.count()}}},
                    std::move(subject),
                    !noop};
}

Expected<std::string> encode(const Question& question,
                             std::int64_t id,
                             std::optional<std::chrono::seconds> limit) {
    Map words = question.words;
    if (limit && !question.writes)
        words.set("limit", std::int64_t{limit->count()});
    words.set("id", id);
    auto line = serializer::encode_json(Value(std::move(words))) + '\n';
    if (line.size() > longest_line)
        return fail(Errc::limit, "what is asked about " + question.subject + " is too long");
    return line;
}

Expected<Hello> read_hello(std::string_view line) {
    MCO_TRY(said, read_object(line));
    if (number_at(said, "ral") != 1)
        return missing("greeting");
    if (const auto error = text_at(said, "error"); !error.empty())
        return fail(Errc::unavailable, error);
    Hello hello;
    hello.greeting.puppet = text_at(said, "puppet");
    hello.greeting.ruby = text_at(said, "ruby");
    hello.greeting.resource_file = text_at(said, "resourcefile");
    hello.greeting.libdir = text_at(said, "libdir");
    hello.greeting.library = text_at(said, "library");
    hello.greeting.modules = texts_at(said, "modules");
    hello.files = texts_at(said, "files");
    hello.folders = texts_at(said, "folders");
    hello.log = texts_at(said, "log");
    return hello;
}

Expected<Said> read_said(std::string_view line) {
    MCO_TRY(map, read_object(line));
    Said said;
    said.bye = map.find("bye") != nullptr;
    if (said.bye)
        return said;
    const auto* ok = map.find("ok");
    if (!ok || !ok->boolean())
        return missing("ok");
    said.id = number_at(map, "id");
    said.ok = *ok->boolean();
    said.error = text_at(map, "error");
    constexpr std::int64_t mebibyte = 1024;
    said.rss_kib = static_cast<std::size_t>(
        std::clamp<std::int64_t>(number_at(map, "rss"), 0, std::int64_t{1} << 32) * mebibyte);
    said.answer = std::move(map);
    return said;
}

Expected<ral::Resource> read_found(const Map& answer) {
    const auto* resource = answer.find("resource");
    if (!resource)
        return missing("resource");
    return ral::read_resource(*resource);
}

Expected<Listed> read_listed(const Map& answer) {
    MCO_TRY(resources, list_at(answer, "resources"));
    Listed listed;
    listed.resources.reserve(resources->size());
    for (const auto& each : *resources) {
        MCO_TRY(resource, ral::read_resource(each));
        listed.resources.push_back(std::move(resource));
    }
    listed.warnings = texts_at(answer, "warnings");
    return listed;
}

Expected<std::vector<std::string>> read_types(const Map& answer) {
    MCO_CHECK(list_at(answer, "types"));
    return texts_at(answer, "types");
}

Expected<ApplyResult> read_applied(const Map& answer) {
    MCO_TRY(statuses, list_at(answer, "statuses"));
    ApplyResult result;
    for (const auto& status : *statuses) {
        if (!status.map())
            return missing("status of a resource");
        result.statuses.push_back(read_status(*status.map()));
    }
    result.log = texts_at(answer, "log");
    return result;
}

}  // namespace mco::puppet::protocol
