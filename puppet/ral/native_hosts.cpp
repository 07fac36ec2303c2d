// Hosts as Puppet's provider parsed (module host_core) takes them from /etc/hosts. Its pattern:
//   ^([0-9a-f:]\S+)\s+([^#\s+]\S+)\s*(.*?)?(?:\s*#\s*(.*))?$
#include "core/ral/resource.hpp"
#include "puppet/ral/native_shape.hpp"
#include "puppet/ral/native_types.hpp"
#include "system/files.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace mco::puppet {
namespace {

constexpr std::size_t most_bytes = 64u << 20;  // lists of hosts to block are large
constexpr std::string_view blanks = " \t\r\f\v";

struct HostLine {
    std::string_view address, name, aliases, comment;
};

/// Takes the bytes up to the next blank off the front, and the blanks behind them.
std::string_view take_word(std::string_view& rest) {
    const auto word = rest.substr(0, rest.find_first_of(blanks));
    rest.remove_prefix(word.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
    return word;
}

/// Absent for what is no entry: comments, lines that begin with a blank or have one word.
std::optional<HostLine> host_in(std::string_view line) {
    HostLine host;
    host.address = take_word(line);
    host.name = take_word(line);
    const auto begins = [](std::string_view word, std::string_view with) {
        return word.size() > 1 && with.find(word.front()) != std::string_view::npos;
    };
    if (!begins(host.address, "0123456789abcdef:") || host.name.size() < 2 ||
        begins(host.name, "#+"))
        return std::nullopt;
    const std::size_t hash = line.find('#');
    host.aliases = line.substr(0, hash);
    if (hash != std::string_view::npos) {
        line.remove_prefix(hash + 1);
        line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
        host.comment = line;
    }
    return host;
}

bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// One that the type `host` does not refuse: words of letters, digits and hyphens, between dots.
bool is_host_name(std::string_view name) {
    const auto last = name.find_last_not_of('.');  // the type does not see dots at the end
    name = name.substr(0, last == std::string_view::npos ? 0 : last + 1);
    while (!name.empty()) {
        const auto part = name.substr(0, name.find('.'));
        const auto fits = [](char c) { return is_word(c) || c == '-'; };
        if (part.empty() || !is_word(part.front()) || !is_word(part.back()) ||
            !std::all_of(part.begin(), part.end(), fits))
            return false;
        name.remove_prefix(std::min(part.size() + 1, name.size()));
    }
    return true;
}

ral::Resource host_of(const HostLine& host) {
    Map parameters{{"ensure", "present"}};
    put_text(parameters, "ip", host.address);
    Array aliases;
    for (std::string_view rest = host.aliases; !rest.empty();)
        aliases.emplace_back(scrubbed(take_word(rest)));
    if (!aliases.empty())
        parameters.entries().push_back({"host_aliases", std::move(aliases)});
    put_text(parameters, "comment", host.comment);
    parameters.entries().push_back({"target", "/etc/hosts"});
    return shaped("host", std::string(host.name), std::move(parameters));
}

}  // namespace

Expected<std::vector<ral::Resource>> read_hosts(const std::string& root) {
    MCO_TRY(content, system::read_file(path_in(root, "etc/hosts"), most_bytes));
    std::vector<ral::Resource> hosts;
    std::set<std::string_view> seen;
    for (std::string_view rest = content; !rest.empty();) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        const auto host = host_in(line);
        if (host && is_host_name(host->name) && seen.insert(host->name).second)
            hosts.push_back(host_of(*host));
    }
    return hosts;
}

}  // namespace mco::puppet
