#include "cli/doctor/broker_wire.hpp"

#include "cli/doctor/certificate_facts.hpp"
#include "core/security/x509/openssl.hpp"
#include "core/security/x509/pem.hpp"
#include "system/asio.hpp"
#include "system/asio_ssl.hpp"
#include "transport/stomp/tls.hpp"

#include <openssl/x509v3.h>

#include <array>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <optional>
#include <thread>

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

namespace mco::doctor {

namespace {

using asio::ip::tcp;
using Stream = asio::ssl::stream<tcp::socket&>;

/// A question to the resolver, which has no deadline of its own: whoever asks may leave earlier.
struct Lookup {
    std::mutex mutex;  // guards the rest
    std::condition_variable answered;
    bool done = false;
    int code = 0;
    std::vector<tcp::endpoint> endpoints;
};

void look_up(const std::shared_ptr<Lookup>& lookup, const std::string& host, std::uint16_t port) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
    const std::lock_guard lock(lookup->mutex);
    lookup->code = code;
    for (const auto* one = code == 0 ? found : nullptr; one != nullptr; one = one->ai_next) {
        tcp::endpoint endpoint;
        if (one->ai_addrlen > endpoint.capacity())
            continue;
        endpoint.resize(one->ai_addrlen);
        std::memcpy(endpoint.data(), one->ai_addr, one->ai_addrlen);
        lookup->endpoints.push_back(endpoint);
    }
    if (code == 0)
        ::freeaddrinfo(found);
    lookup->done = true;
    lookup->answered.notify_all();
}

std::string text_of(const ASN1_STRING* text) {
    const auto* bytes = ASN1_STRING_get0_data(text);
    std::string shown;
    for (int i = 0; i < ASN1_STRING_length(text); ++i)
        shown += bytes[i] > 0x20 && bytes[i] < 0x7f ? static_cast<char>(bytes[i]) : '?';
    return shown;
}

std::string address_of(const ASN1_OCTET_STRING* octets) {
    const bool old = ASN1_STRING_length(octets) == 4;
    if (!old && ASN1_STRING_length(octets) != 16)
        return "?";
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(old ? AF_INET : AF_INET6, ASN1_STRING_get0_data(octets), text.data(), text.size());
    return text.data();
}

std::vector<std::string> names_of(const X509* certificate) {
    constexpr std::size_t enough = 10;
    std::vector<std::string> names;
    auto* const list = static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    for (int i = 0; i < sk_GENERAL_NAME_num(list) && names.size() < enough; ++i) {
        const auto* name = sk_GENERAL_NAME_value(list, i);
        if (name->type == GEN_DNS)
            names.push_back(text_of(name->d.dNSName));
        else if (name->type == GEN_IPADD)
            names.push_back(address_of(name->d.iPAddress));
    }
    GENERAL_NAMES_free(list);
    if (names.empty())
        if (auto name = x509::common_name(certificate))
            names.push_back(*std::move(name));
    return names;
}

Error timed_out(const std::string& what) {
    return {Errc::timed_out, what};
}

}  // namespace

struct BrokerWire::Parts {
    asio::io_context io{1};
    tcp::socket socket{io};
    std::vector<tcp::endpoint> endpoints;
    std::optional<asio::ssl::context> context;
    std::optional<Stream> stream;

    /// One operation to its end, or to the deadline, when it is cancelled; reading may go on later.
    template <class Start>
    SystemError finish(Start start, Monotonic deadline) {
        std::optional<SystemError> result;
        start([&result](const SystemError& error, auto&&... /*size*/) { result = error; });
        io.restart();
        while (!result && io.run_one_until(deadline) > 0) {
        }
        if (result)
            return *result;
        SystemError ignored;
        socket.cancel(ignored);
        io.restart();
        io.run();
        return result && !*result ? SystemError() : SystemError(asio::error::timed_out);
    }

    SystemError open(const tcp::endpoint& endpoint) {
        SystemError error;
        socket.close(error);
        const int descriptor =
            ::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (descriptor < 0)
            return {errno, boost::system::system_category()};
        socket.assign(endpoint.protocol(), descriptor, error);
        return error;
    }
};

BrokerWire::BrokerWire() : parts_(std::make_unique<Parts>()) {}

BrokerWire::~BrokerWire() = default;

Expected<std::vector<std::string>> BrokerWire::resolve(const stomp::Server& server,
                                                       Monotonic deadline) {
    const auto lookup =
        std::make_shared<Lookup>();  // also owned by the thread, which may outlive us
    std::thread(look_up, lookup, server.host, server.port).detach();
    std::unique_lock lock(lookup->mutex);
    if (!lookup->answered.wait_until(lock, deadline, [&] { return lookup->done; }))
        return fail(Errc::timed_out, "the name servers do not answer");
    if (lookup->code != 0)
        return fail(Errc::not_found, ::gai_strerror(lookup->code));
    parts_->endpoints = lookup->endpoints;
    std::vector<std::string> addresses;
    for (const auto& endpoint : lookup->endpoints)
        addresses.push_back(endpoint.address().to_string());
    return addresses;
}

Expected<std::string> BrokerWire::connect(Monotonic deadline) {
    auto& parts = *parts_;
    SystemError error = asio::error::host_not_found;
    for (const auto& endpoint : parts.endpoints) {
        error = parts.open(endpoint);
        if (!error)
            error = parts.finish(
                [&](auto done) { parts.socket.async_connect(endpoint, std::move(done)); },
                deadline);
        if (!error)
            return endpoint.address().to_string();
    }
    if (error == asio::error::timed_out)
        return tl::unexpected(timed_out("nothing answers there"));
    return fail(Errc::unavailable, error.message());
}

Expected<BrokerCertificate> BrokerWire::start_tls(const stomp::Server& server, Monotonic deadline) {
    auto& parts = *parts_;
    MCO_TRY(context, stomp::make_tls_context(*server.tls));
    // What is wrong with the certificate is to be told, not only that something is.
    SSL_CTX_set_verify(context.handle.get(), SSL_VERIFY_NONE, nullptr);
    parts.context.emplace(context.handle.release());
    parts.stream.emplace(parts.socket, *parts.context);
    auto* const connection = parts.stream->native_handle();
    MCO_CHECK(stomp::expect_host(connection, server.host, true));
    const auto error = parts.finish(
        [&](auto done) {
            parts.stream->async_handshake(asio::ssl::stream_base::client, std::move(done));
        },
        deadline);
    if (error == asio::error::timed_out)
        return tl::unexpected(timed_out("the broker does not answer as TLS does"));
    if (error)
        return fail(Errc::denied, error.message());
    const x509::CertificatePtr certificate(SSL_get1_peer_certificate(connection), X509_free);
    if (!certificate)
        return fail(Errc::denied, "the broker shows no certificate");
    const long verdict = SSL_get_verify_result(connection);
    BrokerCertificate shown{names_of(certificate.get()),
                            x509::written_name(X509_get_issuer_name(certificate.get())),
                            x509::beginning(certificate.get()),
                            x509::expiry(certificate.get()),
                            {}};
    if (!context.verified)
        shown.refusal = context.warning;
    else if (verdict != X509_V_OK)
        shown.refusal = X509_verify_cert_error_string(verdict);
    return shown;
}

Expected<void> BrokerWire::write(const std::string& bytes, Monotonic deadline) {
    auto& parts = *parts_;
    const auto error = parts.finish(
        [&](auto done) {
            if (parts.stream)
                asio::async_write(*parts.stream, asio::buffer(bytes), std::move(done));
            else
                asio::async_write(parts.socket, asio::buffer(bytes), std::move(done));
        },
        deadline);
    if (error == asio::error::timed_out)
        return tl::unexpected(timed_out("the broker takes nothing"));
    if (error)
        return fail(Errc::unavailable, "the connection broke: " + error.message());
    return {};
}

Expected<std::string> BrokerWire::read(Monotonic deadline) {
    auto& parts = *parts_;
    std::array<char, 16u << 10> buffer{};
    std::size_t size = 0;
    const auto error = parts.finish(
        [&](auto done) {
            auto counted = [&size, done](const SystemError& e, std::size_t n) mutable {
                size = n;
                done(e);
            };
            if (parts.stream)
                parts.stream->async_read_some(asio::buffer(buffer), std::move(counted));
            else
                parts.socket.async_read_some(asio::buffer(buffer), std::move(counted));
        },
        deadline);
    if (error == asio::error::timed_out)
        return tl::unexpected(timed_out("the broker does not answer"));
    if (error == asio::error::eof || error == asio::ssl::error::stream_truncated)
        return fail(Errc::unavailable, "the broker closed the connection");
    if (error)
        return fail(Errc::unavailable, "the connection broke: " + error.message());
    return std::string(buffer.data(), size);
}

}  // namespace mco::doctor
