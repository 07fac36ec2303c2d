#include "client/resources/variants.hpp"

#include <algorithm>
#include <utility>

namespace mco::client {

namespace {

/// Bytes for a line beside its texts: the line's own, its places in two tables, and what is lost
/// when memory is handed out in pieces.
constexpr std::size_t around_a_line = 300;

}  // namespace

ListingNumber Variants::new_listing() {
    listings_.emplace_back();
    return static_cast<ListingNumber>(listings_.size() - 1);
}

bool Variants::continues(Listing& listing, const std::string& title) const {
    if (listing.any && title <= listing.last)
        return false;
    listing.any = true;
    listing.last = title;
    return true;
}

void Variants::add(ListingNumber listing, const ral::Entry& entry) {
    if (continues(listings_[listing], entry.title))
        bytes_ += lines_[number_of(entry)].listings.add(listing);
}

std::uint32_t Variants::number_of(const ral::Entry& entry) {
    if (const auto known = by_text_.find(entry.line); known != by_text_.end())
        return known->second;
    const auto number = static_cast<std::uint32_t>(lines_.size());
    const auto& line = lines_.emplace_back(
        Line{std::string(entry.line), static_cast<std::uint32_t>(entry.parameters.size()), {}});
    by_text_.emplace(line.text, number);
    by_title_[entry.title].push_back(number);
    bytes_ += around_a_line + line.text.size() + entry.title.size();
    return number;
}

void Variants::give(ListingNumber listing, std::vector<NodeNumber> nodes) {
    listings_[listing].nodes = std::move(nodes);
    listings_[listing].last = {};
}

std::size_t Variants::nodes_with(const Line& line) const {
    std::size_t nodes = 0;
    line.listings.each([&](std::size_t listing) { nodes += listings_[listing].nodes.size(); });
    return nodes;
}

std::vector<TitleFigures> Variants::titles() const {
    std::vector<TitleFigures> all;
    for (const auto& [title, numbers] : by_title_) {
        TitleFigures figures{title};
        for (const auto number : numbers) {
            const auto nodes = nodes_with(lines_[number]);
            figures.nodes += nodes;
            figures.variants += nodes > 0 ? 1 : 0;
            figures.most_common = std::max(figures.most_common, nodes);
        }
        if (figures.nodes > 0)
            all.push_back(figures);
    }
    std::sort(all.begin(), all.end(), [](const TitleFigures& a, const TitleFigures& b) {
        return a.title < b.title;
    });
    return all;
}

std::vector<Variant> Variants::of(std::string_view title) const {
    std::vector<Variant> variants;
    const auto found = by_title_.find(std::string(title));
    if (found == by_title_.end())
        return variants;
    for (const auto number : found->second) {
        const auto& [text, size, listings] = lines_[number];
        const auto begin = text.size() - std::min<std::size_t>(text.size(), size + 1);
        Variant variant{std::string_view(text).substr(begin, size), {}};
        listings.each([&](std::size_t listing) {
            const auto& nodes = listings_[listing].nodes;
            variant.nodes.insert(variant.nodes.end(), nodes.begin(), nodes.end());
        });
        std::sort(variant.nodes.begin(), variant.nodes.end());
        if (!variant.nodes.empty())
            variants.push_back(std::move(variant));
    }
    std::sort(variants.begin(), variants.end(), [](const Variant& a, const Variant& b) {
        return a.nodes.size() != b.nodes.size() ? a.nodes.size() > b.nodes.size()
                                                : a.nodes.front() < b.nodes.front();
    });
    return variants;
}

}  // namespace mco::client
