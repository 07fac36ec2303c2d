// How the legacy providers write envelopes and bodies: which of the original's serialisers a site
// uses (protocol §3, §4.4, §4.5). Both ends must agree; nothing in a message tells.
#pragma once

#include "core/error.hpp"
#include "core/value.hpp"

#include <string>
#include <string_view>

namespace mco::security {

struct Codec {
    Expected<Value> (*decode)(std::string_view bytes);
    Expected<std::string> (*encode)(const Value& value);
    /// As decode, for bodies of replies: values that are no plain data become texts, and cost
    /// nothing else.
    Expected<Value> (*decode_reply)(std::string_view bytes);

    /// This one, which decodes by decode_reply.
    Codec for_replies() const { return {decode_reply, encode, decode_reply}; }
};

Codec marshal_codec();

/// What plugin.ssl_serializer and plugin.aes.serializer say: exactly `yaml` is YAML, everything
/// else Marshal.
Codec codec_named(std::string_view name);

}  // namespace mco::security
