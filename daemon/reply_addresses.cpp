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
    const auto printable = [](char c) { return c > ' ' && c < 0x7f; };
    const auto begins = [address](const std::string& prefix) {
        return address.substr(0, prefix.size()) == prefix;
    };
    return std::all_of(address.begin(), address.end(), printable) &&
           std::any_of(prefixes_.begin(), prefixes_.end(), begins);
}

}  // namespace mco::daemon
