#include "client/resources/comparison.hpp"

#include "client/resources/replies.hpp"

#include <algorithm>

namespace mco::client {

namespace {

double share(std::size_t part, std::size_t whole) {
    return whole == 0 ? 1 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

double Figures::similarity() const {
    return share(most_common, total);
}

double Figures::coverage() const {
    return share(total, possible);
}

Figures& Figures::operator+=(const Figures& other) {
    titles += other.titles;
    total += other.total;
    differing += other.differing;
    most_common += other.most_common;
    possible += other.possible;
    return *this;
}

Figures TypeComparison::figures() const {
    return figures(variants.titles());
}

Figures TypeComparison::figures(const std::vector<TitleFigures>& titles) const {
    Figures all;
    all.titles = titles.size();
    all.possible = titles.size() * answered.size();
    for (const auto& title : titles) {
        all.total += title.nodes;
        all.differing += title.variants > 1 ? 1 : 0;
        all.most_common += title.most_common;
    }
    return all;
}

Figures Comparison::figures() const {
    Figures all;
    for (const auto& type : types)
        all += type.figures();
    return all;
}

std::vector<std::string> Comparison::names(const std::vector<NodeNumber>& numbers) const {
    std::vector<std::string> all;
    all.reserve(numbers.size());
    for (const auto number : numbers)
        all.push_back(nodes[number]);
    return all;
}

void Comparison::excuse_unknown_types() {
    for (auto& type : types) {
        const auto excused = std::stable_partition(
            type.failed.begin(), type.failed.end(), [&](const NodeFailure& failure) {
                return !says_no_such_type(failure.why, type.type);
            });
        for (auto one = excused; one != type.failed.end(); ++one)
            type.unknown.push_back(one->node);
        type.failed.erase(excused, type.failed.end());
    }
}

}  // namespace mco::client
