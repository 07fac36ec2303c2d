// From a call as it was asked for to a call of a declared action: the first stage that owes a
// reply.
#pragma once

#include "core/ddl/ddl.hpp"
#include "core/rpc/body.hpp"
#include "core/rpc/rpc.hpp"

#include <tl/expected.hpp>

#include <string_view>
#include <utility>

namespace mco::ddl {

/// A call whose action is declared and whose inputs are valid. Only bind() makes one.
class BoundCall {
  public:
    const Action& action() const {
        return *action_;
    }  ///< lives as long as the Ddl it was bound with

    const rpc::CallBody& body() const { return body_; }

    const Map& inputs() const { return body_.inputs; }

    bool wants_reply() const { return body_.wants_reply; }

  private:
    friend tl::expected<BoundCall, rpc::Output> bind(rpc::CallBody body,
                                                     std::string_view agent,
                                                     const Ddl& ddl);

    BoundCall(const Action& action, rpc::CallBody body)
        : action_(&action), body_(std::move(body)) {}

    const Action* action_;
    rpc::CallBody body_;
};

/// Validates the call against the declaration of `agent`. What is wrong comes back as the output to
/// reply with: status invalid_data also for unknown actions and missing inputs (protocol §15.17),
/// with the output defaults of a known action. Any thread.
tl::expected<BoundCall, rpc::Output> bind(rpc::CallBody body,
                                          std::string_view agent,
                                          const Ddl& ddl);

}  // namespace mco::ddl
