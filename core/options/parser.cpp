#include "core/options/parser.hpp"

#include "core/config/literals.hpp"
#include "core/options/names.hpp"

#include <algorithm>
#include <deque>

namespace mco::options {

namespace {

auto refuse(const char* what, const std::string& subject) {
    return fail(Errc::invalid, what + (": " + subject));
}

bool has_blanks(const std::string& text) {
    return config::trimmed(text).size() != text.size();
}

/// Option arguments are a little stricter than configuration values: no blanks, no 0o and 0d.
std::optional<std::int64_t> to_integer(const std::string& text) {
    const auto digits = text.find_first_not_of("+-");
    const auto prefix = digits == std::string::npos ? "" : text.substr(digits, 2);
    if (has_blanks(text) || prefix == "0o" || prefix == "0O" || prefix == "0d" || prefix == "0D")
        return std::nullopt;
    return config::parse_integer(text);
}

std::optional<double> to_real(const std::string& text) {
    if (has_blanks(text) || text.find_first_of("xXoO") != std::string::npos)
        return std::nullopt;
    const bool bare_point = text.size() > 1 && text.back() == '.';
    return config::parse_real(bare_point ? text.substr(0, text.size() - 1) : text);
}

/// One pass over a list of words.
class Pass {
  public:
    Pass(const Names& names, const std::vector<std::string>& words, bool skip_unknown)
        : names_(names), words_(words.begin(), words.end()), skip_unknown_(skip_unknown) {}

    Expected<void> run(bool stop_at_argument, Parsed& parsed);

  private:
    Expected<void> long_option(const std::string& word, Parsed& parsed);
    Expected<void> short_option(const std::string& word, Parsed& parsed);
    /// Nothing: an unknown option that is to be skipped.
    Expected<std::optional<Name>> find_short(const std::string& word) const;
    Expected<void> take_argument(const Name& name,
                                 const std::string& word,
                                 std::optional<std::string> attached,
                                 Parsed& parsed);

    const Names& names_;
    std::deque<std::string> words_;
    bool skip_unknown_;
};

Expected<void> Pass::run(bool stop_at_argument, Parsed& parsed) {
    while (!words_.empty()) {
        const auto word = std::move(words_.front());
        words_.pop_front();
        if (word == "--")
            break;
        if (word.size() > 2 && word.substr(0, 2) == "--") {
            MCO_CHECK(long_option(word, parsed));
        } else if (word.size() > 1 && word.front() == '-') {
            MCO_CHECK(short_option(word, parsed));
        } else {
            parsed.arguments.push_back(word);
            if (stop_at_argument)
                break;
        }
    }
    parsed.arguments.insert(parsed.arguments.end(), words_.begin(), words_.end());
    return {};
}

Expected<void> Pass::long_option(const std::string& word, Parsed& parsed) {
    const auto equals = word.find('=');
    auto key = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    std::replace(key.begin(), key.end(), '_', '-');
    const auto [name, ambiguous] = names_.find_long(key, true);
    if (name == nullptr && skip_unknown_)
        return {};
    if (name == nullptr)
        return refuse(ambiguous ? "ambiguous option" : "invalid option", word);
    std::optional<std::string> attached;
    if (equals != std::string::npos)
        attached = word.substr(equals + 1);
    if (!name->spec->argument.empty())
        return take_argument(*name, word, std::move(attached), parsed);
    if (attached)
        return refuse("needless argument", word);
    parsed.given.push_back({name->spec->id, "", name->on});
    return {};
}

/// A letter that is no short option may still abbreviate a long one.
Expected<std::optional<Name>> Pass::find_short(const std::string& word) const {
    if (const auto* spec = names_.find_short(word[1]))
        return Name{"", spec, true};
    const auto [name, ambiguous] = names_.find_long(word.substr(1, 1), false);
    if (name == nullptr && skip_unknown_)
        return std::nullopt;
    if (name == nullptr)
        return refuse(ambiguous ? "ambiguous option" : "invalid option", word);
    return *name;
}

Expected<void> Pass::short_option(const std::string& word, Parsed& parsed) {
    MCO_TRY(name, find_short(word));
    if (!name)
        return {};
    const auto rest = word.substr(2);
    if (!name->spec->argument.empty())
        return take_argument(
            *name, word, rest.empty() ? std::nullopt : std::optional(rest), parsed);
    if (rest.substr(0, 1) == "=")
        return refuse("needless argument", word);
    parsed.given.push_back({name->spec->id, "", name->on});
    if (!rest.empty())
        words_.push_front('-' + rest);
    return {};
}

Expected<void> Pass::take_argument(const Name& name,
                                   const std::string& word,
                                   std::optional<std::string> attached,
                                   Parsed& parsed) {
    auto shown = word;
    if (!attached) {
        if (words_.empty())
            return refuse("missing argument", word);
        attached = std::move(words_.front());
        words_.pop_front();
        shown += ' ' + *attached;
    }
    Given given{name.spec->id, std::move(*attached)};
    if (name.spec->kind == Kind::integer) {
        const auto number = to_integer(given.text);
        if (!number)
            return refuse("invalid argument", shown);
        given.integer = *number;
    }
    if (name.spec->kind == Kind::real) {
        const auto number = to_real(given.text);
        if (!number)
            return refuse("invalid argument", shown);
        given.real = *number;
    }
    parsed.given.push_back(std::move(given));
    return {};
}

Expected<Parsed> parse_both(const Names& names, const CommandLine& line, bool skip_unknown) {
    Parsed parsed;
    MCO_CHECK(Pass(names, line.extra, skip_unknown).run(line.stop_at_argument, parsed));
    parsed.arguments.clear();
    MCO_CHECK(Pass(names, line.words, skip_unknown).run(line.stop_at_argument, parsed));
    return parsed;
}

}  // namespace

const Given* Parsed::last(std::string_view id) const {
    const auto found =
        std::find_if(given.rbegin(), given.rend(), [id](const Given& one) { return one.id == id; });
    return found == given.rend() ? nullptr : &*found;
}

bool Parsed::is_on(std::string_view id) const {
    const auto* found = last(id);
    return found != nullptr && found->on;
}

std::string Parsed::text_or(std::string_view id, std::string_view fallback) const {
    const auto* found = last(id);
    return found == nullptr ? std::string(fallback) : found->text;
}

std::optional<std::int64_t> Parsed::integer(std::string_view id) const {
    const auto* found = last(id);
    return found == nullptr ? std::nullopt : std::optional(found->integer);
}

std::optional<double> Parsed::real(std::string_view id) const {
    const auto* found = last(id);
    return found == nullptr ? std::nullopt : std::optional(found->real);
}

std::vector<std::string> Parsed::all(std::string_view id) const {
    std::vector<std::string> texts;
    for (const auto& one : given) {
        if (one.id == id)
            texts.push_back(one.text);
    }
    return texts;
}

std::string_view Parsed::later(std::string_view one, std::string_view other) const {
    const auto* first = last(one);
    const auto* second = last(other);
    if (first == nullptr && second == nullptr)
        return {};
    return second == nullptr || first > second ? one : other;
}

Expected<Parsed> parse(const std::vector<OptionSpec>& specs, const CommandLine& line) {
    return parse_both(Names(specs), line, false);
}

Expected<std::optional<std::string>> config_option(const CommandLine& line) {
    const std::vector<OptionSpec> specs = {{"config", "c", {"config"}, "FILE"}};
    MCO_TRY(parsed, parse_both(Names(specs), line, true));
    const auto* found = parsed.last("config");
    return found == nullptr ? std::nullopt : std::optional(found->text);
}

}  // namespace mco::options
