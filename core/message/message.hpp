// What travels: requests and replies before and after somebody proved who sent them.
#pragma once

#include "core/filter/filter.hpp"
#include "core/time.hpp"
#include "core/value.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace mco::security {
class Provider;
}

namespace mco::message {

/// One message as a connector delivers it: bytes that nobody has looked into.
struct Delivery {
    std::string body;
    std::string
        reply_to;        ///< routing header; the legacy providers have no better, `x509` ignores it
    std::string sender;  ///< `mc_sender` header: for the log only
};

/// What a request says of itself. Worth nothing until a security provider has proven it.
/// `body` is a string for the agent `discovery` ("ping"), otherwise a map with agent, action,
/// caller, data (protocol §6).
struct Claims {
    std::string id;  ///< 32 lowercase hex digits from us; opaque from others
    std::string sender;
    std::string caller;
    std::string collective;
    std::string agent;
    TimePoint time;
    std::chrono::seconds ttl{60};
    filter::Filter filter;
    std::string reply_to;
    Value body;
};

/// What a caller's certificate says of its owner besides the name: extensions that the authority
/// signed, name and value, such as {"pp_role", "operator"} (Puppet's trusted facts).
using Trusted = std::vector<std::pair<std::string, std::string>>;

/// A request whose caller is proven. Only a security provider can make one.
class Request {
  public:
    const Claims& claims() const { return claims_; }

    const Claims* operator->() const { return &claims_; }

    /// Of the caller; empty with a provider that has no certificates.
    const Trusted& trusted() const { return trusted_; }

  private:
    friend class security::Provider;

    Request(Claims claims, Trusted trusted)
        : claims_(std::move(claims)), trusted_(std::move(trusted)) {}

    Claims claims_;
    Trusted trusted_;
};

/// A reply, made by a node or proven by the client's provider.
/// `body` is "pong" for discovery, otherwise a map with statuscode, statusmsg, data.
struct Reply {
    std::string id;  ///< of the request it answers
    std::string sender;
    std::string agent;
    std::string collective;
    TimePoint time;
    Value body;
    std::size_t size = 0;  ///< of the message that brought it, in bytes
};

}  // namespace mco::message
