#include "cli/reports/script.hpp"

#include "core/ruby/format.hpp"
#include "core/text/ruby.hpp"

#include <algorithm>

namespace mco::reports {
namespace {

/// As Ruby's puts: an end of line, unless there is one.
std::string ended(std::string text) {
    if (!text.ends_with('\n'))
        text += '\n';
    return text;
}

std::size_t count_lines(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

Expected<std::string> print(const PrintedInventory& report, const Map& names) {
    Evaluation evaluation(names);
    MCO_TRY(fields, evaluation.evaluate(report.fields));
    const auto line =
        ruby::format(report.format, fields->array() != nullptr ? *fields->array() : Array{*fields});
    if (!line)
        return fail(line.error().code, std::to_string(report.line) + ": " + line.error().message);
    return ended(*line);
}

Expected<std::string> print(const PrintedText& statement, const Map& names) {
    Evaluation evaluation(names);
    MCO_TRY(text, evaluation.evaluate(statement.text));
    return ended(text::to_s(*text));
}

Expected<std::string> Pages::add(const Map& names) {
    MCO_TRY(body, draw(report_.body, names));
    const auto lines = count_lines(body);
    if (begun_ && used_ + lines <= report_.page_length) {
        used_ += lines;
        return body;
    }
    MCO_TRY(heading, draw(report_.heading, names));
    begun_ = true;
    used_ = count_lines(heading) + lines;
    return heading + body;
}

}  // namespace mco::reports
