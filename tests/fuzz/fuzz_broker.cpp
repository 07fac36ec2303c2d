// A broker session fed with arbitrary bytes, beside a reader that is subscribed to what the bytes
// may send to. Whatever happens, both get well-formed frames, queues stay within their limit, and
// nothing is left when the sessions end. The first byte chooses role, login and pieces.
#include "broker/session.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace {

using namespace mco;
using namespace mco::broker;
using namespace std::chrono_literals;
using namespace std::string_view_literals;

constexpr std::size_t queue_limit = 16384;

void require(bool holds) {
    if (!holds)
        std::abort();
}

class Peer final : public SessionHost {
  public:
    Peer(Shared& shared, Role role, Instant& now) : now_(now), session_(shared, *this, now) {
        Account account;
        account.name = "somebody";
        account.rights.role = role;
        account_ = std::make_shared<const Account>(std::move(account));
    }

    void feed(std::string_view bytes) {
        session_.on_bytes(bytes, now_);
        if (wants_login_)
            session_.on_login(account_, now_);
        wants_login_ = false;
    }

    /// Takes up to `most` bytes, as a slow network would, and checks them.
    void write(std::size_t most) {
        std::array<iovec, 4> vectors;
        require(session_.outbox().bytes() <= queue_limit);
        while (most != 0 && !session_.outbox().empty()) {
            require(session_.outbox().gather(vectors) > 0);
            const std::size_t size = std::min(most, vectors[0].iov_len);
            // Read by the rules of 1.0: escapes stay as they are and cannot be wrong.
            require(
                parser_.feed({static_cast<const char*>(vectors[0].iov_base), size}).has_value());
            session_.on_written(size, now_);
            most -= size;
        }
        while (const auto frame = parser_.next())
            require(frame->command == "MESSAGE" || frame->command == "CONNECTED" ||
                    frame->command == "RECEIPT" || frame->command == "ERROR");
    }

    void tick() { session_.on_tick(now_); }

    void attention() override {}

    void authenticate(Credentials) override { wants_login_ = true; }

    void note(system::Level, const std::string&) override {}

  private:
    Instant& now_;
    Session session_;
    AccountPtr account_;
    bool wants_login_ = false;
    wire::FrameParser parser_;
};

void run(std::string_view bytes, unsigned choice, Counters& counters) {
    SessionLimits limits;
    limits.max_frame = 4096;
    limits.max_queue = queue_limit;
    limits.max_subscriptions = 20;
    Router router(counters);
    Backlog backlog(2 * queue_limit);
    Shared shared{router, counters, limits, backlog};
    Instant now{TimePoint(1'700'000'000'000ms), Monotonic(1h)};
    Peer reader(shared, Role::any, now);
    reader.feed(
        std::string_view("CONNECT\naccept-version:1.2\n\n\0"
                         "SUBSCRIBE\nid:t\ndestination:/topic/c.a.agent\n\n\0"
                         "SUBSCRIBE\nid:q\ndestination:/queue/c.nodes\n\n\0",
                         116));
    Peer peer(shared, static_cast<Role>(choice & 3U), now);
    if ((choice & 4U) != 0)
        peer.feed("CONNECT\naccept-version:1.1\nheart-beat:1000,1000\n\n\0"sv);
    const std::size_t piece = (choice & 8U) != 0 ? 7 : 4000;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
        peer.feed(bytes.substr(0, piece));
        peer.write(piece * 2);
        reader.write((choice & 16U) != 0 ? piece / 2 : queue_limit);
        now.steady += 400ms;
        now.wall += 400ms;
        peer.tick();
        reader.tick();
    }
    peer.write(queue_limit);
    reader.write(queue_limit);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    Counters counters;
    run({reinterpret_cast<const char*>(data + 1), size - 1}, data[0], counters);
    require(counters.sessions == 0 && counters.subscriptions == 0 && counters.destinations == 0);
    require(counters.bytes_queued == 0);
    return 0;
}
