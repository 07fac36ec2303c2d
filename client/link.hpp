// The way to the broker.
#pragma once

#include "client/session.hpp"
#include "core/error.hpp"

namespace mco::client {

/// Nothing is touched before somebody asks for it.
class Link {
  public:
    Link() = default;
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    virtual ~Link() = default;

    /// Connected; the same one every time. Errors say what to do. An interrupt is an Error without
    /// a message.
    virtual Expected<Session*> session() = 0;
};

}  // namespace mco::client
