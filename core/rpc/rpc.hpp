// SimpleRPC (protocol §6): calls, outputs and the six statuses.
#pragma once

#include "core/value.hpp"

#include <string>

namespace mco::rpc {

enum class Status : int {
    ok = 0,
    aborted = 1,
    unknown_action = 2,
    missing_data = 3,
    invalid_data = 4,
    failed = 5
};

/// What an action gives back. `data` is keyed by output name (strings); the caller of the action
/// fills DDL defaults.
struct Output {
    Status status = Status::ok;
    std::string message = "OK";
    Map data;
};

/// An Output that says why the action could not do its work.
inline Output failure(std::string message, Status status = Status::aborted) {
    return {status, std::move(message), {}};
}

}  // namespace mco::rpc
