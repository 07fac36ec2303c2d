// What a policy says to one call (client and agents §6.2), and why.
#pragma once

#include "core/filter/compound.hpp"
#include "core/message/message.hpp"
#include "core/policy/policy.hpp"
#include "core/value.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mco::policy {

/// Who wants what.
struct Question {
    std::string_view caller;
    const message::Trusted& trusted;
    std::string_view action;
};

/// The node it is wanted of.
struct Subject {
    const Map& facts;
    const std::vector<std::string>& classes;
    filter::DataLookup data;   ///< after an error the rule cannot be evaluated
    bool facts_read = true;    ///< otherwise a rule that needs them cannot be evaluated
    bool classes_read = true;  ///< the same
};

/// What settled the matter.
enum class Ground {
    rule,
    default_line,   ///< `policy default …`
    no_rule,        ///< no rule fits and there is no such line: whoever asked decides
    cannot_decide,  ///< a rule could not be evaluated
};

struct Decision {
    bool allowed = false;
    Ground ground = Ground::no_rule;
    std::size_t line = 0;  ///< of the rule or the default; 0: none
    std::string text;      ///< that line; for cannot_decide why
};

/// One column of one rule, as explained to people.
struct Judged {
    enum class Outcome { holds, fails, not_asked, cannot_tell };

    std::string column;  ///< callers, actions, facts, classes
    std::string text;    ///< as written
    Outcome outcome = Outcome::not_asked;
    std::vector<std::string> why;  ///< a sentence for each part that was looked at
};

struct JudgedRule {
    std::size_t line = 0;
    std::string text;
    bool decides = false;
    std::vector<Judged> columns;
};

/// The rules up to the one that decides.
using Explanation = std::vector<JudgedRule>;

/// The first rule whose columns all hold decides, then `policy default`. A rule that cannot be
/// evaluated denies. The explanation is only made when it is asked for. Any thread that may block
/// as long as `subject.data`.
Decision decide(const Policy& policy,
                const Groups& groups,
                const Question& question,
                const Subject& subject,
                Explanation* explanation = nullptr);

}  // namespace mco::policy
