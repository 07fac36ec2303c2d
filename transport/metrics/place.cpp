#include "transport/metrics/place.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace mco::metrics {
namespace {

using system::Descriptor;

constexpr int backlog = SOMAXCONN;    // who has to try again waits for a second
constexpr mode_t others_mask = 0117;  // of 0777: what is left is 0660

tl::unexpected<Error> cannot_listen(const std::string& name, int error) {
    return fail(Errc::io, "cannot listen on " + name + ": " + std::strerror(error));
}

Descriptor make_socket(int family) {
    return Descriptor(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

sockaddr_un unix_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
}

/// Whether a socket of ours is there that nobody listens on: its program was killed.
bool is_left_over(const std::string& path) {
    struct stat status {};

    if (::lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode) ||
        status.st_uid != ::geteuid())
        return false;
    const Descriptor probe = make_socket(AF_UNIX);
    const auto address = unix_address(path);
    return probe &&
           ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
               0 &&
           errno == ECONNREFUSED;
}

/// The file has its mode when it appears. What other threads make meanwhile is closed for others,
/// too, which at the start is nothing.
bool bind_with_mode(int socket, const sockaddr_un& address) {
    const mode_t usual = ::umask(others_mask);
    const bool bound =
        ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    const int error = errno;
    ::umask(usual);
    errno = error;
    return bound;
}

std::uint64_t inode_of(const std::string& path) {
    struct stat status {};

    return ::lstat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

}  // namespace

Expected<Place> Place::take(const Address& address) {
    if (const auto* port = std::get_if<LoopbackPort>(&address))
        return take_port(*port);
    return take_path(std::get<SocketPath>(address).path);
}

Expected<Place> Place::take_port(const LoopbackPort& port) {
    const auto number = asio::ip::make_address(port.host);
    asio::ip::tcp::endpoint wanted(number, port.port);
    const auto shown = [&](unsigned short chosen) {
        const auto host = number.is_v6() ? '[' + port.host + ']' : port.host;
        return host + ':' + std::to_string(chosen);
    };
    Descriptor socket = make_socket(wanted.protocol().family());
    const int on = 1;
    socklen_t size = static_cast<socklen_t>(wanted.size());
    if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        ::bind(socket.get(), wanted.data(), size) != 0 || ::listen(socket.get(), backlog) != 0 ||
        ::getsockname(socket.get(), wanted.data(), &size) != 0)
        return cannot_listen(shown(port.port), errno);
    return Place(std::move(socket), wanted.protocol().family(), shown(wanted.port()));
}

Expected<Place> Place::take_path(const std::string& path) {
    const std::filesystem::path whole(path);
    auto folder = system::Directory::open(whole.parent_path().string());
    if (!folder)
        return fail(folder.error().code,
                    "cannot listen on " + path + ": " + folder.error().message);
    Place place(make_socket(AF_UNIX), AF_UNIX, path);
    const auto file = whole.filename().string();
    const auto reached = folder->path_of(file);
    if (reached.size() >= sizeof(sockaddr_un::sun_path))
        return cannot_listen(path, ENAMETOOLONG);
    if (is_left_over(reached))
        ::unlink(reached.c_str());
    const auto address = unix_address(reached);
    if (!place.socket_ || !bind_with_mode(place.socket_.get(), address) ||
        ::listen(place.socket_.get(), backlog) != 0)
        return cannot_listen(path, errno);
    place.inode_ = inode_of(reached);
    place.file_ = file;
    place.folder_ = *std::move(folder);
    return place;
}

void Place::leave() {
    if (!folder_)
        return;
    const auto reached = folder_->path_of(file_);
    if (inode_ != 0 && inode_of(reached) == inode_)
        ::unlink(reached.c_str());
    folder_.reset();
}

Place::~Place() {
    leave();
}

}  // namespace mco::metrics
