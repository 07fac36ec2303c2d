// What `mco doctor` found: one line for each thing it looked at.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mco::doctor {

enum class Status : std::uint8_t {
    ok,
    warning,  ///< works, but will not for long, or not everywhere
    problem,  ///< does not work
    skipped,  ///< could not be looked at, or was not to be
};

struct Finding {
    std::string check;  ///< what was checked: `certificate`, `broker`
    Status status = Status::ok;
    std::string subject;  ///< what was looked at: a file, a host; may be empty
    std::string message;  ///< never holds a secret
    std::string advice;   ///< what to do about a warning or a problem
};

using Findings = std::vector<Finding>;

inline Finding ok(std::string check, std::string subject, std::string message) {
    return {std::move(check), Status::ok, std::move(subject), std::move(message), {}};
}

inline Finding skipped(std::string check, std::string subject, std::string message) {
    return {std::move(check), Status::skipped, std::move(subject), std::move(message), {}};
}

/// What a warning or a problem says and what to do about it.
struct Trouble {
    std::string message;
    std::string advice;
};

inline Finding warning(std::string check, std::string subject, Trouble trouble) {
    return {std::move(check),
            Status::warning,
            std::move(subject),
            std::move(trouble.message),
            std::move(trouble.advice)};
}

inline Finding problem(std::string check, std::string subject, Trouble trouble) {
    auto finding = warning(std::move(check), std::move(subject), std::move(trouble));
    finding.status = Status::problem;
    return finding;
}

inline void append(Findings& to, Findings more) {
    for (auto& finding : more)
        to.push_back(std::move(finding));
}

}  // namespace mco::doctor
