// What stands inside the messages of SimpleRPC (protocol §6.1, §6.2), as maps: composed with symbol
// keys as the original does, read with symbol or string keys.
#pragma once

#include "core/error.hpp"
#include "core/rpc/rpc.hpp"
#include "core/value.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mco::rpc {

/// The body of a call. `inputs` is keyed by text and becomes `:data`; `process_results` is added to
/// it if given: true for ordinary calls, false for fire-and-forget, absent for batches and custom
/// reply targets.
Value request_body(std::string_view agent,
                   std::string_view action,
                   std::string_view caller,
                   const Map& inputs,
                   std::optional<bool> process_results);

/// A call as it was asked for, before the DDL has been asked.
struct CallBody {
    std::string agent;  ///< as the body says; may be empty. Dispatch goes by the claims
    std::string action;
    std::string caller;  ///< as the body says, proven by nobody
    Map inputs;          ///< string keys, without process_results
    bool wants_reply = true;
};

/// A symbol key wins over an equal string key. Errors: malformed (no reply is owed): not a map, no
/// action, data that are no map, an input whose name is not text. Any thread.
Expected<CallBody> read_call(const Value& body);

/// The body of a reply: `:statuscode`, `:statusmsg`, `:data` with a symbol for every output. Nested
/// values as they are.
Value reply_body(const Output& output);

/// The output inside a reply, keyed by strings; nested values as they are; codes beyond 5 are kept.
/// Errors: malformed.
Expected<Output> read_reply(const Value& body);

}  // namespace mco::rpc
