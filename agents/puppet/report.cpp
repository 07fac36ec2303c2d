#include "agents/puppet/report.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <ctime>
#include <fstream>
#include <map>
#include <optional>

namespace mco::puppet {
namespace {

std::string_view line_at(std::string_view text, std::size_t at) {
    return text.substr(at, text.find('\n', at) - at);
}

std::size_t next_line(std::string_view text, std::size_t at) {
    const std::size_t end = text.find('\n', at);
    return end == std::string_view::npos ? text.size() : end + 1;
}

/// Puppet writes top-level keys and the items of top-level lists in the first column, everything
/// inside them further right.
bool is_top_level_key(std::string_view line) {
    return !line.empty() && (std::isalpha(static_cast<unsigned char>(line.front())) != 0);
}

using Sections = std::map<std::string_view, std::string_view>;

Sections sections(std::string_view text) {
    Sections found;
    std::string_view key;
    std::size_t begin = 0;
    const auto close = [&](std::size_t end) {
        if (!key.empty())
            found.emplace(key, text.substr(begin, end - begin));
    };
    for (std::size_t at = 0; at < text.size(); at = next_line(text, at)) {
        if (std::isalpha(static_cast<unsigned char>(text[at])) == 0)
            continue;
        close(at);
        key = line_at(text, at);
        key = key.substr(0, key.find(':'));
        begin = at;
    }
    close(text.size());
    return found;
}

/// The text of a scalar; empty for anything else, and where the parser objects.
std::string scalar(const Sections& all, std::string_view key) {
    const auto section = all.find(key);
    if (section == all.end())
        return {};
    try {
        const YAML::Node value = YAML::Load(std::string(section->second))[std::string(key)];
        return value.IsScalar() ? value.Scalar() : std::string();
    } catch (const YAML::Exception&) {
        return {};
    }
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \r");
    return first == std::string_view::npos
               ? std::string_view()
               : text.substr(first, text.find_last_not_of(" \r") - first + 1);
}

std::string_view without(std::string_view prefix, std::string_view text) {
    return text.substr(0, prefix.size()) == prefix ? text.substr(prefix.size()) : text;
}

/// `name`, `:name` or `'name'` bare.
std::string_view bare(std::string_view text) {
    const std::size_t first = text.find_first_not_of(":'\"");
    return first == std::string_view::npos
               ? std::string_view()
               : text.substr(first, text.find_last_not_of("'\"") - first + 1);
}

/// Figures by `metric.name`, from lists of [name, label, figure]. Read by line, because a label may
/// be an alias.
std::map<std::string, double, std::less<>> metrics(std::string_view section) {
    std::map<std::string, double, std::less<>> figures;
    std::string metric, name;
    int place = 0;  // in the list
    for (std::size_t at = next_line(section, 0); at < section.size(); at = next_line(section, at)) {
        const std::string_view line = line_at(section, at);
        const std::string_view words = trimmed(line);
        if (line.substr(0, 2) == "  " && line.substr(2, 1) != " " && !words.empty()) {
            metric = bare(words.substr(0, words.find(':', 1)));
        } else if (words.substr(0, 4) == "- - ") {
            name = metric + "." + std::string(bare(words.substr(4)));
            place = 1;
        } else if (words.substr(0, 2) == "- " && place == 1) {
            place = 2;
        } else if (words.substr(0, 2) == "- " && place == 2) {
            const std::string_view figure = words.substr(2);
            double value = 0;
            if (std::from_chars(figure.data(), figure.data() + figure.size(), value).ec ==
                std::errc())
                figures[name] = value;
            place = 0;
        }
    }
    return figures;
}

/// `it''s` without its doubled quotes; absent if a single one is among them.
std::optional<std::string> unquoted(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        plain += text[at];
        if (text[at] == '\'' && text.substr(++at, 1) != "'")
            return std::nullopt;
    }
    return plain;
}

/// The text of a field that stands on one line as it is, or in single quotes: nearly all of them,
/// and the parser is slow. Absent for everything that takes a parser.
std::optional<std::string> simple_text(std::string_view field) {
    const std::size_t colon = field.find(": ");
    if (colon == std::string_view::npos || field.find('\n') + 1 != field.size())
        return std::nullopt;
    const std::string_view value = field.substr(colon + 2, field.size() - colon - 3);
    const auto usual = [](char c) { return c >= ' ' && c <= '~'; };
    if (value.empty() || value.back() == ' ' || !std::all_of(value.begin(), value.end(), usual))
        return std::nullopt;
    if (value.size() > 1 && value.front() == '\'' && value.back() == '\'')
        return unquoted(value.substr(1, value.size() - 2));
    const auto first = static_cast<unsigned char>(value.front());
    const bool plain = (std::isalnum(first) != 0 || first == '/') && value.back() != ':' &&
                       value.find(": ") == std::string_view::npos &&
                       value.find(" #") == std::string_view::npos;
    const bool is_null = value == "null" || value == "Null" || value == "NULL";
    return plain && !is_null ? std::optional<std::string>(value) : std::nullopt;
}

/// One item of `logs:` cut to the fields that are wanted, as YAML text; tags may be aliases to
/// other items, and there is much of what nobody asked for.
class LogItem {
  public:
    explicit LogItem(std::string_view item) {
        const std::size_t indent = item.find('-');
        const std::string blanks(indent + 2, ' ');
        std::string* field = nullptr;
        for (std::size_t at = 0; at < item.size(); at = next_line(item, at)) {
            std::string line(line_at(item, at));
            if (at == 0 && line.size() > indent)
                line[indent] = ' ';
            const bool continues = line.compare(0, blanks.size(), blanks) != 0 ||
                                   line.size() == blanks.size() || line[blanks.size()] == ' ';
            if (!continues)
                field = field_of(trimmed(line));
            if (field)
                *field += line + "\n";
        }
    }

    /// Whether the level is err or above, without parsing it.
    bool is_error() const {
        const std::string_view level =
            bare(trimmed(trimmed(line_at(level_, 0)).substr(std::string_view("level:").size())));
        static constexpr std::array<std::string_view, 4> errors = {"err", "alert", "emerg", "crit"};
        return std::any_of(errors.begin(), errors.end(), [level](std::string_view error) {
            return level == error ||
                   (level.size() > error.size() &&  // !ruby/sym err
                    level.substr(level.size() - error.size() - 1) == " " + std::string(error));
        });
    }

    bool has_level() const { return !level_.empty(); }

    /// `report` is where aliases point to. Throws what yaml-cpp throws.
    LogLine parsed(std::string_view report) const {
        const auto text = [report](const std::string& field, const char* key) {
            if (field.empty())
                return std::string();
            if (auto simple = simple_text(field))
                return *std::move(simple);
            const YAML::Node value = YAML::Load(resolved(field, report))[key];
            return value && value.IsScalar() ? value.Scalar() : std::string();
        };
        LogLine line{std::string(bare(text(level_, "level"))),
                     text(source_, "source"),
                     text(message_, "message"),
                     text(time_, "time")};
        while (!line.message.empty() && line.message.back() == '\n')
            line.message.pop_back();
        return line;
    }

  private:
    /// Ruby writes `*1` for a text that it wrote as `&1 text` somewhere before.
    static std::string resolved(const std::string& field, std::string_view report) {
        const std::size_t colon = field.find(": ");
        if (colon == std::string::npos || field[colon + 2] != '*')
            return field;
        const std::size_t value = colon + 2;
        const std::string anchor =
            "&" + field.substr(value + 1, field.find('\n') - value - 1) + " ";
        const std::size_t found = report.find(anchor);
        if (found == std::string_view::npos)
            return field;
        return field.substr(0, value) + std::string(line_at(report, found + anchor.size())) + "\n";
    }

    std::string* field_of(std::string_view line) {
        for (const auto& [name, field] : {std::pair("level:", &level_),
                                          std::pair("source:", &source_),
                                          std::pair("message:", &message_),
                                          std::pair("time:", &time_)})
            if (line.substr(0, std::string_view(name).size()) == name)
                return field;
        return nullptr;
    }

    std::string level_, source_, message_, time_;
};

std::vector<std::string_view> log_items(std::string_view section) {
    std::vector<std::string_view> items;
    const std::size_t first = next_line(section, 0);
    const std::size_t indent = std::min(section.find_first_not_of(' ', first), section.size()) -
                               std::min(first, section.size());
    std::size_t begin = section.size();
    for (std::size_t at = first; at < section.size(); at = next_line(section, at)) {
        const std::string_view line = line_at(section, at);
        if (line.find_first_not_of(' ') != indent || line[indent] != '-')
            continue;
        if (begin < at)
            items.push_back(section.substr(begin, at - begin));
        begin = at;
    }
    if (begin < section.size())
        items.push_back(section.substr(begin));
    return items;
}

/// Of a second, in a text such as 2026-11-20T08:58:58.234+00:00.
double fraction(std::string_view time) {
    const std::size_t point = std::min(time.find('.'), time.size());
    double value = 0, place = 0.1;
    for (const char c : time.substr(std::min(point + 1, time.size()))) {
        if (c < '0' || c > '9')
            break;
        value += place * (c - '0');
        place /= 10;
    }
    return value;
}

std::int64_t whole(const std::map<std::string, double, std::less<>>& figures,
                   std::string_view name) {
    const auto found = figures.find(name);
    return found != figures.end() && found->second >= 0 && found->second < 1e15
               ? static_cast<std::int64_t>(found->second)
               : 0;
}

}  // namespace

std::optional<Report> parse_report(std::string_view text) {
    const Sections all = sections(text);
    Report report;
    const std::string time = scalar(all, "time");
    report.time = epoch(time);
    report.begun = static_cast<double>(report.time) + fraction(time);
    report.status = without(":", scalar(all, "status"));
    const bool known =
        report.status == "failed" || report.status == "changed" || report.status == "unchanged";
    if (report.time == 0 || !known || all.count("logs") == 0)
        return std::nullopt;
    if (const std::string noop = scalar(all, "noop"); noop == "true" || noop == "false")
        report.noop = noop == "true";
    report.cached_on_failure = without(":", scalar(all, "cached_catalog_status")) == "on_failure";
    report.environment = scalar(all, "environment");
    report.config_version = scalar(all, "configuration_version");
    const auto section = all.find("metrics");
    const auto figures = metrics(section == all.end() ? std::string_view() : section->second);
    report.total = whole(figures, "resources.total");
    report.changed = whole(figures, "resources.changed");
    report.failed = whole(figures, "resources.failed");
    report.out_of_sync = whole(figures, "resources.out_of_sync");
    if (const auto total = figures.find("time.total"); total != figures.end())
        report.duration = total->second;
    return report;
}

namespace {

/// What stands behind the resource states: from Puppet 5 on these are a few scalars. `states` is
/// where the states begin.
std::string scalars_at_the_end(std::ifstream& input, std::size_t states) {
    constexpr std::size_t most = 64u << 10;
    input.clear();
    input.seekg(0, std::ios::end);
    const auto size = static_cast<std::size_t>(std::max<std::streamoff>(input.tellg(), 0));
    const std::size_t begin = std::max(states, size - std::min(size, most));
    std::string tail(size - std::min(size, begin), '\0');
    input.seekg(static_cast<std::streamoff>(begin));
    input.read(tail.data(), static_cast<std::streamsize>(tail.size()));
    tail.resize(static_cast<std::size_t>(input.gcount()));
    std::size_t at = next_line(tail, 0);
    while (at < tail.size() && !is_top_level_key(line_at(tail, at)))
        at = next_line(tail, at);
    return tail.substr(at);
}

/// Up to Puppet 3 everything stands further right, below the line with the type of the whole.
std::string in_the_first_column(std::string text) {
    const std::size_t first = next_line(text, 0);
    const std::size_t indent = text.find_first_not_of(' ', first) - first;
    if (!text.starts_with("--- !") || text.find_first_not_of(' ', first) == std::string::npos ||
        indent == 0)
        return text;
    std::string moved = text.substr(0, first);
    for (std::size_t at = first; at < text.size(); at = next_line(text, at)) {
        const std::string_view line = line_at(text, at);
        moved += line.substr(std::min({indent, line.size(), line.find_first_not_of(' ')}));
        moved += '\n';
    }
    return moved;
}

}  // namespace

std::string read_report(const std::string& file) {
    constexpr std::size_t piece = 256u << 10;
    constexpr std::size_t limit = 64u << 20;
    std::ifstream input(file, std::ios::binary);
    std::string text;
    while (input && text.size() < limit) {
        const std::size_t before = text.size();
        text.resize(before + piece);
        input.read(text.data() + before, static_cast<std::streamsize>(piece));
        text.resize(before + static_cast<std::size_t>(input.gcount()));
        // the mark may lie across two pieces
        constexpr std::string_view states = "\nresource_statuses:";
        const std::size_t end = text.find(states, before - std::min(before, states.size()));
        if (end == std::string::npos)
            continue;
        // up to Puppet 4 the scalars come last
        if (parse_report(std::string_view(text).substr(0, end + 1))) {
            text.resize(end + 1);
            return text + scalars_at_the_end(input, end + 1);
        }
    }
    return input.eof() ? in_the_first_column(std::move(text)) : std::string();
}

std::vector<LogLine> report_lines(std::string_view text, Wanted wanted, std::size_t limit) {
    std::vector<LogLine> lines;
    for (const std::string_view text_of_item : log_items(report_section(text, "logs"))) {
        const LogItem item(text_of_item);
        if (lines.size() == limit)
            break;
        if (!item.has_level() || (wanted == Wanted::errors && !item.is_error()))
            continue;
        try {
            lines.push_back(item.parsed(text));
        } catch (const YAML::Exception&) {
            lines.push_back({"err", "Puppet", "(a message that could not be read)", ""});
        }
    }
    return lines;
}

std::string_view report_section(std::string_view text, std::string_view key) {
    std::size_t begin = std::string_view::npos;
    for (std::size_t at = 0; at < text.size(); at = next_line(text, at)) {
        if (!is_top_level_key(text.substr(at, 1)))
            continue;
        if (begin != std::string_view::npos)
            return text.substr(begin, at - begin);
        if (text.substr(at, key.size()) == key && text.substr(at + key.size(), 1) == ":")
            begin = at;
    }
    return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

std::int64_t epoch(const std::string& text) {
    std::tm broken_down{};
    const char* rest = strptime(text.c_str(), "%Y-%m-%d", &broken_down);
    if (!rest || (*rest != 'T' && *rest != ' '))
        return 0;
    rest = strptime(rest + 1, "%H:%M:%S", &broken_down);
    if (!rest)
        return 0;
    if (*rest == '.')
        while (std::isdigit(static_cast<unsigned char>(*++rest)) != 0) {
        }
    while (*rest == ' ')
        ++rest;
    std::tm zone{};
    const std::int64_t local = timegm(&broken_down);
    if (*rest == '\0' || *rest == 'Z')
        return local;
    return strptime(rest, "%z", &zone) ? local - zone.tm_gmtoff : local;
}

}  // namespace mco::puppet
