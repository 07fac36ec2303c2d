#include "client/sources/lookup.hpp"

#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <netdb.h>
#include <sys/socket.h>

namespace mco::client {

namespace {

using Addresses = Expected<std::vector<std::string>>;

/// Where the thread that asks leaves what it learnt.
struct Search {
    std::mutex mutex;
    std::condition_variable done;
    std::optional<Addresses> found;
};

std::string as_number(const addrinfo& entry) {
    std::array<char, NI_MAXHOST> text{};
    const int failed = ::getnameinfo(
        entry.ai_addr, entry.ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
    return failed == 0 ? text.data() : "";
}

}  // namespace

Expected<std::vector<std::string>> resolve(const std::string& host) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* entries = nullptr;
    const int failed = ::getaddrinfo(host.c_str(), nullptr, &hints, &entries);
    if (failed != 0)
        return fail(Errc::unavailable,
                    std::string("its name cannot be resolved: ") + ::gai_strerror(failed));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(entries, ::freeaddrinfo);
    std::vector<std::string> addresses;
    for (const auto* entry = entries; entry != nullptr; entry = entry->ai_next)
        if (auto address = as_number(*entry); !address.empty())
            addresses.push_back(std::move(address));
    return addresses;
}

Expected<std::vector<std::string>> look_up(const std::string& host,
                                           Monotonic deadline,
                                           const Resolver& resolver) {
    // the thread that we may leave behind is the second owner
    const auto search = std::make_shared<Search>();
    try {
        std::thread([search, host, resolver] {
            auto found = resolver(host);
            const std::lock_guard lock(search->mutex);
            search->found = std::move(found);
            search->done.notify_one();
        }).detach();
    } catch (const std::system_error& error) {
        return fail(Errc::io, std::string("its name cannot be resolved: ") + error.what());
    }
    std::unique_lock lock(search->mutex);
    if (!search->done.wait_until(lock, deadline, [&] { return search->found.has_value(); }))
        return fail(Errc::timed_out, "its name was not resolved in time");
    return *std::move(search->found);
}

}  // namespace mco::client
