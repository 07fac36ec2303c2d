// One thing that is to be learned from nodes, one question after the other: sans-I/O parts of the
// second round (resources §5).
#pragma once

#include "client/outcome.hpp"
#include "client/resources/comparison.hpp"
#include "core/value.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace mco::client {

/// The agent that is asked.
constexpr std::string_view ral_agent = "puppetral";

/// What a listing holds, and how much of it is taken.
struct ListingRules {
    std::string packages =
        "system";      ///< whose packages: `system`, or those of all providers: empty
    bool ids = false;  ///< uid and gid take part
    std::size_t most_bytes = std::size_t{1} << 30;  ///< of all different resources of a type
};

class Inquiry {
  public:
    struct Ask {
        NodeNumber node = 0;
        std::string action;
        Map inputs;
    };

    enum class Next { ask, done };
    /// Others that turned out to be necessary.
    using More = std::vector<std::unique_ptr<Inquiry>>;

    Inquiry() = default;
    Inquiry(const Inquiry&) = delete;
    Inquiry& operator=(const Inquiry&) = delete;
    virtual ~Inquiry() = default;

    /// The question that is due; at first, and whenever `ask` was returned.
    virtual Ask ask() = 0;
    virtual Next on_result(const Result& result, More& more) = 0;
    /// No answer came, for the reason `why`.
    virtual Next on_silence(const std::string& why) = 0;
    /// Nobody asks any more: whoever was to tell has failed to.
    virtual void abandon(const std::string& why) = 0;
};

}  // namespace mco::client
