#include "core/config/read.hpp"

#include "core/config/assign.hpp"
#include "core/config/keys_catalogue.hpp"
#include "core/config/literals.hpp"

#include <algorithm>

namespace mco::config {

namespace {

struct Line {
    std::string_view key;
    std::string_view value;
    std::string origin;
};

std::string_view without_trailing_blanks(std::string_view line) {
    const auto last = line.find_last_not_of(std::string_view(" \t\r\n\f\v\0", 7));
    return last == std::string_view::npos ? std::string_view{} : line.substr(0, last + 1);
}

bool is_indented_comment(std::string_view line) {
    return trimmed(line).substr(0, 1) == "#";
}

/// The first `=` that has something before and after it parts key and value; a line without one
/// sets nothing.
std::optional<Line> split_line(std::string_view line, std::string origin) {
    const auto equals = line.find('=', 1);
    if (equals == std::string_view::npos)
        return std::nullopt;
    const auto value = trimmed(line.substr(equals + 1));
    if (value.empty())
        return std::nullopt;
    return Line{trimmed(line.substr(0, equals)), value, std::move(origin)};
}

/// One reading: the Config as it grows, and where the warnings go.
class Reading {
  public:
    explicit Reading(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    Expected<void> read_main(const Source& source);
    void read_plugin(const Source& source);
    Expected<Config> finish();

  private:
    std::vector<Line> lines_of(const Source& source);
    Expected<void> use_main_line(const Line& line);
    Expected<void> set_core(const CoreKey& key, const Line& line);
    void set_plugin(std::string name, const Line& line);
    void warn_about_unknown(const Line& line);
    void warn_about_plugin(const std::string& name, const Line& line);
    void warn(const std::string& origin, const std::string& sentence);
    std::string origin_of(std::string_view core_key) const;

    Config config_;
    Diagnostics& diagnostics_;
};

void Reading::warn(const std::string& origin, const std::string& sentence) {
    diagnostics_.warnings.push_back(origin + ": " + sentence);
}

std::vector<Line> Reading::lines_of(const Source& source) {
    std::vector<Line> lines;
    std::string_view rest = source.text;
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (rest.substr(0, byte_order_mark.size()) == byte_order_mark)
        rest.remove_prefix(byte_order_mark.size());
    for (std::size_t number = 1; !rest.empty(); ++number) {
        const auto end = rest.find('\n');
        const auto text = without_trailing_blanks(rest.substr(0, end));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (text.empty() || text.front() == '#')
            continue;
        const auto origin = source.path + ':' + std::to_string(number);
        if (auto line = split_line(text, origin))
            lines.push_back(std::move(*line));
        else if (text.find('=') == std::string_view::npos && !is_indented_comment(text))
            warn(origin, "this line is ignored because it is not of the form key = value");
    }
    return lines;
}

Expected<void> Reading::read_main(const Source& source) {
    config_.file = source.path;
    for (const auto& line : lines_of(source))
        MCO_CHECK(use_main_line(line));
    return {};
}

void Reading::read_plugin(const Source& source) {
    const auto name = plugin_name(source.path);
    if (!name) {
        warn(source.path,
             "this file is ignored because its name is not letters, digits and _ followed by .cfg");
        return;
    }
    for (const auto& line : lines_of(source))
        set_plugin(*name + '.' + std::string(line.key), line);
}

/// `plugin` is followed by any one character and at least one more: so the original reads it.
Expected<void> Reading::use_main_line(const Line& line) {
    constexpr std::string_view prefix = "plugin.";
    const bool is_plugin =
        line.key.substr(0, prefix.size() - 1) == prefix.substr(0, prefix.size() - 1) &&
        line.key.size() > prefix.size();
    if (is_plugin) {
        if (line.key[prefix.size() - 1] != '.')
            warn(line.origin,
                 "'" + std::string(line.key) +
                     "' is read as a plugin setting; write plugin. with a dot");
        set_plugin(std::string(line.key.substr(prefix.size())), line);
        return {};
    }
    if (const auto* key = find_core_key(line.key))
        return set_core(*key, line);
    warn_about_unknown(line);
    return {};
}

Expected<void> Reading::set_core(const CoreKey& key, const Line& line) {
    const std::string value(line.value);
    if (const auto expected = assign(config_, key, value))
        return fail(Errc::invalid,
                    line.origin + ": " + std::string(key.name) + " must be " + *expected +
                        ", not '" + value + "'");
    if (key.form == Form::ignored)
        warn(line.origin,
             "'" + std::string(key.name) + "' has no effect any more and can be removed");
    config_.core.insert_or_assign(std::string(key.name), Setting{value, line.origin});
    return {};
}

void Reading::set_plugin(std::string name, const Line& line) {
    warn_about_plugin(name, line);
    config_.plugin.insert_or_assign(std::move(name), Setting{std::string(line.value), line.origin});
}

void Reading::warn_about_unknown(const Line& line) {
    if (line.key.substr(0, 1) == "#") {
        warn(line.origin,
             "this comment is read as a setting because its # is not in the first column");
        return;
    }
    auto sentence = "'" + std::string(line.key) + "' is not a setting known here";
    if (const auto meant = suggest_core_key(line.key))
        sentence += "; did you mean '" + *meant + "'?";
    else if (find_plugin_key(line.key) != nullptr)
        sentence += "; did you mean 'plugin." + std::string(line.key) + "'?";
    warn(line.origin, sentence);
}

void Reading::warn_about_plugin(const std::string& name, const Line& line) {
    const auto* key = find_plugin_key(name);
    if (key == nullptr) {
        if (const auto meant = suggest_plugin_key(name))
            warn(line.origin,
                 "'plugin." + name + "' is not a setting known here; did you mean 'plugin." +
                     *meant + "'?");
        return;
    }
    const bool usable = key->kind == Kind::boolean   ? parse_bool(line.value).has_value()
                        : key->kind == Kind::integer ? parse_integer(line.value).has_value()
                        : key->kind == Kind::real    ? parse_real(line.value).has_value()
                                                     : true;
    if (!usable)
        warn(line.origin,
             "plugin." + name +
                 (key->kind == Kind::boolean ? " should be a boolean such as 1 or 0"
                                             : " should be a number"));
}

std::string Reading::origin_of(std::string_view core_key) const {
    const auto found = config_.core.find(std::string(core_key));
    return found == config_.core.end() ? config_.file : found->second.origin;
}

Expected<Config> Reading::finish() {
    if (!config_.identity.empty() && !is_identity(config_.identity))
        return fail(Errc::invalid,
                    origin_of("identity") +
                        ": identity must consist of letters, digits, '_', '.' and '-', not '" +
                        config_.identity + "'");
    const auto known = [this](const std::string& collective) {
        return std::find(config_.collectives.begin(), config_.collectives.end(), collective) !=
               config_.collectives.end();
    };
    if (!known(config_.main_collective))
        warn(origin_of("collectives"),
             "main_collective '" + config_.main_collective + "' is not one of the collectives");
    auto& registration = config_.registration_collective;
    if (!registration.empty() && !known(registration))
        warn(origin_of("registration_collective"),
             "registration_collective '" + registration +
                 "' is not one of the collectives; the main one is used");
    if (!known(registration))
        registration = config_.main_collective;
    return std::move(config_);
}

}  // namespace

std::optional<std::string> plugin_name(std::string_view path) {
    constexpr std::string_view ending = ".cfg";
    const auto base = path.substr(path.rfind('/') + 1);
    if (base.size() <= ending.size() || base.substr(base.size() - ending.size()) != ending)
        return std::nullopt;
    const auto name = base.substr(0, base.size() - ending.size());
    const bool usable = is_identity(name) && name.find_first_of(".-") == std::string_view::npos;
    return usable ? std::optional(std::string(name)) : std::nullopt;
}

Expected<Config> parse(const Source& main,
                       const std::vector<Source>& plugin_d,
                       Diagnostics& diagnostics) {
    Reading reading(diagnostics);
    MCO_CHECK(reading.read_main(main));
    for (const auto& source : plugin_d)
        reading.read_plugin(source);
    return reading.finish();
}

}  // namespace mco::config
