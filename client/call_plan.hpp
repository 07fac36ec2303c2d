// What a call is carried out by, and who is told how it goes on: values.
#pragma once

#include "client/limit.hpp"
#include "client/outcome.hpp"
#include "core/time.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::client {

/// Told what happens while it happens; draws nothing by itself.
class Status {
  public:
    Status() = default;
    Status(const Status&) = delete;
    Status& operator=(const Status&) = delete;
    virtual ~Status() = default;

    /// `limit` 0: it does not take time.
    virtual void discovering(std::string_view /*method*/, std::chrono::seconds /*limit*/) {}

    virtual void discovered(std::size_t /*nodes*/) {}

    virtual void nobody_found() {}

    virtual void waiting_for(std::size_t /*nodes*/) {}

    virtual void answered(const Result& /*result*/,
                          std::size_t /*answers*/,
                          Monotonic::duration /*since_sent*/) {}

    /// The time is over; these nodes, in discovery order, have not answered.
    virtual void gave_up_on(const std::vector<std::string>& /*nodes*/) {}

    virtual void finished(bool /*batched*/) {}
};

/// What the configuration says of every call.
struct Addressing {
    bool direct = true;
    std::size_t threshold = 10;              ///< nodes up to which requests go to each of them
    std::chrono::seconds discovery_ttl{60};  ///< --ttl does not reach discovery
};

/// The nodes a request is for.
struct Targets {
    std::vector<std::string> nodes;
    bool by_name = false;       ///< the request goes to each of them, however many there are
    Seconds discovery_time{0};  ///< zero exactly when nobody looked for them
    std::vector<std::string> undiscovered = {};  ///< expected, but not found
    std::string_view method = "mc";              ///< by which they were found
};

constexpr std::size_t usual_reply_bytes = std::size_t{1} << 30;

/// How a call is carried out.
struct CallPlan {
    std::chrono::milliseconds limit{0};  ///< for the replies; each batch has as much
    Addressing addressing = {};
    Batch batch = {};
    std::size_t max_reply_bytes = usual_reply_bytes;  ///< of all replies; what is more is dropped
};

/// Where results go as they arrive: whoever wants all of them keeps them. May be empty.
using Sink = std::function<void(Result&& result)>;

}  // namespace mco::client
