#include "cli/doctor/file_facts.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mco::doctor {

namespace {

std::string user_name(uid_t uid) {
    std::array<char, 16u << 10> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
        return std::to_string(uid);
    return found->pw_name;
}

std::string parent_of(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos)
        return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

/// Accounts that may own what a daemon of root's trusts; Puppet's own files belong to `puppet`.
bool may_own(const FileFacts& file, const Observer& observer) {
    return file.owner == 0 || file.owner == observer.uid || file.owner_name == "puppet";
}

std::optional<Trouble> wrong_owner(const FileFacts& file, const Observer& observer) {
    if (may_own(file, observer))
        return std::nullopt;
    return Trouble{fmt::format("belongs to {}, who can replace it", file.owner_name),
                   fmt::format("chown {} {}", observer.user, file.path)};
}

}  // namespace

FileFacts look_at(const std::string& path) {
    FileFacts facts;
    facts.path = path;

    struct stat status {};

    if (::stat(path.c_str(), &status) != 0) {
        const int error = errno;
        facts.kind = error == ENOENT || error == ENOTDIR ? FileFacts::Kind::missing
                                                         : FileFacts::Kind::hidden;
        facts.why = std::strerror(error);
        facts.writable = ::access(parent_of(path).c_str(), W_OK | X_OK) == 0;
        return facts;
    }
    facts.kind = S_ISREG(status.st_mode)   ? FileFacts::Kind::file
                 : S_ISDIR(status.st_mode) ? FileFacts::Kind::directory
                                           : FileFacts::Kind::other;
    facts.mode = status.st_mode & 07777U;
    facts.owner = status.st_uid;
    facts.owner_name = user_name(status.st_uid);
    facts.readable = ::access(path.c_str(), R_OK) == 0;
    facts.writable = ::access(path.c_str(), W_OK) == 0;
    facts.modified = TimePoint(std::chrono::seconds(status.st_mtim.tv_sec));
    return facts;
}

std::string rights_of(const FileFacts& file) {
    return fmt::format("mode {:04o}, owner {}", file.mode, file.owner_name);
}

Observer this_observer() {
    const auto uid = ::geteuid();
    return {uid, user_name(uid)};
}

std::optional<Trouble> unusable(const FileFacts& file, const Observer& observer) {
    using Kind = FileFacts::Kind;
    if (file.kind == Kind::missing)
        return Trouble{"is not there", "create it, or correct the setting that names it"};
    if (file.kind == Kind::hidden)
        return Trouble{fmt::format("cannot be seen by {}: {}", observer.user, file.why),
                       "run this command as root, or open the directories above it"};
    if (file.kind != Kind::file)
        return Trouble{"is no regular file", "correct the setting that names it"};
    if (!file.readable)
        return Trouble{fmt::format("cannot be read by {} ({})", observer.user, rights_of(file)),
                       fmt::format("chown {} {}, or run this command as {}",
                                   observer.user,
                                   file.path,
                                   file.owner_name)};
    return std::nullopt;
}

Finding judge_secret(const std::string& check, const FileFacts& file, const Observer& observer) {
    if (auto trouble = unusable(file, observer))
        return problem(check, file.path, *std::move(trouble));
    if ((file.mode & 0007U) != 0)
        return problem(check,
                       file.path,
                       {fmt::format("is open to everybody ({})", rights_of(file)),
                        fmt::format("chmod 0600 {}; whoever has read it in the meantime keeps "
                                    "what it holds, so consider a new one",
                                    file.path)});
    if ((file.mode & 0020U) != 0)
        return warning(check,
                       file.path,
                       {fmt::format("can be changed by its group ({})", rights_of(file)),
                        fmt::format("chmod g-w {}", file.path)});
    if (auto trouble = wrong_owner(file, observer))
        return warning(check, file.path, *std::move(trouble));
    return ok(check, file.path, rights_of(file));
}

Finding judge_public(const std::string& check, const FileFacts& file, const Observer& observer) {
    if (auto trouble = unusable(file, observer))
        return problem(check, file.path, *std::move(trouble));
    if ((file.mode & 0002U) != 0)
        return problem(check,
                       file.path,
                       {fmt::format("can be changed by everybody ({})", rights_of(file)),
                        fmt::format("chmod go-w {}", file.path)});
    if (auto trouble = wrong_owner(file, observer))
        return warning(check, file.path, *std::move(trouble));
    return ok(check, file.path, rights_of(file));
}

}  // namespace mco::doctor
