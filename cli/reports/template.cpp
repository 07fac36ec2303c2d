// Reading templates.
#include "cli/reports/template.hpp"

#include "core/text/ruby.hpp"

#include <algorithm>
#include <charconv>
#include <exception>
#include <kainjow/mustache.hpp>
#include <optional>
#include <utility>

namespace mco::reports {
namespace {

using Component = kainjow::mustache::component<std::string>;
using Tag = kainjow::mustache::tag_type;

constexpr std::size_t longest = 256U << 10U;     // bytes: the library needs 200 for each
constexpr std::ptrdiff_t most_sections = 2'000;  // they nest, and the library recurses

tl::unexpected<Error> fail_in(const std::string& file, int line, const std::string& message) {
    return fail(Errc::malformed, file + ':' + std::to_string(line) + ": " + message);
}

int line_at(const std::string& text, std::size_t position) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(position, text.size()));
    return 1 + static_cast<int>(std::count(text.begin(), end, '\n'));
}

/// `Unclosed section "x" at 120`: the library counts bytes.
tl::unexpected<Error> refusal(const std::string& text,
                              const std::string& file,
                              const std::string& message) {
    const auto at = message.rfind(" at ");
    std::size_t position = 0;
    if (at != std::string::npos)
        std::from_chars(message.data() + at + 4, message.data() + message.size(), position);
    return fail_in(file, line_at(text, position), message.substr(0, at));
}

/// The library keeps where every tag stands, but its own way of filling is not used.
Expected<Component> read(const std::string& text, const std::string& file) {
    Component root;
    std::string message;
    try {
        kainjow::mustache::context<std::string> context;
        kainjow::mustache::context_internal<std::string> internal(context);
        const kainjow::mustache::parser<std::string> parser(text, internal, root, message);
    } catch (const std::exception& problem) {
        message = problem.what();
    }
    if (!message.empty())
        return refusal(text, file, message);
    return root;
}

/// A stretch of the template in the order of its text.
struct Item {
    enum class Form { text, blank, newline, open, close, alone };
    Form form = Form::text;
    Part part;
};

std::optional<Part::Kind> kind_of(Tag tag) {
    switch (tag) {
        case Tag::variable:
            return Part::Kind::variable;
        case Tag::unescaped_variable:
            return Part::Kind::raw;
        case Tag::section_begin:
            return Part::Kind::section;
        case Tag::section_begin_inverted:
            return Part::Kind::inverted;
        case Tag::partial:
            return Part::Kind::partial;
        default:
            return std::nullopt;  // comments and delimiters
    }
}

class Reader {
  public:
    explicit Reader(const std::string& text) : text_(text) {}

    /// Sections become an opening and a closing item.
    void flatten(const std::vector<Component>& components) {
        for (const auto& component : components) {
            if (component.is_text()) {
                add_text(component);
                continue;
            }
            while (line_end_ < component.position)
                next_line();
            const auto kind = kind_of(component.tag.type);
            const bool section = kind == Part::Kind::section || kind == Part::Kind::inverted;
            items_.push_back({section ? Item::Form::open : Item::Form::alone,
                              {kind.value_or(Part::Kind::text),
                               kind ? component.tag.name : std::string(),
                               line_,
                               {}}});
            if (section) {
                flatten(component.children);
                items_.push_back({Item::Form::close, {}});
            }
        }
    }

    /// A tag that prints nothing and stands alone in its line takes the line with it.
    void drop_lines_of_tags() {
        std::vector<Item> kept;
        for (auto begin = items_.begin(); begin != items_.end();) {
            const auto newline = std::find_if(begin, items_.end(), [](const Item& item) {
                return item.form == Item::Form::newline;
            });
            const auto end = newline == items_.end() ? newline : newline + 1;
            const bool tag_line = is_tag_line(begin, newline);
            std::copy_if(begin, end, std::back_inserter(kept), [&](const Item& item) {
                return !tag_line || is_tag(item);
            });
            begin = end;
        }
        items_ = std::move(kept);
    }

    /// The tree again.
    Template build() {
        auto at = items_.begin();
        return build(at);
    }

  private:
    using Place = std::vector<Item>::iterator;

    void next_line() {
        ++line_;
        line_end_ = std::min(text_.find('\n', line_end_ + 1), text_.size());
    }

    void add_text(const Component& component) {
        auto form = Item::Form::text;
        if (component.is_newline())
            form = Item::Form::newline;
        else if (component.is_non_newline_whitespace())
            form = Item::Form::blank;
        items_.push_back({form, {Part::Kind::text, component.text, line_, {}}});
    }

    static bool is_tag(const Item& item) {
        return item.form == Item::Form::open || item.form == Item::Form::close ||
               item.form == Item::Form::alone;
    }

    static bool is_printed(const Item& item) {
        return item.form == Item::Form::text || item.part.kind == Part::Kind::variable ||
               item.part.kind == Part::Kind::raw;
    }

    static bool is_tag_line(Place begin, Place end) {
        return std::count_if(begin, end, is_tag) == 1 && std::none_of(begin, end, is_printed);
    }

    /// Up to the closing item of the section, and over it.
    Template build(Place& at) {
        Template parts;
        while (at != items_.end()) {
            auto& item = *at++;
            if (item.form == Item::Form::close)
                return parts;
            const bool text = item.part.kind == Part::Kind::text;
            if (text && item.part.text.empty())
                continue;
            if (text && !parts.empty() && parts.back().kind == Part::Kind::text) {
                parts.back().text += item.part.text;
                continue;
            }
            parts.push_back(std::move(item.part));
            if (item.form == Item::Form::open)
                parts.back().parts = build(at);
        }
        return parts;
    }

    const std::string& text_;
    std::vector<Item> items_;
    int line_ = 1;
    std::size_t line_end_ = std::min(text_.find('\n'), text_.size());
};

bool mentions(const Template& parts, std::string_view name) {
    return std::any_of(parts.begin(), parts.end(), [&](const Part& part) {
        if (part.kind == Part::Kind::text || part.kind == Part::Kind::partial)
            return false;
        return part.text == name || part.text.starts_with(std::string(name) + '.') ||
               mentions(part.parts, name);
    });
}

}  // namespace

Expected<Template> parse_template(const std::string& text, const std::string& file) {
    if (text.size() > longest)
        return fail(Errc::limit, file + " is too large for a template");
    const auto marks =
        std::count(text.begin(), text.end(), '#') + std::count(text.begin(), text.end(), '^');
    if (marks > most_sections)
        return fail(Errc::limit, file + " has too many # and ^ for a template");
    MCO_TRY(root, read(text, file));
    Reader reader(text);
    reader.flatten(root.children);
    reader.drop_lines_of_tags();
    return reader.build();
}

Escape escape_of(std::string_view file) {
    if (file.ends_with(".mustache"))
        file.remove_suffix(std::string_view(".mustache").size());
    const auto name = file.substr(file.rfind('/') + 1);
    const auto dot = name.rfind('.');
    const auto ending = dot == std::string_view::npos ? "" : name.substr(dot + 1);
    if (ending == "csv")
        return Escape::csv;
    if (ending == "md" || ending == "markdown")
        return Escape::markdown;
    if (ending == "json")
        return Escape::json;
    return ending == "txt" || ending == "text" ? Escape::none : Escape::html;
}

bool mentions(const Templates& templates, std::string_view name) {
    return mentions(templates.main, name) ||
           std::any_of(templates.partials.begin(), templates.partials.end(), [&](const auto& one) {
               return mentions(one.second, name);
           });
}

}  // namespace mco::reports
