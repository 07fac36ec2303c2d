#include "puppet/ral/worker_place.hpp"

#include "puppet/paths.hpp"
#include "puppet/ral/worker_ruby.hpp"
#include "puppet/ral/worker_script.hpp"
#include "system/directory.hpp"
#include "system/files.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

namespace mco::puppet {
namespace {

/// For the apt of Puppet's provider: waits for somebody else who installs, and shows no progress.
constexpr std::string_view apt_conf =
    "DPkg::Lock::Timeout \"60\";\n"
    "Dpkg::Use-Pty \"0\";\n";

/// Most starts find what the one before has written.
Expected<void> write_if_other(const std::string& path, std::string_view content) {
    const auto present = system::read_file(path);
    if (present && *present == content)
        return {};
    return system::write_file_atomically(path, content, 0600);
}

}  // namespace

WorkerPlace::~WorkerPlace() {
    std::error_code ignored;
    if (is_temporary_)
        std::filesystem::remove_all(folder_, ignored);
}

Expected<void> WorkerPlace::make_folder() {
    if (!folder_.empty())
        return system::make_own_directory(folder_);
    std::error_code error;
    auto pattern = (std::filesystem::temp_directory_path(error) / "mcollective-XXXXXX").string();
    if (error || !::mkdtemp(pattern.data()))
        return fail(Errc::io,
                    std::string("cannot make a temporary folder: ") + std::strerror(errno));
    folder_ = pattern;
    is_temporary_ = true;
    return {};
}

Expected<void> WorkerPlace::write_files() const {
    for (const auto& file : worker_script())
        MCO_CHECK(write_if_other(folder_ + '/' + file.name, file.text));
    return write_if_other(folder_ + "/apt.conf", apt_conf);
}

/// Puppet does not start without one.
std::string WorkerPlace::home() const {
    std::array<char, 4096> buffer;
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found &&
        *found->pw_dir)
        return found->pw_dir;
    return folder_;
}

Expected<system::Command> WorkerPlace::command() {
    MCO_TRY(ruby, find_ruby({settings_.ruby, puppet_.puppet().front(), settings_.path}));
    MCO_CHECK(make_folder());
    MCO_CHECK(write_files());
    system::Command command;
    command.argv = {ruby,
                    "--disable=did_you_mean,error_highlight",
                    folder_ + '/' + worker_script().front().name,
                    "--private=" + folder_,
                    "--idle=" + std::to_string(settings_.idle.count())};
    for (auto& word : location_words(puppet_))
        command.argv.push_back(std::move(word));
    command.directory = "/";
    command.clean_environment = true;
    command.environment = {{"PATH", settings_.path},
                           {"LANG", "C.UTF-8"},
                           {"HOME", home()},
                           {"APT_CONFIG", folder_ + "/apt.conf"}};
    return command;
}

}  // namespace mco::puppet
