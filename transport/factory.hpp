// Makes the connector that the configuration names.
#pragma once

#include "core/config/config.hpp"
#include "system/clock.hpp"
#include "system/log.hpp"
#include "transport/connector.hpp"

#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace mco::transport {

/// Asks a human; `hidden` answers are not shown while they are typed.
enum class Echo { shown, hidden };
using Prompt = std::function<Expected<std::string>(const std::string& question, Echo echo)>;

/// Asks on the controlling terminal. Errors: unavailable without one.
Expected<std::string> ask_on_terminal(const std::string& question, Echo echo);

/// For the `connector` of `config`, whose environment is already applied. `io`, `clock`
/// and `log` must outlive the connector. Asks for the login only when `prompt_user` or
/// `prompt_password` is configured and the login is not. Certificates are read once, so that
/// unusable ones are an error now. Errors: not_found for an unknown connector, those of the
/// settings otherwise.
Expected<std::unique_ptr<Connector>> make_connector(boost::asio::io_context& io,
                                                    const config::Config& config,
                                                    const system::Clock& clock,
                                                    system::Log& log,
                                                    const Prompt& prompt = ask_on_terminal);

}  // namespace mco::transport
