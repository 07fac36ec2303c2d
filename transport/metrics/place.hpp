// A socket that listens at an address of this machine.
#pragma once

#include "core/error.hpp"
#include "system/asio.hpp"
#include "system/descriptor.hpp"
#include "system/directory.hpp"
#include "transport/metrics/address.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace mco::metrics {

/// Has the file of a Unix socket, and removes it at the end, if it is still the same.
class Place {
  public:
    /// Errors: io, denied, not_found; they name the address.
    static Expected<Place> take(const Address& address);

    Place(Place&&) noexcept = default;
    Place& operator=(Place&&) = delete;
    ~Place();

    /// Removes the file of a Unix socket.
    void leave();

    /// The descriptor, which listens and does not block; to be called once.
    int release() { return socket_.release(); }

    /// AF_INET, AF_INET6 or AF_UNIX.
    int family() const { return family_; }

    /// What it became: `127.0.0.1:PORT`, `[::1]:PORT` or the path.
    const std::string& name() const { return name_; }

  private:
    Place(system::Descriptor socket, int family, std::string name)
        : socket_(std::move(socket)), family_(family), name_(std::move(name)) {}

    static Expected<Place> take_port(const LoopbackPort& port);
    static Expected<Place> take_path(const std::string& path);

    system::Descriptor socket_;
    int family_;
    std::string name_;
    std::optional<system::Directory> folder_;  ///< of a Unix socket
    std::string file_;
    std::uint64_t inode_ = 0;
};

}  // namespace mco::metrics
