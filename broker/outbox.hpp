// What waits to be written to one peer: a bounded queue of shared pieces. Memory is bounded per
// connection here and nowhere else: a push beyond the limit fails and the connection has to go.
#pragma once

#include "broker/message.hpp"

#include <cstddef>
#include <span>
#include <vector>

#include <sys/uio.h>

namespace mco::broker {

class Outbox {
  public:
    /// Besides its bytes each piece costs so much memory.
    static constexpr std::size_t piece_cost = 48;

    /// `limit` in bytes, what pieces cost included.
    explicit Outbox(std::size_t limit) : limit_(limit) {}

    /// Appends bytes[from..]. False, and nothing appended, when the limit would be exceeded.
    [[nodiscard]] bool push(Bytes bytes, std::size_t from = 0);

    bool empty() const { return bytes_ == 0; }

    std::size_t bytes() const { return bytes_; }

    /// Memory for the pieces that are kept, without their bytes, which are shared.
    std::size_t overhead() const { return (pieces_.size() - head_) * piece_cost; }

    /// Points the vectors at the oldest pieces; returns how many of them were used. They stay valid
    /// until consume().
    std::size_t gather(std::span<iovec> vectors) const;
    /// The first `count` bytes were written.
    void consume(std::size_t count);

  private:
    struct Piece {
        Bytes bytes;
        std::size_t from;
    };

    std::size_t limit_;
    std::size_t bytes_ = 0;
    std::size_t head_ = 0;  // index of the oldest piece that is not written yet
    std::vector<Piece> pieces_;
};

}  // namespace mco::broker
