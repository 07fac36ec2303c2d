// What `mco policy` shows.
#pragma once

#include "cli/render/colour.hpp"
#include "core/policy/decide.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace mco::render {

enum class Severity { error, warning };

/// Something that is wrong, or strange, in a policy.
struct Finding {
    std::string file;
    std::size_t line = 0;  ///< 0: the file as a whole
    Severity severity = Severity::error;
    std::string what;
};

/// `FILE:LINE: error: …`, a line each.
std::string findings_text(const std::vector<Finding>& findings);
std::string findings_json(const std::vector<Finding>& findings);

/// A decision with everything that led to it.
struct Explained {
    std::string caller;
    std::string agent;
    std::string action;
    std::string collective;
    std::string node;    ///< empty: this machine
    std::string folder;  ///< of this machine, in which the policies were looked for
    bool allowed = false;
    std::string because;   ///< rule, default, no_rule, cannot_decide, unconfigured, refused
    std::string file;      ///< the policy; empty when there is none that can be used
    std::size_t line = 0;  ///< in that file; 0: none
    std::string rule;      ///< as in the log of the node
    policy::Explanation rules;
};

std::string explanation_text(const Explained& explained, const Palette& palette);
std::string explanation_json(const Explained& explained);

}  // namespace mco::render
