// Policies (client and agents §6): who may call which actions of an agent on which nodes. A policy
// is plain data; parse.hpp makes it from text, decide.hpp decides by it.
//
//   policy default deny
//   # verb  callers                        actions        facts             classes
//   allow   cert=alice ops                 *              *                 *
//   allow   trusted:pp_role=operator       status runonce environment=dev   *
//   deny    *                              disable        os=/^Deb/ and not apache
//
// Columns are separated by tabs or, in lines without tabs, by two spaces or more. The first rule
// whose columns all hold decides.
#pragma once

#include "core/filter/compound.hpp"
#include "core/filter/filter.hpp"
#include "core/filter/pattern.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mco::policy {

/// A word of the callers column, or a member of a group.
struct CallerTest {
    enum class Kind {
        id,      ///< the whole caller id, such as cert=alice
        group,   ///< one of the groups file; not within groups
        trusted  ///< an extension of the caller's certificate: trusted:NAME=VALUE
    };

    Kind kind = Kind::id;
    std::string name;   ///< the id, the group, or NAME
    std::string value;  ///< VALUE
};

struct FactTerm {
    filter::FactTest test;
    std::optional<filter::Pattern> pattern;  ///< for =~
};

struct ClassTerm {
    std::string name;
    std::optional<filter::Pattern> pattern;  ///< when it was written /REGEX/
};

using Term = std::variant<FactTerm, ClassTerm>;

/// What a column says of the node.
struct Condition {
    bool anything = false;  ///< `*`
    std::string text;       ///< as written
    filter::Expression expression;
    std::map<std::string, Term, std::less<>> terms;  ///< by the text of the statement
};

/// `fact:NAME` or `data:PLUGIN`: what filter.policy decides about, in the place of actions.
bool is_filter_subject(std::string_view word);

struct Rule {
    std::size_t line = 0;
    bool allow = false;
    std::vector<std::string> columns;  ///< as written: verb, callers, actions, facts, classes
    std::vector<CallerTest> callers;   ///< none: any
    std::vector<std::string> actions;  ///< none: any
    Condition facts;
    Condition classes;

    /// On one line, as it could stand in a policy.
    std::string text() const;
};

struct Policy {
    /// A line `policy default allow` or `policy default deny`.
    struct Default {
        std::size_t line = 0;
        bool allow = false;
    };

    std::string file;  ///< for messages: FILE:LINE
    std::vector<Rule> rules;
    std::optional<Default> fallback;  ///< of several the last
};

/// The groups file: names and their members.
struct Groups {
    struct Group {
        std::size_t line = 0;
        std::vector<CallerTest> members;
        std::vector<std::string> nobody;  ///< words that no caller's id can be: they count nobody
    };

    std::map<std::string, Group, std::less<>> groups;
};

}  // namespace mco::policy
