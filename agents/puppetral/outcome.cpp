#include "agents/puppetral/outcome.hpp"

#include "core/ral/secrets.hpp"
#include "core/text/ruby.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace mco::puppetral {
namespace {

constexpr std::string_view unseen = "[hidden]";
constexpr std::string_view error_level = "err: ";
constexpr std::size_t most_error_lines = 10;

std::string text_at(const Value& event, std::string_view name) {
    const Value* const value = event.find(name);
    return value && value->text() ? *value->text() : std::string();
}

Value value_at(const Value& event, std::string_view name) {
    const Value* const value = event.find(name);
    return value ? *value : Value();
}

/// What Puppet itself did not tell stays as it says so.
Value hide(const ral::Resource& wished, const std::string& property, const Value& value) {
    const std::string* const text = value.text();
    const bool told = !value.is_nil() && !ral::is_hidden(value) &&
                      !(text && text->starts_with('[') && text->ends_with("redacted]"));
    return told ? Value(ral::hidden(wished, property, value)) : value;
}

/// Puppet tells the list it is heading for as one text.
Value aim(const ral::Resource& wished, const std::string& property, const Value& event) {
    const Value* const asked = wished.parameters.find(property);
    return asked && asked->array() ? *asked : value_at(event, "desired");
}

Value difference(const ral::Resource& wished, const Value& event, Secrets secrets) {
    const std::string property = text_at(event, "property");
    Map told = {{"property", property},
                {"is", value_at(event, "previous")},
                {"should", aim(wished, property, event)},
                {"message", without_values(text_at(event, "message"), {wished})}};
    if (secrets == Secrets::hidden && ral::is_secret(wished.type, property)) {
        for (const char* side : {"is", "should"})
            told.set(side, hide(wished, property, *told.find(side)));
        told.set("message", unseen);
    }
    return told;
}

void add_line(std::string& text, const std::string& line) {
    if (!line.empty())
        text += (text.empty() ? "" : "; ") + line;
}

/// Of the log where the resource itself says nothing.
std::string errors_among(const std::vector<std::string>& log) {
    std::string text;
    std::size_t lines = 0;
    for (const std::string& line : log)
        if (line.starts_with(error_level) && lines++ < most_error_lines)
            add_line(text, line.substr(error_level.size()));
    return text;
}

std::string failure_of(const puppet::AppliedResource& status, const std::vector<std::string>& log) {
    std::string text;
    for (const Value& event : status.events)
        if (text_at(event, "status") == "failure")
            add_line(text, text_at(event, "message"));
    if (text.empty())
        text = errors_among(log);
    return text.empty() ? "Puppet does not say why" : text;
}

std::string_view word_for(const puppet::AppliedResource& status, bool noop) {
    if (status.failed)
        return "failed";
    if (status.skipped)
        return "skipped";
    if (noop)
        return status.out_of_sync ? "would change" : "unchanged";
    return status.changed ? "changed" : "unchanged";
}

Outcome outcome_of(const ral::Resource& wished,
                   const puppet::AppliedResource& status,
                   const std::vector<std::string>& log,
                   bool noop,
                   Secrets secrets) {
    Outcome outcome{wished.reference(), word_for(status, noop), {}, {}};
    for (const Value& event : status.events)
        if (!text_at(event, "property").empty())
            outcome.differences.push_back(difference(wished, event, secrets));
    if (status.failed)
        outcome.message = failure_of(status, log);
    else if (status.skipped)
        outcome.message = "skipped, as what it depends on failed";
    return outcome;
}

}  // namespace

std::vector<Outcome> outcomes(const std::vector<ral::Resource>& wished,
                              const puppet::ApplyResult& applied,
                              bool noop,
                              Secrets secrets) {
    puppet::AppliedResource untold;
    untold.failed = true;
    std::vector<Outcome> told;
    for (std::size_t i = 0; i < wished.size(); ++i) {
        const auto& status = i < applied.statuses.size() ? applied.statuses[i] : untold;
        told.push_back(outcome_of(wished[i], status, applied.log, noop, secrets));
        told.back().message = without_values(std::move(told.back().message), wished);
    }
    return told;
}

std::string without_values(std::string text, const std::vector<ral::Resource>& wished) {
    for (const ral::Resource& resource : wished)
        for (const auto& [key, value] : resource.parameters.entries()) {
            const std::string* const property = key.text();
            const std::string secret = text::to_s(value);
            if (!property || !ral::is_secret(resource.type, *property) || secret.empty())
                continue;
            for (auto at = text.find(secret); at != std::string::npos;
                 at = text.find(secret, at + unseen.size()))
                text.replace(at, secret.size(), unseen);
        }
    return text;
}

}  // namespace mco::puppetral
