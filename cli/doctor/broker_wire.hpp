// One connection to a broker, made step by step so that each step can be told and timed. Unlike the
// connector it never goes on by itself; everything ends at a deadline. One thread.
#pragma once

#include "core/error.hpp"
#include "core/time.hpp"
#include "transport/stomp/options.hpp"

#include <memory>
#include <string>
#include <vector>

namespace mco::doctor {

/// What the broker showed of itself while TLS began.
struct BrokerCertificate {
    std::vector<std::string> names;  ///< for which it was issued
    std::string issuer;              ///< as people write it: `CN = Lab CA`
    TimePoint not_before;
    TimePoint not_after;
    std::string refusal;  ///< why it must not be believed; empty: it is verified
};

class BrokerWire {
  public:
    BrokerWire();
    ~BrokerWire();
    BrokerWire(const BrokerWire&) = delete;
    BrokerWire& operator=(const BrokerWire&) = delete;

    /// The addresses behind the server's name. Errors: not_found, timed_out.
    Expected<std::vector<std::string>> resolve(const stomp::Server& server, Monotonic deadline);

    /// To the first of them that lets us; returns that one. Errors: unavailable, timed_out.
    Expected<std::string> connect(Monotonic deadline);

    /// Shakes hands. A certificate that cannot be believed is no Error: it is told, and nothing
    /// must be sent then. Errors: io, invalid (our files), denied, timed_out.
    Expected<BrokerCertificate> start_tls(const stomp::Server& server, Monotonic deadline);

    /// Errors: unavailable, timed_out.
    Expected<void> write(const std::string& bytes, Monotonic deadline);

    /// At least one byte. Errors: as above.
    Expected<std::string> read(Monotonic deadline);

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace mco::doctor
