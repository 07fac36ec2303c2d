#include "core/rpc/body.hpp"

#include "core/serializer/entries.hpp"

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace mco::rpc {
namespace {

constexpr std::string_view reply_wanted = "process_results";

Symbol symbol(std::string_view name) {
    return Symbol{std::string(name)};
}

Map with_symbol_keys(const Map& map) {
    std::vector<Entry> entries;
    for (const auto& [key, value] : map.entries()) {
        const auto* name = key.text();
        entries.push_back({name != nullptr ? Value(Symbol{*name}) : key, value});
    }
    return serializer::unique(std::move(entries));
}

/// String keys; where symbol and string say the same name, the symbol's value stays.
Expected<Map> with_string_keys(const Map& map) {
    std::vector<Entry> entries;
    for (const bool symbols : {false, true}) {
        for (const auto& [key, value] : map.entries()) {
            const auto* name = key.text();
            if (name == nullptr)
                return fail(Errc::malformed, "a name in the data is not text");
            if ((key.symbol() != nullptr) == symbols)
                entries.push_back({*name, value});
        }
    }
    return serializer::unique(std::move(entries));
}

/// What Ruby takes for true.
bool truthy(const Value& value) {
    return !value.is_nil() && (value.boolean() == nullptr || *value.boolean());
}

std::string text_or_empty(const Value& body, std::string_view name) {
    const auto* value = body.find(name);
    const auto* text = value == nullptr ? nullptr : value->text();
    return text == nullptr ? std::string() : *text;
}

Expected<Map> data_of(const Value& body) {
    const auto* data = body.find("data");
    if (data == nullptr || data->map() == nullptr)
        return fail(Errc::malformed, "the body's data are not a map");
    return with_string_keys(*data->map());
}

/// Takes `process_results` out of the inputs.
bool take_reply_wanted(Map& inputs) {
    const auto* wanted = inputs.find(reply_wanted);
    if (wanted == nullptr)
        return true;
    const bool answer = truthy(*wanted);
    std::erase_if(inputs.entries(),
                  [](const Entry& entry) { return *entry.key.text() == reply_wanted; });
    return answer;
}

}  // namespace

Value request_body(std::string_view agent,
                   std::string_view action,
                   std::string_view caller,
                   const Map& inputs,
                   std::optional<bool> process_results) {
    auto data = with_symbol_keys(inputs);
    if (process_results)
        data.set(symbol(reply_wanted), *process_results);
    return Map{{symbol("agent"), agent},
               {symbol("action"), action},
               {symbol("caller"), caller},
               {symbol("data"), std::move(data)}};
}

Expected<CallBody> read_call(const Value& body) {
    if (body.map() == nullptr)
        return fail(Errc::malformed, "the body is not a map");
    CallBody call{text_or_empty(body, "agent"),
                  text_or_empty(body, "action"),
                  text_or_empty(body, "caller"),
                  {}};
    if (call.action.empty())
        return fail(Errc::malformed, "the body names no action");
    MCO_TRY(inputs, data_of(body));
    call.wants_reply = take_reply_wanted(inputs);
    call.inputs = std::move(inputs);
    return call;
}

Value reply_body(const Output& output) {
    return Map{{symbol("statuscode"), static_cast<int>(output.status)},
               {symbol("statusmsg"), output.message},
               {symbol("data"), with_symbol_keys(output.data)}};
}

Expected<Output> read_reply(const Value& body) {
    const auto* code = body.find("statuscode");
    const auto* number = code == nullptr ? nullptr : code->integer();
    if (number == nullptr || *number < 0 || *number > std::numeric_limits<int>::max())
        return fail(Errc::malformed, "the reply has no usable status code");
    MCO_TRY(data, data_of(body));
    return Output{static_cast<Status>(*number), text_or_empty(body, "statusmsg"), std::move(data)};
}

}  // namespace mco::rpc
