#include "broker/outbox.hpp"

namespace mco::broker {

namespace {

/// An idle connection keeps no more room than this: a thousand of them are idle most of the time.
constexpr std::size_t pieces_kept = 8;
/// Written pieces are cut off the front once there are so many of them.
constexpr std::size_t pieces_before_compaction = 1024;

}  // namespace

bool Outbox::push(Bytes bytes, std::size_t from) {
    const std::size_t size = bytes->size() - from;
    if (size > 0 && bytes_ + overhead() + size + piece_cost > limit_)
        return false;
    if (size != 0)
        pieces_.push_back({std::move(bytes), from});
    bytes_ += size;
    return true;
}

std::size_t Outbox::gather(std::span<iovec> vectors) const {
    std::size_t used = 0;
    for (std::size_t i = head_; i < pieces_.size() && used < vectors.size(); ++i) {
        const Piece& piece = pieces_[i];
        // writev only reads through the pointer, but its structure serves readv too.
        vectors[used++] = {const_cast<char*>(piece.bytes->data()) + piece.from,
                           piece.bytes->size() - piece.from};
    }
    return used;
}

void Outbox::consume(std::size_t count) {
    bytes_ -= count;
    while (count != 0) {
        Piece& piece = pieces_[head_];
        const std::size_t left = piece.bytes->size() - piece.from;
        if (count < left) {
            piece.from += count;
            break;
        }
        count -= left;
        piece.bytes.reset();
        ++head_;
    }
    if (head_ == pieces_.size()) {
        pieces_.clear();
        head_ = 0;
        if (pieces_.capacity() > pieces_kept)
            pieces_.shrink_to_fit();
    } else if (head_ >= pieces_before_compaction) {
        pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(head_));
        head_ = 0;
    }
}

}  // namespace mco::broker
