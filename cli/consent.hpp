// Whoever is about to change nodes that no filter chose is asked whether that is meant: before
// very many nodes by every command, and always by those that asked already in the original.
#pragma once

#include "cli/application.hpp"
#include "client/agent_call.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mco::cli {

/// The call may be one of those: then its nodes have to be known before it is sent.
bool may_need_consent(const Context& context, const client::AgentCall& call);

/// Asks if the call is one of those. Errors: denied when the answer is not yes.
Expected<void> ask_consent(Context& context,
                           const client::AgentCall& call,
                           const std::vector<std::string>& nodes);

/// Asks `question` unless the user has said -y: prints it as it is, on standard output unless that
/// is for programs, and reads a line of standard input, be it a terminal or a pipe, which then
/// names no nodes (Showing::asks_later). `y` and `yes` in any case are a yes, all else and the end
/// of input are a no. Errors: those of the connection, invalid where standard input was chosen to
/// name the nodes, and one without a text after an interrupt.
Expected<bool> consents(Context& context, std::string_view question);

/// Whether a command may go on that asks whenever there is neither a filter nor -y (spec 1.11,
/// 1.12), as consents() asks. After a no the command ends with 1 and without a word. The call that
/// follows has to say that it was `consented` to. Errors: those of consents().
Expected<bool> consents_unfiltered(Context& context, std::string_view question);

}  // namespace mco::cli
