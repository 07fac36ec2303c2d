#include "broker/refusal.hpp"

#include "broker/meaning.hpp"

#include <algorithm>

namespace mco::broker {

namespace {

std::string who(const Rights& rights) {
    return "the role " + std::string(name(rights.role));
}

/// Empty when role and collective are not what stands in the way.
std::string why_nothing(const Rights& rights, const Meaning& meaning) {
    if (rights.role == Role::none)
        return "the role none may nothing but what allow lines permit";
    if (meaning.purpose == Purpose::other)
        return "no role has a right there, only an allow line can give it";
    const auto& own = rights.collectives;
    if (!own.empty() && std::find(own.begin(), own.end(), meaning.collective) == own.end())
        return "collectives= does not name " + std::string(meaning.collective);
    return {};
}

std::string identities(const Rights& rights) {
    return rights.identity.empty() ? "any identity" : "an identity of " + rights.identity;
}

}  // namespace

std::string why_not_publish(const Rights& rights, std::string_view destination) {
    const Meaning meaning = meaning_of(destination);
    if (std::string why = why_nothing(rights, meaning); !why.empty())
        return why;
    const bool answers = meaning.purpose == Purpose::reply;
    return std::string(answers ? "only the role node answers requests"
                               : "only the role client sends requests") +
           ", this is " + who(rights);
}

std::string why_not_subscribe(const Rights& rights, std::string_view destination) {
    const Meaning meaning = meaning_of(destination);
    if (std::string why = why_nothing(rights, meaning); !why.empty())
        return why;
    if (meaning.purpose == Purpose::reply) {
        if (rights.role != Role::client)
            return "only the role client reads replies, this is " + who(rights);
        return "replies are read without selector, from reply.IDENTITY_PID.SEQUENCE and under " +
               identities(rights);
    }
    if (rights.role != Role::node)
        return "only the role node reads requests, this is " + who(rights);
    return "requests to single nodes need the selector mc_identity = 'IDENTITY' with " +
           identities(rights);
}

}  // namespace mco::broker
