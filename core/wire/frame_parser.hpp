// Reads STOMP frames out of a byte stream that arrives in arbitrary pieces, within fixed limits.
//
//   stream  = *( EOL / frame )            an EOL between frames is a heart-beat
//   frame   = command EOL *( name ":" value EOL ) EOL *octet NUL
//   EOL     = [CR] LF                     the body has content-length octets; without that header
//   it ends at the first NUL
#pragma once

#include "core/error.hpp"
#include "core/wire/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::wire {

struct Limits {
    std::size_t headers = 100;             ///< in one frame
    std::size_t header_bytes = 64u << 10;  ///< command and headers of one frame together
    std::size_t body_bytes = 16u << 20;    ///< of one frame
};

/// Feed bytes, then take every finished frame. Holds at most one unfinished frame (so no more than
/// the limits) and the finished ones of the latest feed.
class FrameParser {
  public:
    explicit FrameParser(Limits limits = {}, Version version = Version::v1_0);

    /// The escaping rules for frames taken from now on, as CONNECT and CONNECTED negotiated them.
    void set_version(Version version) { version_ = version; }

    /// Errors: malformed (this is not STOMP), limit. After an error the stream has lost its place:
    /// every later feed fails with the same error, frames finished before it can still be taken.
    Expected<void> feed(std::string_view bytes);

    /// The oldest finished frame, header names and values unescaped (protocol §2.1): 1.0 has no
    /// escapes, and blanks around its values do not count.
    std::optional<Frame> next();

    /// How many heart-beats (line ends between frames) have been seen so far.
    std::uint64_t heart_beats() const { return heart_beats_; }

    /// Whether the bytes fed so far end inside a frame.
    bool in_frame() const { return state_ != State::between; }

    /// Finished frames that were not taken yet.
    std::size_t waiting() const { return finished_.size() - taken_; }

    /// Bytes of the unfinished frame that were fed so far.
    std::size_t held() const { return header_bytes_ + frame_.body.size(); }

  private:
    enum class State { between, command, headers, counted_body, open_body, end_of_body };

    Expected<void> step(std::string_view& bytes);
    Expected<void> skip_line_ends(std::string_view& bytes);
    Expected<void> take_line(std::string_view& bytes);
    Expected<void> on_line();
    Expected<void> on_header();
    Expected<void> on_end_of_headers();
    Expected<void> take_counted_body(std::string_view& bytes);
    Expected<void> take_open_body(std::string_view& bytes);
    Expected<void> take_end_of_body(std::string_view& bytes);
    void finish();

    Limits limits_;
    Version version_;
    State state_ = State::between;
    std::string line_;
    std::size_t header_bytes_ = 0;
    std::size_t remaining_ = 0;  // of a counted body
    Frame frame_;
    std::vector<Frame> finished_;  // header text still as it came
    std::size_t taken_ = 0;        // of finished_
    std::uint64_t heart_beats_ = 0;
    std::optional<Error> broken_;
};

}  // namespace mco::wire
