// For tests of what asks for a connection only when it needs one.
#pragma once

#include "client/link.hpp"
#include "client/testing.hpp"

namespace mco::client::testing {

/// To a fleet, and how often it was wanted.
class FleetLink final : public Link {
  public:
    explicit FleetLink(Fleet& fleet) : fleet_(fleet) {}

    Expected<Session*> session() override {
        ++asked;
        return &fleet_.session();
    }

    int asked = 0;

  private:
    Fleet& fleet_;
};

}  // namespace mco::client::testing
