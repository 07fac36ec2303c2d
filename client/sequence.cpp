#include "client/sequence.hpp"

#include <iterator>
#include <utility>

namespace mco::client {

namespace {

constexpr unsigned number_bits = 8;
constexpr std::uint64_t number_mask = (1U << number_bits) - 1;

}  // namespace

std::vector<Question> Sequence::next(Monotonic now) {
    std::vector<Question> all;
    while (!finished_) {
        if (current_ != nullptr) {
            auto questions = current_->next(now);
            for (auto& question : questions)
                question.mark = question.mark << number_bits | (number_ & number_mask);
            std::move(questions.begin(), questions.end(), std::back_inserter(all));
            if (!current_->finished())
                break;
        }
        current_ = begin_next(now);
        ++number_;
        finished_ = current_ == nullptr;
        if (interrupted_ && !finished_)
            current_->on_interrupt(now);
    }
    return all;
}

void Sequence::on_reply(std::uint64_t mark, const message::Reply& reply, Monotonic now) {
    if (current_ != nullptr && (mark & number_mask) == (number_ & number_mask))
        current_->on_reply(mark >> number_bits, reply, now);
}

void Sequence::on_interrupt(Monotonic now) {
    interrupted_ = true;
    if (current_ != nullptr)
        current_->on_interrupt(now);
}

Monotonic Sequence::wake_at() const {
    if (finished_)
        return Monotonic::max();
    return current_ != nullptr ? current_->wake_at() : Monotonic::min();
}

}  // namespace mco::client
