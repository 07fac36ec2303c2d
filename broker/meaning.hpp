// What a destination of ActiveMQ's scheme is for (protocol §2.4).
#pragma once

#include <string_view>

namespace mco::broker {

enum class Purpose {
    agent,         ///< requests to everybody: /topic/C.A.agent, /topic/C.agents
    registration,  ///< /topic/C.registration.agent
    nodes,         ///< requests to one node each: /queue/C.nodes
    reply,         ///< /queue/C.reply.I_PID.SEQ
    other,
};

/// The views are into the text that was given.
struct Meaning {
    Purpose purpose = Purpose::other;
    std::string_view collective;  ///< one segment, without dots
    std::string_view reader;      ///< of a reply queue: I_PID.SEQ
};

Meaning meaning_of(std::string_view destination);

/// The identity in I_PID.SEQ; empty when the text has another form.
std::string_view identity_of_reader(std::string_view reader);

}  // namespace mco::broker
