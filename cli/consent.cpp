#include "cli/consent.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace mco::cli {

namespace {

constexpr std::size_t unasked = 20;  // nodes
constexpr std::size_t shown = 10;

std::string question(const client::AgentCall& call, const std::vector<std::string>& nodes) {
    const auto begin = nodes.begin();
    return fmt::format(
        "No filter says which nodes are meant: {}#{} goes to all {} that were found, {} and {} "
        "more.\nGo on? [y/N] ",
        call.request.agent,
        call.request.action,
        nodes.size(),
        fmt::join(begin, begin + static_cast<std::ptrdiff_t>(shown), ", "),
        nodes.size() - shown);
}

/// A line of standard input; the connection stays alive while somebody thinks about it.
std::string typed_line(Context& context, client::Session& session) {
    constexpr std::chrono::milliseconds moment(50);
    return context.input.line([&] { return session.pause(moment); });
}

std::string lower_case(std::string text) {
    for (auto& c : text)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return text;
}

enum class Answer { yes, no, neither };

Answer understood(const std::string& typed) {
    if (typed == "y" || typed == "yes")
        return Answer::yes;
    return typed.empty() || typed == "n" || typed == "no" ? Answer::no : Answer::neither;
}

Expected<Answer> answer_to(Context& context, std::string_view question) {
    const auto& discovery = context.settings.discovery;
    if (discovery.chosen && discovery.method == "stdin")
        return fail(Errc::invalid,
                    "Standard input names the nodes, so nobody can be asked: confirm with -y");
    MCO_TRY(session, context.link.session());
    context.settings.for_programs() ? context.screen.err(question) : context.screen.out(question);
    const auto answer = understood(lower_case(typed_line(context, *session)));
    if (session->interrupted())
        return fail(Errc::unavailable, "");
    return answer;
}

}  // namespace

bool may_need_consent(const Context& context, const client::AgentCall& call) {
    const auto& settings = context.settings;
    return call.action->changes && !settings.confirmed && settings.filter.empty() &&
           !settings.limit && !settings.discovery.chosen && !context.input.is_piped() &&
           context.input.is_interactive();
}

Expected<void> ask_consent(Context& context,
                           const client::AgentCall& call,
                           const std::vector<std::string>& nodes) {
    if (nodes.size() <= unasked || !may_need_consent(context, call))
        return {};
    MCO_TRY(session, context.link.session());
    context.screen.err(question(call, nodes));
    const auto answer = typed_line(context, *session);
    if (answer == "y" || answer == "Y" || answer == "yes")
        return {};
    return fail(Errc::denied, "Nothing was sent");
}

Expected<bool> consents(Context& context, std::string_view question) {
    if (context.settings.confirmed)
        return true;
    const bool piped = context.input.is_piped();
    MCO_TRY(answer, answer_to(context, question));
    if (piped && answer == Answer::neither)  // it may hold what was not meant as an answer
        context.screen.err(
            "\nStandard input holds neither yes nor no. With -y it may name the nodes.\n");
    return answer == Answer::yes;
}

Expected<bool> consents_unfiltered(Context& context, std::string_view question) {
    return context.settings.filter.empty() ? consents(context, question) : Expected<bool>(true);
}

}  // namespace mco::cli
