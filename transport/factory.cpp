#include "transport/factory.hpp"

#include "transport/stomp/connector.hpp"
#include "transport/stomp/tls.hpp"

#include <random>

#include <unistd.h>

namespace mco::transport {

namespace {

using stomp::Flavour;
using stomp::Options;

Expected<Flavour> flavour_of(const std::string& connector) {
    for (const auto flavour : {Flavour::activemq, Flavour::rabbitmq})
        if (connector == name(flavour))
            return flavour;
    return fail(Errc::not_found,
                "there is no connector " + connector +
                    ": known are activemq (also for mco-broker) "
                    "and rabbitmq");
}

/// One answer for every server that has no such credential, as the original asks only once.
Expected<void> ask_for(std::string stomp::Server::*credential,
                       Options& options,
                       const Prompt& prompt,
                       const std::string& question,
                       Echo echo) {
    MCO_TRY(answer, prompt(question, echo));
    for (auto& server : options.pool)
        if ((server.*credential).empty())
            server.*credential = answer;
    return {};
}

Expected<void> complete_login(Options& options, const Prompt& prompt) {
    if (options.prompt_user)
        MCO_CHECK(ask_for(
            &stomp::Server::user, options, prompt, "User for the message broker: ", Echo::shown));
    if (options.prompt_password)
        MCO_CHECK(ask_for(&stomp::Server::password,
                          options,
                          prompt,
                          "Password for the message broker: ",
                          Echo::hidden));
    return {};
}

Expected<void> check_tls(const Options& options) {
    for (const auto& server : options.pool)
        if (server.tls)
            MCO_CHECK(make_tls_context(*server.tls));
    return {};
}

}  // namespace

Expected<std::unique_ptr<Connector>> make_connector(boost::asio::io_context& io,
                                                    const config::Config& config,
                                                    const system::Clock& clock,
                                                    system::Log& log,
                                                    const Prompt& prompt) {
    MCO_TRY(flavour, flavour_of(config.connector));
    MCO_TRY(options, parse_options(config, flavour, ::getpid()));
    MCO_CHECK(complete_login(options, prompt));
    MCO_CHECK(check_tls(options));
    return std::make_unique<stomp::StompConnector>(
        io, std::move(options), clock, log, std::random_device()());
}

}  // namespace mco::transport
