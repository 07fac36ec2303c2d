#include "core/serializer/json.hpp"
#include "facts/sources.hpp"
#include "facts/text.hpp"

#include <utility>

namespace mco::facts {

namespace {

/// `{a: {b: [1, 2]}}` becomes `{a.b: "1, 2"}`.
void add_flat(Map& flat, const std::string& name, const Value& value) {
    if (const auto* map = value.map()) {
        for (const auto& [key, member] : map->entries())
            add_flat(flat, name.empty() ? *key.text() : name + '.' + *key.text(), member);
        return;
    }
    const auto* list = value.array();
    if (list == nullptr) {
        flat.set(name, value);
        return;
    }
    std::string joined;
    for (std::size_t i = 0; i < list->size(); ++i) {
        const auto& member = (*list)[i];
        joined += i == 0 ? "" : ", ";
        joined += member.text() != nullptr ? *member.text() : serializer::encode_json(member);
    }
    flat.set(name, joined);
}

}  // namespace

CommandSource::CommandSource(system::Command command, bool flatten, system::Runner& runner)
    : command_(std::move(command)), flatten_(flatten), runner_(runner) {}

Reading CommandSource::read() {
    const auto failed = [this](const std::string& why) {
        return Reading{{}, {"facts of " + command_.argv.front() + " cannot be used: " + why}};
    };
    const auto finished = runner_.run(command_);
    if (!finished)
        return failed(finished.error().message);
    if (finished->signal != 0)
        return failed("it was ended by signal " + std::to_string(finished->signal));
    if (finished->out.size() >= command_.output_limit)
        return failed("it printed more than " + std::to_string(command_.output_limit) + " bytes");
    // facter ends with 1 when any one fact could not be found out: the document decides
    const auto ending = finished->exit_code == 0
                            ? std::string()
                            : " (exit code " + std::to_string(finished->exit_code) + ")";
    const auto document = serializer::decode_json(finished->out);
    if (!document)
        return failed(document.error().message + ending);
    if (document->map() == nullptr)
        return failed("it did not print a JSON object" + ending);
    if (document->map()->empty())
        return failed("it printed no facts" + ending);
    auto facts = stringified(*document->map());
    if (!flatten_)
        return {std::move(facts), {}};
    Map flat;
    add_flat(flat, "", facts);
    return {std::move(flat), {}};
}

}  // namespace mco::facts
