// The payload of an x509 message: one JSON object (design §5) to and from what the rest of the
// program works with.
//
//   request: protocol id sender caller collective agent time ttl filter reply_to body {action,
//   data} reply:   protocol id sender agent collective time body {statuscode, statusmsg, data}
//
// Two things are spelt differently in memory, as the legacy providers have them (protocol §6): the
// body of a request to `discovery` is the text of its action and the answer the text of its
// statusmsg; that of any other request is a map with the symbols :agent :action :caller :data, that
// of a reply one with :statuscode :statusmsg :data.
#pragma once

#include "core/error.hpp"
#include "core/message/message.hpp"

#include <string>
#include <string_view>

namespace mco::x509 {

constexpr std::string_view request_protocol = "mcollective:request:1";
constexpr std::string_view reply_protocol = "mcollective:reply:1";

/// Fails with `invalid` for an id that is not ours, for a body that names another agent than
/// `claims`, and for a filter with keys besides the five. A body that is neither text nor a call
/// (registration) goes as it is.
Expected<std::string> encode_request(const message::Claims& claims);

/// The claims in `json`. Unknown keys are passed over, except in the filter, where one could mean
/// less nodes. Errors: malformed, limit. Any thread.
Expected<message::Claims> decode_request(std::string_view json);

/// Fails with `invalid` for a body that is neither text nor a map with a statuscode.
Expected<std::string> encode_reply(const message::Reply& reply);

/// The reply in `json`. Errors: malformed, limit. Any thread.
Expected<message::Reply> decode_reply(std::string_view json);

}  // namespace mco::x509
