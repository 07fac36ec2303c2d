// Filling templates.
#include "cli/reports/template.hpp"
#include "core/serializer/json.hpp"
#include "core/text/ruby.hpp"
#include "core/text/utf8.hpp"

#include <algorithm>
#include <deque>
#include <utility>

namespace mco::reports {
namespace {

std::string as_text(const Value& value) {
    if (value.array() != nullptr)
        return text::joined(*value.array());
    return value.map() != nullptr ? serializer::encode_json(value) : text::to_s(value);
}

/// Nothing to go through: what makes a section disappear. Nodes tell all facts as texts, so `false`
/// is meant by the text, too.
bool is_nothing(const Value& value) {
    if (value.is_nil() || value == Value(false) || value == Value(0))
        return true;
    return (value.array() != nullptr && value.array()->empty()) ||
           (value.map() != nullptr && value.map()->empty()) ||
           (value.text() != nullptr && (value.text()->empty() || *value.text() == "false"));
}

std::string html(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        switch (c) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            case '\'':
                escaped += "&#39;";
                break;
            default:
                escaped += c;
        }
    }
    return escaped;
}

std::string markdown(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (std::string_view("\\`*_[]<>|#~").find(c) != std::string_view::npos)
            escaped += '\\';
        escaped += c == '\n' || c == '\r' ? ' ' : c;
    }
    return escaped;
}

std::string csv(std::string_view text) {
    std::string escaped;
    for (const char c : text)
        escaped += c == '"' ? "\"\"" : std::string(1, c);
    return escaped;
}

/// Without the quotation marks around it.
std::string json(const std::string& text) {
    const auto quoted = serializer::encode_json(text);
    return quoted.substr(1, quoted.size() - 2);
}

std::string escaped(const std::string& text, Escape escape) {
    switch (escape) {
        case Escape::html:
            return html(text);
        case Escape::csv:
            return csv(text);
        case Escape::markdown:
            return markdown(text);
        case Escape::json:
            return json(text);
        case Escape::none:
            break;
    }
    return text;
}

class Filler {
  public:
    Filler(const Templates& templates, const Value& data, Escape escape)
        : templates_(templates), escape_(escape) {
        levels_.push_back({&data, nullptr});
    }

    void fill(const Template& parts) {
        for (const auto& part : parts)
            fill(part);
    }

    std::string take() { return std::move(filled_); }

  private:
    /// What names are looked up in: a value and, within a list, its place there.
    struct Level {
        const Value* value;
        const Map* place;
    };

    void fill(const Part& part) {
        switch (part.kind) {
            case Part::Kind::text:
                filled_ += part.text;
                break;
            case Part::Kind::variable:
                if (const auto* value = find(part.text))
                    filled_ += escaped(as_text(*value), escape_);
                break;
            case Part::Kind::raw:
                if (const auto* value = find(part.text))
                    filled_ += as_text(*value);
                break;
            case Part::Kind::section:
                section(part);
                break;
            case Part::Kind::inverted:
                if (const auto* value = find(part.text); value == nullptr || is_nothing(*value))
                    fill(part.parts);
                break;
            case Part::Kind::partial:
                if (const auto found = templates_.partials.find(part.text);
                    found != templates_.partials.end())
                    fill(found->second);
                break;
        }
    }

    void section(const Part& part) {
        const auto* value = find(part.text);
        if (value == nullptr || is_nothing(*value))
            return;
        const auto* list = value->array();
        if (list == nullptr)
            return fill_within({value, nullptr}, part.parts);
        for (std::size_t index = 0; index < list->size(); ++index) {
            const Map place = {{"-first", index == 0},
                               {"-last", index + 1 == list->size()},
                               {"-index", static_cast<std::int64_t>(index + 1)}};
            fill_within({&(*list)[index], &place}, part.parts);
        }
    }

    void fill_within(Level level, const Template& parts) {
        levels_.push_back(level);
        fill(parts);
        levels_.pop_back();
    }

    /// From the innermost level outwards; null if there is none of that name.
    const Value* find(std::string_view name) const {
        if (name == ".")
            return levels_.back().value;
        const auto first = name.substr(0, name.find('.'));
        for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
            if (const auto* value = level->place != nullptr ? level->place->find(name) : nullptr)
                return value;
            if (const auto* value = level->value->find(name))
                return value;
            if (const auto* value = level->value->find(first))
                return first.size() == name.size() ? value
                                                   : within(*value, name.substr(first.size() + 1));
        }
        return nullptr;
    }

    /// `path` below `value`. Facts may have dots in their names: the whole path goes first.
    static const Value* within(const Value& value, std::string_view path) {
        if (const auto* whole = value.find(path))
            return whole;
        for (auto dot = path.find('.'); dot != std::string_view::npos;
             dot = path.find('.', dot + 1)) {
            if (const auto* inner = value.find(path.substr(0, dot)))
                if (const auto* found = within(*inner, path.substr(dot + 1)))
                    return found;
        }
        return nullptr;
    }

    const Templates& templates_;
    const Escape escape_;
    std::vector<Level> levels_;  // innermost last
    std::string filled_;
};

}  // namespace

std::string fill(const Templates& templates, const Value& data, Escape escape) {
    Filler filler(templates, data, escape);
    filler.fill(templates.main);
    return filler.take();
}

}  // namespace mco::reports
