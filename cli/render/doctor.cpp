#include "cli/render/doctor.hpp"

#include "cli/render/text.hpp"
#include "core/serializer/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mco::render {

namespace {

using doctor::Status;

constexpr std::array<std::string_view, 4> words = {"ok", "warning", "problem", "skipped"};
constexpr std::array<Colour, 4> colours = {Colour::green,
                                           Colour::yellow,
                                           Colour::red,
                                           Colour::cyan};
constexpr std::size_t status_width = 9;  // the longest word and two blanks

std::size_t index(Status status) {
    return static_cast<std::size_t>(status);
}

std::string count(const doctor::Findings& findings, Status status, std::string_view word) {
    const auto number = std::count_if(findings.begin(), findings.end(), [&](const auto& finding) {
        return finding.status == status;
    });
    const bool several = number != 1 && (status == Status::warning || status == Status::problem);
    return fmt::format("{} {}{}", number, word, several ? "s" : "");
}

}  // namespace

std::string doctor_text(const doctor::Findings& findings, const Palette& palette) {
    std::size_t width = 0;
    for (const auto& finding : findings)
        width = std::max(width, length(finding.check));
    std::string text;
    for (const auto& finding : findings) {
        const auto word = words.at(index(finding.status));
        text += palette.paint(colours.at(index(finding.status)), word) +
                std::string(status_width - word.size(), ' ') + left(finding.check, width) + "  " +
                finding.subject + (finding.subject.empty() ? "" : ": ") + finding.message + '\n';
        if (!finding.advice.empty())
            text += std::string(status_width, ' ') + "-> " + finding.advice + '\n';
    }
    std::string counts;
    for (const auto status : {Status::ok, Status::warning, Status::problem, Status::skipped})
        counts += (counts.empty() ? "" : ", ") + count(findings, status, words.at(index(status)));
    return text + '\n' + counts + '\n';
}

std::string doctor_json(const doctor::Findings& findings) {
    Array all;
    for (const auto& finding : findings)
        all.emplace_back(Map{{"check", finding.check},
                             {"status", words.at(index(finding.status))},
                             {"subject", finding.subject},
                             {"message", finding.message},
                             {"advice", finding.advice}});
    return serializer::encode_json(all, serializer::Style::pretty) + '\n';
}

}  // namespace mco::render
