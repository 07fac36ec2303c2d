#include "tests/bench/fleet_packages.hpp"

#include "core/ral/listing.hpp"
#include "core/ral/resource.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace mco::bench {

namespace {

constexpr std::size_t page_bytes = std::size_t{1} << 20;

/// Packages as dpkg has them; what differs is decided by the name of the node.
std::vector<std::string> package_lines(const std::string& node, std::size_t count, double drift) {
    std::mt19937_64 random(std::hash<std::string>()(node));
    std::uniform_real_distribution<double> share(0, 1);
    std::vector<ral::Resource> packages;
    for (std::size_t i = 0; i < count; ++i) {
        constexpr std::uint64_t versions = 5;
        const auto version = share(random) < drift ? 1 + random() % versions : 0;
        packages.push_back(
            {"package",
             "lib-some-package-" + std::to_string(i) + "-dev",
             {{"ensure", "1." + std::to_string(i % 50) + ".2-4+deb12u" + std::to_string(version)},
              {"mark", "none"},
              {"provider", "apt"}},
             {},
             false});
    }
    return ral::canonical_lines(packages, {});
}

class CannedPackages final : public agents::Agent {
  public:
    CannedPackages(const ddl::Ddl& declaration, const std::vector<std::string>& lines)
        : declaration_(declaration), count_(lines.size()), digest_(ral::digest(lines, {})) {
        for (std::size_t offset = 0;;) {
            auto page = ral::pack(lines, offset, page_bytes).value();
            const auto next = page.next;
            pages_.emplace_back(offset, std::move(page));
            if (next == 0)
                break;
            offset = next;
        }
    }

    const ddl::Ddl& declaration() const override { return declaration_; }

    rpc::Output act(const agents::Call& call) const override {
        if (call.action == "digest")
            return {rpc::Status::ok,
                    "OK",
                    {{"digests", Map{{"package", Map{{"count", count()}, {"digest", digest_}}}}}}};
        return call.action == "list" ? list(call.inputs)
                                     : rpc::failure("This node is an emulated one");
    }

  private:
    Value count() const { return static_cast<std::int64_t>(count_); }

    rpc::Output list(const Map& inputs) const {
        const auto* given = inputs.find("offset");
        const auto offset = given == nullptr || given->integer() == nullptr
                                ? std::size_t{0}
                                : static_cast<std::size_t>(*given->integer());
        const auto page = std::find_if(
            pages_.begin(), pages_.end(), [&](const auto& one) { return one.first == offset; });
        if (page == pages_.end())
            return rpc::failure("no page begins there");
        return {rpc::Status::ok,
                "OK",
                {{"entries", page->second.entries},
                 {"count", count()},
                 {"digest", digest_},
                 {"next", static_cast<std::int64_t>(page->second.next)}}};
    }

    const ddl::Ddl& declaration_;
    std::size_t count_;
    std::string digest_;
    std::vector<std::pair<std::size_t, ral::Page>> pages_;  // by offset
};

template <class T>
T required(Expected<T> setting) {
    if (!setting)
        throw std::invalid_argument(setting.error().message);
    return *setting;
}

}  // namespace

std::unique_ptr<agents::Agent> make_canned_packages(const agents::AgentContext& context) {
    const auto count = required(context.config.plugin_int("fleet.packages", 0));
    if (count <= 0)
        return nullptr;
    const auto drift = required(context.config.plugin_float("fleet.drift", 0));
    return std::make_unique<CannedPackages>(
        context.declarations.agent("puppetral"),
        package_lines(context.config.identity, static_cast<std::size_t>(count), drift));
}

}  // namespace mco::bench
