// One request of a conversation, as a value: what is asked of whom.
#pragma once

#include "client/compose.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mco::client {

enum class Purpose {
    call,  ///< an action is to be run
    ping,  ///< everybody who matches the filter, or those of these nodes, are to say so
    probe  ///< these nodes are to give a sign of life, whatever their clocks show
};

struct Question {
    /// Of a ping only filter, collective and ttl count, of a probe filter and collective. A ping
    /// without nodes is for everybody.
    Request request;
    std::vector<std::string> nodes;
    Route route = Route::directed_by_name;
    std::uint64_t mark = 0;  ///< comes back with every reply
    Purpose purpose = Purpose::call;
    std::string id = {};   ///< of the request; empty: a fresh one
    bool must_go = false;  ///< the conversation fails if too much waits for the broker to send it;
                           ///< else it is dropped then
};

/// Everybody who matches `filter` is asked to say so.
Question ping_question(const filter::Filter& filter,
                       const std::string& collective,
                       std::chrono::seconds ttl);

/// `nodes` are asked for a sign of life; `filter`: only if it matches them.
Question probe_question(const filter::Filter& filter,
                        const std::string& collective,
                        std::vector<std::string> nodes);

/// The messages that carry it.
std::vector<Shipment> compose(const Question& question, const Origin& origin);

}  // namespace mco::client
