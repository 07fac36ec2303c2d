#include "client/collect.hpp"

#include "client/tally.hpp"
#include "core/rpc/body.hpp"

#include <utility>

namespace mco::client {

Collector::Collector(const std::vector<std::string>& expected, Duration limit, OnResult on_result)
    : anybody_expected_(!expected.empty()), limit_(limit), on_result_(std::move(on_result)) {
    for (const auto& name : expected)
        ++unfinished_[name];
}

void Collector::on_sent(Monotonic now) {
    sent_ = now;
}

bool Collector::on_reply(const message::Reply& reply, Monotonic now) {
    ++answers_;
    if (const auto found = unfinished_.find(reply.sender);
        found != unfinished_.end() && --found->second == 0)
        unfinished_.erase(found);
    if (on_result_)
        on_result_(result_from(reply), answers_, now - sent_);
    return anybody_expected_ && unfinished_.empty();
}

std::vector<std::string> Collector::awaited() const {
    std::vector<std::string> names;
    for (const auto& [name, times] : unfinished_)
        names.push_back(name);
    return names;
}

Result result_from(const message::Reply& reply) {
    auto output = rpc::read_reply(reply.body);
    if (!output)
        return {reply.sender,
                5,
                "The node sent a reply that cannot be read: " + output.error().message,
                Map{}};
    auto data = std::move(output->data);
    for (auto& [key, value] : data.entries())
        if (const auto* name = key.string())
            key = Symbol{*name};
    return {reply.sender,
            static_cast<int>(output->status),
            std::move(output->message),
            std::move(data)};
}

Statistics count(std::vector<std::string> discovered, const std::vector<Result>& results) {
    Tally tally;
    for (const auto& result : results)
        tally.add(result);
    return tally.statistics(std::move(discovered));
}

}  // namespace mco::client
