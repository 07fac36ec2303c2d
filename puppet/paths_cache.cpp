#include "puppet/paths_cache.hpp"

#include "system/descriptor.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mco::puppet {
namespace {

using Json = nlohmann::json;

constexpr std::size_t file_limit = 1u << 16;

bool is_executable(const std::string& path) {
    struct stat found {};

    return ::stat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode) &&
           ::access(path.c_str(), X_OK) == 0;
}

Json to_json(const system::FileStamp& stamp) {
    return {{"modified_ns", stamp.modified_ns}, {"size", stamp.size}, {"inode", stamp.inode}};
}

Json to_json(const Circumstances& circumstances) {
    return {
        {"query", circumstances.query},
        {"program", circumstances.program.path},
        {"program_stamp", to_json(circumstances.program.stamp)},
        {"config_stamp", circumstances.config ? to_json(*circumstances.config) : Json(nullptr)}};
}

/// A file of ours: what another user could have put there is not read.
Expected<system::Descriptor> open_own(const std::string& file) {
    system::Descriptor opened(
        ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    if (!opened)
        return fail(errno == ENOENT ? Errc::not_found : Errc::io,
                    file + ": " + std::strerror(errno));

    struct stat found {};

    if (::fstat(opened.get(), &found) != 0 || !S_ISREG(found.st_mode))
        return fail(Errc::io, file + " is not a file");
    if (found.st_uid != ::geteuid() || (found.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return fail(Errc::invalid, file + " could have been written by others");
    return opened;
}

Expected<std::string> read_own(const std::string& file) {
    MCO_TRY(opened, open_own(file));
    std::string content;
    std::array<char, 4096> piece{};
    for (;;) {
        const ssize_t size = ::read(opened.get(), piece.data(), piece.size());
        if (size < 0 && errno != EINTR)
            return fail(Errc::io, file + ": " + std::strerror(errno));
        if (size == 0)
            return content;
        if (size > 0)
            content.append(piece.data(), static_cast<std::size_t>(size));
        if (content.size() > file_limit)
            return fail(Errc::malformed, file + " is too large");
    }
}

/// The settings in what was read; every one of them is text, or none counts.
std::optional<Answer> settings_of(const Json& json) {
    const auto found = json.find("settings");
    if (found == json.end() || !found->is_object())
        return std::nullopt;
    Answer answer;
    for (const auto& [name, value] : found->items()) {
        if (!value.is_string())
            return std::nullopt;
        answer.emplace(name, value.get<std::string>());
    }
    return answer;
}

}  // namespace

std::optional<Program> find_program(const std::string& name, const std::string& path) {
    const auto as_program = [](const std::string& file) -> std::optional<Program> {
        const auto stamp = is_executable(file) ? system::stamp(file) : std::nullopt;
        return stamp ? std::optional<Program>({file, *stamp}) : std::nullopt;
    };
    if (name.find('/') != std::string::npos)
        return as_program(name);
    for (std::string_view rest = path; !rest.empty();) {
        const std::size_t end = std::min(rest.find(':'), rest.size());
        if (auto found = as_program(std::string(rest.substr(0, end)) + '/' + name); end && found)
            return found;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return std::nullopt;
}

Expected<Answer> read_answer(const std::string& file,
                             const std::vector<std::string>& query,
                             const Program& program) {
    MCO_TRY(content, read_own(file));
    const Json json = Json::parse(content, nullptr, false);
    const auto answer = json.is_object() ? settings_of(json) : std::nullopt;
    if (!answer)
        return fail(Errc::malformed, file + " is not what was written there");
    const auto config = answer->find("config");
    const Circumstances now{
        query, program, config == answer->end() ? std::nullopt : system::stamp(config->second)};
    const auto then = json.find("circumstances");
    if (then == json.end() || *then != to_json(now))
        return fail(Errc::invalid, file + " is about another Puppet or older settings");
    return *answer;
}

Expected<void> write_answer(const std::string& file,
                            const Circumstances& circumstances,
                            const Answer& answer) {
    std::error_code ignored;
    std::filesystem::create_directories(std::filesystem::path(file).parent_path(), ignored);
    const Json json = {{"circumstances", to_json(circumstances)}, {"settings", answer}};
    return system::write_file_atomically(
        file, json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n", 0600);
}

}  // namespace mco::puppet
