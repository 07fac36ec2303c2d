#include "daemon/accepted_file.hpp"

#include "system/directory.hpp"
#include "system/files.hpp"
#include "system/private_files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace mco::daemon {
namespace {

using message::ReplayMemory;

constexpr std::size_t digest_size = std::tuple_size_v<ReplayMemory::Digest>;
constexpr std::size_t record_size = digest_size + 8;  // and a time
constexpr std::size_t most_records = 262'144;         // then those that are over are left out

std::string record(const ReplayMemory::Digest& digest, TimePoint until) {
    std::string text(digest.begin(), digest.end());
    auto seconds = static_cast<std::uint64_t>(
        std::chrono::ceil<std::chrono::seconds>(until).time_since_epoch().count());
    for (int i = 0; i < 8; ++i, seconds >>= 8)
        text += static_cast<char>(seconds & 0xff);
    return text;
}

TimePoint until_in(std::string_view record) {
    std::uint64_t seconds = 0;
    for (std::size_t i = record_size; i > digest_size; --i)
        seconds = seconds << 8 | static_cast<unsigned char>(record[i - 1]);
    constexpr std::uint64_t far_away = 10'000'000'000;
    return TimePoint(std::chrono::seconds(std::min(seconds, far_away)));
}

ReplayMemory::Digest digest_in(std::string_view record) {
    ReplayMemory::Digest digest{};
    std::copy_n(record.begin(), digest.size(), digest.begin());
    return digest;
}

/// The records that have to be known at `now`.
std::string still_needed(std::string_view all, TimePoint now) {
    std::string kept;
    for (; all.size() >= record_size; all.remove_prefix(record_size))
        if (until_in(all.substr(0, record_size)) >= now)
            kept += all.substr(0, record_size);
    return kept;
}

Expected<system::Descriptor> open_for_adding(const std::string& path) {
    system::Descriptor file(::open(
        path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600));
    if (!file)
        return fail(Errc::io, "cannot open " + path + ": " + std::strerror(errno));
    return file;
}

}  // namespace

Expected<AcceptedFile> AcceptedFile::open(std::string path) {
    MCO_CHECK(system::make_own_directory(std::filesystem::path(path).parent_path().string()));
    MCO_TRY(file, open_for_adding(path));
    return AcceptedFile(std::move(path), std::move(file));
}

Expected<void> AcceptedFile::recall(message::Freshness& freshness, TimePoint now) {
    MCO_TRY(kept, prune(now));
    for (std::string_view rest = kept; !rest.empty(); rest.remove_prefix(record_size))
        freshness.recall(digest_in(rest), until_in(rest));
    return {};
}

/// The records that are left.
Expected<std::string> AcceptedFile::prune(TimePoint now) {
    MCO_TRY(text, system::read_private_file(path_, 4 * most_records * record_size));
    auto kept = still_needed(text, now);
    MCO_CHECK(system::write_file_atomically(path_, kept, 0600));
    MCO_TRY(file, open_for_adding(path_));
    file_ = std::move(file);
    records_ = kept.size() / record_size;
    return kept;
}

Expected<void> AcceptedFile::add(const ReplayMemory::Digest& digest,
                                 TimePoint until,
                                 TimePoint now) {
    if (records_ >= most_records) {
        MCO_TRY(kept, prune(now));
        static_cast<void>(kept);
    }
    const auto line = record(digest, until);
    if (::write(file_.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()))
        return fail(Errc::io, "cannot write " + path_ + ": " + std::strerror(errno));
    ++records_;
    return {};
}

}  // namespace mco::daemon
