#include "client/performing.hpp"

#include <fmt/format.h>

#include <utility>

namespace mco::client {

Performing::Performing(Request request,
                       Targets targets,
                       const CallPlan& plan,
                       std::string id,
                       Status& status,
                       Sink sink)
    : request_(std::move(request)),
      targets_(std::move(targets)),
      plan_(plan),
      id_(std::move(id)),
      status_(status),
      sink_(std::move(sink)),
      batched_(plan.batch.size.number > 0),
      route_(batched_ ? Route::directed_by_name
                      : route(targets_.nodes.size(),
                              targets_.by_name,
                              plan.addressing.direct,
                              plan.addressing.threshold)),
      groups_(batches(targets_.nodes, plan.batch.size)) {
    if (batched_)
        request_.process_results.reset();
}

std::vector<Question> Performing::next(Monotonic now) {
    if (finished_)
        return {};
    if (!begun_) {
        begun_ = now;
        resume_ = now;
        if (groups_.empty())
            status_.nobody_found();
        else
            status_.waiting_for(targets_.nodes.size());
    }
    if (collector_ && now >= collector_->wake_at() && collector_->on_tick(now)) {
        timed_out_ = true;
        collector_.reset();
        resume_ = now + plan_.batch.sleep;
    }
    if (interrupted_ || (!collector_ && all_asked())) {
        conclude(now);
        return {};
    }
    return collector_ || now < resume_ ? std::vector<Question>() : ask(now);
}

std::vector<Question> Performing::ask(Monotonic now) {
    const auto& group = groups_[next_group_++];
    asked_ += group.size();
    sent_ = now;
    collector_.emplace(group, plan_.limit, [this](Result&& result, std::size_t, auto since_sent) {
        take(std::move(result), since_sent);
    });
    collector_->on_sent(now);
    Question question{request_, group, route_};
    question.id = id_;
    question.must_go = true;
    return {std::move(question)};
}

void Performing::on_reply(std::uint64_t /*mark*/, const message::Reply& reply, Monotonic now) {
    if (finished_ || interrupted_)
        return;
    if (tally_.senders().contains(reply.sender)) {
        constexpr std::size_t most = 1000;
        if (repeated_.size() < most)
            repeated_.push_back(reply.sender);
        return;
    }
    reply_bytes_ += reply.size;
    last_size_ = reply.size;
    if (!collector_)
        return take(result_from(reply), now - sent_);
    if (collector_->on_reply(reply, now)) {
        collector_.reset();
        resume_ = now + plan_.batch.sleep;
    }
}

void Performing::take(Result&& result, Monotonic::duration since_sent) {
    if (reply_bytes_ > plan_.max_reply_bytes) {
        reply_bytes_ -= last_size_;
        result = {
            result.sender,
            5,
            fmt::format("Its reply of {} bytes was dropped: those of one call may take {} bytes",
                        last_size_,
                        plan_.max_reply_bytes),
            Map{}};
    }
    tally_.add(result);
    status_.answered(result, tally_.answers(), since_sent);
    if (sink_)
        sink_(std::move(result));
}

Monotonic Performing::wake_at() const {
    if (finished_)
        return Monotonic::max();
    if (!begun_)
        return Monotonic::min();
    return collector_ ? collector_->wake_at() : resume_;
}

void Performing::conclude(Monotonic now) {
    finished_ = true;
    collector_.reset();
    statistics_ = tally_.statistics(std::move(targets_.nodes));
    if (timed_out_ && !interrupted_ && !statistics_.silent.empty())
        status_.gave_up_on(statistics_.silent);
    status_.finished(batched_);
    statistics_.discovery_time = targets_.discovery_time;
    if (!groups_.empty())
        statistics_.agent_time = now - *begun_;
    statistics_.interrupted = interrupted_;
    statistics_.asked = asked_;
    statistics_.repeated = std::move(repeated_);
}

}  // namespace mco::client
