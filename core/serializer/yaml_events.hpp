// The parser of libyaml, which is also Ruby's, as a stream of events. Internal to core/serializer.
#pragma once

#include "core/error.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mco::serializer::yaml {

struct Event {
    enum class Kind : std::uint8_t { scalar, alias, list_begin, list_end, map_begin, map_end, end };

    Kind kind = Kind::end;
    std::string anchor;  ///< empty: none; for an alias the name it refers to
    std::string tag;     ///< as resolved, empty: none
    std::string text;    ///< of a scalar
    bool plain = false;  ///< a scalar without quotes and not in block style
};

class Events {
  public:
    /// `text` must outlive this.
    explicit Events(std::string_view text);

    /// The next event of the first document; `end` behind its last. Errors: malformed.
    Expected<Event> next();

    /// Where the last event began: "line L, column C".
    std::string place() const;

  private:
    struct State;

    struct Delete {
        void operator()(State* state) const;
    };

    std::unique_ptr<State, Delete> state_;
};

}  // namespace mco::serializer::yaml
