#include "broker/backlog.hpp"

#include <algorithm>
#include <memory>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mco::broker {

namespace {

/// A text that tells when it is gone.
struct Counted {
    Counted(std::string given, std::size_t& the_count) : text(std::move(given)), count(the_count) {
        count += text.size();
    }

    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

    ~Counted() { count -= text.size(); }

    const std::string text;
    std::size_t& count;
};

}  // namespace

Bytes Backlog::keep(std::string text) {
    const auto counted = std::make_shared<const Counted>(std::move(text), bytes_);
    return {counted, &counted->text};
}

std::size_t Backlog::relieve(Monotonic now) {
    if (bytes_ <= limit_)
        return 0;
    std::vector<std::pair<Burden, Holder*>> burdens;
    std::unordered_map<std::string_view, double> weights;  // of accounts
    for (Holder* const holder : holders_) {
        const Burden burden = holder->burden(now);
        if (burden.weight <= 0)
            continue;
        burdens.emplace_back(burden, holder);
        weights[burden.account] += burden.weight;
    }
    const auto rank = [&weights](const auto& each) {
        const Burden& burden = each.first;
        return std::tuple(burden.account.empty(), weights[burden.account], burden.weight);
    };
    std::sort(burdens.begin(), burdens.end(), [&rank](const auto& one, const auto& other) {
        return rank(one) > rank(other);
    });
    const std::size_t enough = limit_ - limit_ / 8;  // or the next byte would need the next search
    std::size_t given_up = 0;
    for (; given_up < burdens.size() && bytes_ > enough; ++given_up)
        burdens[given_up].second->give_up();
    return given_up;
}

}  // namespace mco::broker
