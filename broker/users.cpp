#include "broker/users.hpp"

#include "broker/password.hpp"
#include "system/files.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include <sys/stat.h>

namespace mco::broker {

namespace {

constexpr std::string_view certificate_prefix = "cert=";
constexpr std::size_t largest_file = 4U << 20U;

using Words = std::vector<std::string_view>;

Words words_of(std::string_view line) {
    constexpr std::string_view blanks = " \t\r";
    Words words;
    for (;;) {
        const std::size_t first = line.find_first_not_of(blanks);
        if (first == std::string_view::npos)
            return words;
        line.remove_prefix(first);
        const std::size_t size = std::min(line.find_first_of(blanks), line.size());
        words.push_back(line.substr(0, size));
        line.remove_prefix(size);
    }
}

Expected<std::vector<std::string>> collectives_of(std::string_view text) {
    std::vector<std::string> collectives;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        if (comma == 0)
            return fail(Errc::invalid, "collectives= has an empty name");
        collectives.emplace_back(text.substr(0, comma));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    if (collectives.empty())
        return fail(Errc::invalid, "collectives= names none");
    return collectives;
}

Expected<std::size_t> sessions_of(std::string_view text) {
    std::size_t most = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), most);
    if (error != std::errc() || stop != text.data() + text.size())
        return fail(Errc::invalid, "sessions= needs a number");
    return most;
}

Expected<void> read_option(std::string_view word, Account& account) {
    constexpr std::string_view identity = "identity=";
    constexpr std::string_view collectives = "collectives=";
    constexpr std::string_view sessions = "sessions=";
    Rights& rights = account.rights;
    if (word.starts_with(sessions)) {
        MCO_TRY(most, sessions_of(word.substr(sessions.size())));
        account.most_sessions = most;
        return {};
    }
    if (word.starts_with(identity) && word.size() > identity.size()) {
        rights.identity = word.substr(identity.size());
        return {};
    }
    if (word.starts_with(collectives)) {
        MCO_TRY(names, collectives_of(word.substr(collectives.size())));
        rights.collectives = std::move(names);
        return {};
    }
    return fail(Errc::invalid,
                "unknown option " + std::string(word) +
                    ", known are identity=PATTERN, collectives=NAME,NAME and sessions=NUMBER");
}

Expected<Account> read_account(const Words& words) {
    Account account;
    account.name = words[0];
    const bool by_certificate = words[0].starts_with(certificate_prefix);
    const std::size_t least = by_certificate ? 2 : 3;
    if (words.size() < least)
        return fail(Errc::invalid,
                    by_certificate ? "expected cert=PATTERN ROLE" : "expected NAME ROLE PASSWORD");
    const auto role = parse_role(words[1]);
    if (!role)
        return fail(
            Errc::invalid,
            "unknown role " + std::string(words[1]) + ", known are node, client, any and none");
    account.rights.role = *role;
    if (!by_certificate) {
        // The word itself stays out of the message: it may well be a password.
        if (!is_stored_password(words[2]))
            return fail(Errc::invalid,
                        "the password of " + account.name +
                            " is neither plain:TEXT nor made by mco-broker --hash-password");
        account.password = words[2];
    }
    for (std::size_t i = least; i < words.size(); ++i)
        MCO_CHECK(read_option(words[i], account));
    return account;
}

Expected<Permission> read_permission(const Words& words) {
    if (words.size() != 4 || (words[2] != "publish" && words[2] != "subscribe"))
        return fail(Errc::invalid, "expected allow NAME publish|subscribe DESTINATION");
    const auto verb =
        words[2] == "publish" ? Permission::Verb::publish : Permission::Verb::subscribe;
    return Permission{verb, std::string(words[3])};
}

Expected<void> read_line(const Words& words, std::vector<Account>& accounts) {
    const auto named = [&accounts](std::string_view name) {
        return std::find_if(accounts.begin(), accounts.end(), [name](const Account& account) {
            return account.name == name;
        });
    };
    if (words[0] == "allow") {
        MCO_TRY(permission, read_permission(words));
        const auto account = named(words[1]);
        if (account == accounts.end())
            return fail(Errc::invalid, "no line above defines " + std::string(words[1]));
        account->rights.permissions.push_back(std::move(permission));
        return {};
    }
    MCO_TRY(account, read_account(words));
    if (named(account.name) != accounts.end())
        return fail(Errc::invalid, account.name + " is defined twice");
    accounts.push_back(std::move(account));
    return {};
}

/// Puts the name in the place of `%u`. Common names cannot smuggle wildcards in: they have none.
Account with_name(const Account& account, std::string_view name) {
    Account result = account;
    for (std::size_t at = result.rights.identity.find("%u"); at != std::string::npos;
         at = result.rights.identity.find("%u", at + name.size()))
        result.rights.identity.replace(at, 2, name);
    return result;
}

Expected<void> check_mode(const std::string& path) {
    struct stat status {};

    if (::stat(path.c_str(), &status) != 0)
        return fail(errno == ENOENT ? Errc::not_found : Errc::io,
                    path + ": " + std::strerror(errno));
    constexpr mode_t others = S_IRWXG | S_IRWXO;
    if ((status.st_mode & others) != 0)
        return fail(Errc::denied,
                    path + " holds passwords but others than its owner may use it: chmod 600 it");
    return {};
}

}  // namespace

std::string certificate_account(std::string_view common_name) {
    return std::string(certificate_prefix) + std::string(common_name);
}

std::string_view certificate_name(const Account& account) {
    const std::string_view name = account.name;
    if (!account.password.empty() || !name.starts_with(certificate_prefix))
        return {};
    return name.substr(certificate_prefix.size());
}

Expected<Users> Users::parse(std::string_view text, std::string_view file) {
    Users users;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const Words words = words_of(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (words.empty() || words[0].starts_with('#'))
            continue;
        if (auto read = read_line(words, users.accounts_); !read)
            return fail(
                Errc::invalid,
                std::string(file) + ":" + std::to_string(number) + ": " + read.error().message);
    }
    return users;
}

AccountPtr Users::by_name(std::string_view name) const {
    for (const Account& account : accounts_)
        if (account.name == name && !account.password.empty())
            return std::make_shared<const Account>(with_name(account, name));
    return nullptr;
}

AccountPtr Users::by_certificate(std::string_view common_name) const {
    if (common_name.empty() || common_name.find_first_of("*%") != std::string_view::npos)
        return nullptr;
    for (const Account& account : accounts_) {
        if (!account.password.empty())
            continue;
        const std::string_view pattern =
            std::string_view(account.name).substr(certificate_prefix.size());
        if (!glob_matches(pattern, common_name, Star::any))
            continue;
        Account found = with_name(account, common_name);
        found.name = certificate_account(common_name);
        return std::make_shared<const Account>(std::move(found));
    }
    return nullptr;
}

AccountPtr Users::still_valid(const Account& account) const {
    if (!account.password.empty()) {
        AccountPtr now = by_name(account.name);
        return now && now->password == account.password ? now : nullptr;
    }
    return by_certificate(certificate_name(account));
}

Expected<Users> load_users(const std::string& path) {
    MCO_CHECK(check_mode(path));
    MCO_TRY(text, system::read_file(path, largest_file));
    return Users::parse(text, path);
}

}  // namespace mco::broker
