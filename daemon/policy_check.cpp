#include "daemon/policy_check.hpp"

#include "core/policy/refusals.hpp"
#include "system/files.hpp"

namespace mco::daemon {
namespace {

/// A file, and what it is or will be called.
struct Candidate {
    std::string name;
    std::string file;
};

Candidate candidate(const std::string& word) {
    const auto equals = word.find('=');
    if (equals == std::string::npos || equals == 0 || word.front() == '/' || word.front() == '.')
        return {word, word};
    return {word.substr(0, equals), word.substr(equals + 1)};
}

std::vector<std::string> sentences_about(const Candidate& candidate) {
    const auto text = system::read_file(candidate.file, policy::max_policy_text);
    if (!text)
        return {text.error().message};
    std::vector<std::string> sentences;
    for (const auto& [line, what] : policy::refusals(*text, candidate.name))
        sentences.push_back(candidate.name + ":" + std::to_string(line) + ": " + what);
    return sentences;
}

}  // namespace

Expected<void> check_policies(const std::vector<std::string>& words) {
    std::string all;
    for (const auto& word : words)
        for (const auto& sentence : sentences_about(candidate(word)))
            all += (all.empty() ? "" : "\n") + sentence;
    if (all.empty())
        return {};
    return fail(Errc::invalid, std::move(all));
}

}  // namespace mco::daemon
