#include "client/sources/http_post.hpp"

#include "client/sources/lookup.hpp"
#include "system/asio.hpp"
#include "system/asio_ssl.hpp"
#include "transport/stomp/tls.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include <sys/socket.h>

namespace mco::client {

namespace {

namespace http = boost::beast::http;
using asio::ip::tcp;
using TlsStream = asio::ssl::stream<tcp::socket&>;

constexpr std::uint32_t longest_header = 65536;
constexpr std::size_t longest_refusal = 2000;
constexpr std::size_t part_size = 65536;
/// A host that drops what we send must not use up the time of the next one.
constexpr std::chrono::seconds usual_connect(5);

class Connection {
  public:
    Connection(const HttpServer& server, Monotonic deadline)
        : server_(server), deadline_(deadline) {}

    Expected<void> open() {
        const auto deadline = std::min(deadline_, std::chrono::steady_clock::now() + usual_connect);
        MCO_TRY(addresses, look_up(server_.host, deadline));
        SystemError error = asio::error::host_not_found;
        for (const auto& address : addresses) {
            const auto number = asio::ip::make_address(address, error);
            if (!error)
                error = connect({number, server_.port}, deadline);
            if (!error)
                return {};
        }
        return unreachable(error);
    }

    Expected<void> start_tls(const stomp::Tls& tls) {
        MCO_TRY(made, stomp::make_tls_context(tls));
        context_.emplace(made.handle.release());
        stream_.emplace(socket_, *context_);
        MCO_CHECK(stomp::expect_host(stream_->native_handle(), server_.host, true));
        const auto error = finish([&](auto done) {
            stream_->async_handshake(asio::ssl::stream_base::client, std::move(done));
        });
        if (!error)
            return {};
        const auto why = stomp::verification_failure(stream_->native_handle());
        if (!why.empty())
            return fail(Errc::denied, "its certificate was refused" + why);
        return broken(error);
    }

    Expected<HttpAnswer> exchange(const HttpRequest& request, const HttpPart& use) {
        return stream_ ? exchange_on(*stream_, request, use) : exchange_on(socket_, request, use);
    }

  private:
    /// One operation to its end, or to the deadline, when it is cancelled.
    template <class Start>
    SystemError finish(Start start, Monotonic deadline) {
        std::optional<SystemError> result;
        start([&result](const SystemError& error, auto&&... /*size*/) { result = error; });
        io_.restart();
        while (!result && io_.run_one_until(deadline) > 0) {
        }
        if (result)
            return *result;
        SystemError ignored;
        socket_.cancel(ignored);
        io_.restart();
        io_.run();
        return asio::error::timed_out;
    }

    template <class Start>
    SystemError finish(Start start) {
        return finish(std::move(start), deadline_);
    }

    SystemError connect(const tcp::endpoint& endpoint, Monotonic deadline) {
        SystemError error;
        socket_.close(error);
        const int descriptor =
            ::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (descriptor < 0)
            return {errno, boost::system::system_category()};
        socket_.assign(endpoint.protocol(), descriptor, error);
        if (error)
            return error;
        return finish([&](auto done) { socket_.async_connect(endpoint, std::move(done)); },
                      deadline);
    }

    template <class Stream>
    Expected<HttpAnswer> exchange_on(Stream& stream,
                                     const HttpRequest& request,
                                     const HttpPart& use) {
        auto message = composed(request);
        auto error =
            finish([&](auto done) { http::async_write(stream, message, std::move(done)); });
        if (error)
            return broken(error);
        boost::beast::flat_buffer buffer;
        http::response_parser<http::buffer_body> parser;
        parser.header_limit(longest_header);
        parser.body_limit(longest_http_answer);
        error = finish(
            [&](auto done) { http::async_read_header(stream, buffer, parser, std::move(done)); });
        if (error)
            return broken(error);
        HttpAnswer answer{parser.get().result_int(), {}};
        while (!parser.is_done()) {
            MCO_TRY(part, read_part(stream, buffer, parser));
            if (answer.status == 200)
                MCO_CHECK(use(part));
            else if (answer.text.size() < longest_refusal)
                answer.text += part.substr(0, longest_refusal - answer.text.size());
        }
        return answer;
    }

    template <class Stream>
    Expected<std::string_view> read_part(Stream& stream,
                                         boost::beast::flat_buffer& buffer,
                                         http::response_parser<http::buffer_body>& parser) {
        auto& body = parser.get().body();
        body.data = part_.data();
        body.size = part_.size();
        const auto error =
            finish([&](auto done) { http::async_read(stream, buffer, parser, std::move(done)); });
        if (error && error != http::error::need_buffer)
            return broken(error);
        return std::string_view(part_.data(), part_.size() - body.size);
    }

    http::request<http::string_body> composed(const HttpRequest& request) const {
        http::request<http::string_body> message(
            http::verb::post, server_.path + request.path, 11, request.body);
        const bool literal = server_.host.find(':') != std::string::npos;
        message.set(http::field::host,
                    (literal ? '[' + server_.host + ']' : server_.host) + ':' +
                        std::to_string(server_.port));
        message.set(http::field::user_agent, "mco");
        message.set(http::field::accept, "application/json");
        message.set(http::field::content_type, request.content_type);
        message.keep_alive(false);
        message.prepare_payload();
        return message;
    }

    static tl::unexpected<Error> unreachable(const SystemError& error) {
        if (error == asio::error::timed_out)
            return fail(Errc::timed_out, "nothing answers there");
        return fail(Errc::unavailable, error.message());
    }

    /// With TLS 1.3 a client learns only when it reads that its certificate was refused.
    tl::unexpected<Error> broken(const SystemError& error) const {
        if (error == asio::error::timed_out)
            return fail(Errc::timed_out, "it did not answer in time");
        if (error == http::error::body_limit)
            return fail(Errc::limit, "the answer is too long");
        const bool tls = error.category() == asio::error::get_ssl_category();
        return fail(tls ? Errc::denied : Errc::unavailable, error.message());
    }

    const HttpServer& server_;
    Monotonic deadline_;
    asio::io_context io_{1};
    tcp::socket socket_{io_};
    std::optional<asio::ssl::context> context_;
    std::optional<TlsStream> stream_;
    std::array<char, part_size> part_{};
};

}  // namespace

Expected<HttpAnswer> http_post(const HttpServer& server,
                               const stomp::Tls& tls,
                               const HttpRequest& request,
                               Monotonic deadline,
                               const HttpPart& use) {
    Connection connection(server, deadline);
    MCO_CHECK(connection.open());
    if (server.tls)
        MCO_CHECK(connection.start_tls(tls));
    return connection.exchange(request, use);
}

}  // namespace mco::client
