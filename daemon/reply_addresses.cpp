#include "daemon/reply_addresses.hpp"

#include <algorithm>

namespace mco::daemon {
namespace {

std::vector<std::string> split_list(std::string_view list) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= list.size();) {
        const std::size_t end = std::min(list.find(',', begin), list.size());
        std::string part(list.substr(begin, end - begin));
        part.erase(0, part.find_first_not_of(" \t"));
        part.erase(part.find_last_not_of(" \t") + 1);
        if (!part.empty())
            parts.push_back(std::move(part));
        begin = end + 1;
    }
    return parts;
}

/// A beginning that may also stand alone: what the site has added, when it is no folder of names.
bool is_whole(std::string_view prefix) {
    return !prefix.ends_with('.') && !prefix.ends_with('/');
}

}  // namespace

ReplyAddresses::ReplyAddresses(const config::Config& config)
    : prefixes_(split_list(config.plugin_string("daemon.reply_to", ""))) {
    if (config.connector == "rabbitmq") {
        for (const char* prefix : {"/temp-queue/", "/reply-queue/", "/exchange/mcollective_reply/"})
            prefixes_.emplace_back(prefix);
        return;
    }
    for (const std::string& collective : config.collectives)
        prefixes_.push_back("/queue/" + collective + ".reply.");
    for (const char* prefix : {"/temp-queue/", "/remote-temp-queue/"})  // private to one connection
        prefixes_.emplace_back(prefix);
}

bool ReplyAddresses::allow(std::string_view address) const {
    // What brokers read more into is none of these: `,` and `>` of ActiveMQ's composite and
    // wildcard destinations, `*` and `#`, the `?` before options.
    const auto is_of_a_name = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("._-:=+").find(c) != std::string_view::npos;
    };
    return std::any_of(prefixes_.begin(), prefixes_.end(), [&](const std::string& prefix) {
        const auto rest = address.substr(std::min(prefix.size(), address.size()));
        return address.starts_with(prefix) && (!rest.empty() || is_whole(prefix)) &&
               std::all_of(rest.begin(), rest.end(), is_of_a_name);
    });
}

}  // namespace mco::daemon
