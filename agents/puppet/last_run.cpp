#include "agents/puppet/last_run.hpp"

#include "agents/puppet/report.hpp"
#include "core/text/yaml_text.hpp"
#include "system/files.hpp"

#include <yaml-cpp/yaml.h>

#include <cctype>
#include <charconv>
#include <optional>
#include <string_view>

namespace mco::puppet {
namespace {

constexpr std::size_t file_limit = 64u << 20;
constexpr std::size_t most_log_lines = 100'000;
constexpr int depth_limit = 64;

template <class T>
std::optional<T> number(std::string_view text) {
    T value{};
    if (text.substr(0, 1) == "+")
        text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || text.empty() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// A plain scalar as Ruby would type it; quoted ones (tag "!") stay text.
Value scalar(const YAML::Node& node) {
    const std::string& text = node.Scalar();
    if (auto bytes = text::yaml_binary(node.Tag(), text))
        return *std::move(bytes);
    if (node.Tag() == "!")
        return text;
    if (text == "true" || text == "false")
        return text == "true";
    if (text.empty() || text == "~" || text == "null")
        return nullptr;
    if (const auto integer = number<std::int64_t>(text))
        return *integer;
    if (const auto real = text::is_yaml_real(text) ? number<double>(text) : std::nullopt)
        return *real;
    return text;
}

Value to_value(const YAML::Node& node, int depth) {
    if (depth > depth_limit || !node.IsDefined() || node.IsNull())
        return nullptr;
    if (node.IsScalar())
        return scalar(node);
    if (node.IsSequence()) {
        Array array;
        for (const YAML::Node& element : node)
            array.push_back(to_value(element, depth + 1));
        return array;
    }
    if (text::is_yaml_string_object(node.Tag()))
        return to_value(node["str"], depth + 1);
    Map map;
    for (const auto& entry : node)
        map.entries().push_back(
            {to_value(entry.first, depth + 1), to_value(entry.second, depth + 1)});
    return map;
}

/// The last line of a file that is half written.
Expected<void> check_colons(const YAML::Node& node,
                            const std::string& text,
                            const std::string& file) {
    if (!node.IsMap() || node.Style() != YAML::EmitterStyle::Block)
        return {};
    for (const auto& entry : node) {
        const YAML::Node &key = entry.first, &value = entry.second;
        const bool whole =
            !value.IsNull() || !key.IsScalar() || key.Tag() != "?" || key.Mark().is_null() ||
            text::has_yaml_colon(text, static_cast<std::size_t>(key.Mark().pos), key.Scalar());
        if (!whole)
            return fail(Errc::malformed,
                        file + ": line " + std::to_string(key.Mark().line + 1) +
                            ": a name without a colon; is the file half written?");
        MCO_CHECK(check_colons(value, text, file));
    }
    return {};
}

/// All of yaml-cpp's exceptions end here.
Expected<Value> parse_yaml(const std::string& text, const std::string& file) {
    if (text.find('\0') != std::string::npos)
        return fail(Errc::malformed, file + ": holds a NUL byte");
    try {
        const YAML::Node document = YAML::Load(text);
        MCO_CHECK(check_colons(document, text, file));
        return to_value(document, 0);
    } catch (const YAML::Exception& error) {
        return fail(Errc::malformed, file + ": " + error.what());
    }
}

/// `over` laid over `base`, key by key.
Map merged(Map base, const Map& over) {
    for (const Entry& entry : over.entries())
        base.set(entry.key, entry.value);
    return base;
}

Map log_entry(const LogLine& line) {
    const std::int64_t time = epoch(line.time);
    return Map{{"time_utc", time},
               {"time", time},
               {"level", line.level},
               {"source", line.source},
               {"msg", line.message}};
}

/// `concat::fragment` as `Concat::Fragment`.
std::string capitalised(std::string_view type) {
    std::string result;
    bool first = true;
    for (const char c : type) {
        const auto byte = static_cast<unsigned char>(c);
        result += static_cast<char>(first ? std::toupper(byte) : std::tolower(byte));
        first = c == ':';
    }
    return result;
}

}  // namespace

Expected<Map> read_summary(const std::string& file) {
    Map summary{{"changes", Map()},
                {"time", Map()},
                {"resources", Map()},
                {"version", Map()},
                {"events", Map()}};
    const auto content = system::read_file(file, file_limit);
    if (!content && content.error().code != Errc::not_found)
        return tl::unexpected(content.error());
    if (content) {
        MCO_TRY(parsed, parse_yaml(*content, file));
        if (const Map* map = parsed.map())
            summary = merged(std::move(summary), *map);
    }
    const Map counters{{"failed", 0},
                       {"changed", 0},
                       {"corrective_change", 0},
                       {"total", 0},
                       {"restarted", 0},
                       {"out_of_sync", 0}};
    for (Entry& section : summary.entries())
        if (section.key.text() && *section.key.text() == "resources")
            section.value = merged(counters, section.value.map() ? *section.value.map() : Map());
    return summary;
}

std::int64_t last_run(const Map& summary) {
    const Value* time = summary.find("time");
    const Value* value = time ? time->find("last_run") : nullptr;
    if (!value)
        return 0;
    if (const std::int64_t* integer = value->integer())
        return *integer;
    if (const double* real = value->real(); real && *real > 0 && *real < 1e15)
        return static_cast<std::int64_t>(*real);
    const std::string* text = value->string();
    return text ? number<std::int64_t>(*text).value_or(0) : 0;
}

bool had_no_catalog(const Map& summary) {
    const Value* version = summary.find("version");
    const Value* config = version ? version->find("config") : nullptr;
    if (!config || last_run(summary) == 0)
        return false;
    return config->is_nil() || (config->string() && config->string()->empty());
}

Expected<Array> read_logs(const std::string& file) {
    if (!system::stamp(file))
        return Array();
    std::string content = read_report(file);
    if (content.empty()) {  // or it cannot be read: this tells why
        MCO_TRY(read, system::read_file(file, file_limit));
        content = std::move(read);
    }
    if (report_section(content, "logs").empty())
        return fail(Errc::malformed, file + ": is no whole report of Puppet");
    Array logs;
    for (const LogLine& line : report_lines(content, Wanted::everything, most_log_lines))
        logs.emplace_back(log_entry(line));
    return logs;
}

Expected<Map> read_type_distribution(const std::string& file) {
    const auto content = system::read_file(file, file_limit);
    if (!content)
        return content.error().code == Errc::not_found ? Expected<Map>(Map())
                                                       : tl::unexpected(content.error());
    Map counts;
    for (std::size_t begin = 0; begin < content->size();) {
        const std::size_t end = std::min(content->find('\n', begin), content->size());
        const std::string_view line = std::string_view(*content).substr(begin, end - begin);
        begin = end + 1;
        if (line.empty())
            continue;
        const std::string type = capitalised(line.substr(0, line.find('[')));
        const Value* known = counts.find(type);
        counts.set(type, known ? *known->integer() + 1 : 1);
    }
    return counts;
}

}  // namespace mco::puppet
