#include "system/credentials/key_files.hpp"

#include <utility>

#include <sys/stat.h>

namespace mco::credentials {

namespace {

constexpr std::size_t max_pem = 1u << 20;  // bytes

Expected<std::string> read(const KeyFile& file) {
    auto text = system::read_file(file.path, max_pem);
    if (!text)
        return fail(text.error().code, "plugin." + file.setting + ": " + text.error().message);
    return text;
}

}  // namespace

Expected<KeyFile> key_file(const config::Config& config,
                           const std::string& setting,
                           std::string_view variable) {
    const auto* path = config.plugin_setting(setting);
    if (path != nullptr && !path->empty())
        return KeyFile{setting, *path};
    auto why = "securityprovider = " + config.securityprovider + " needs plugin." + setting;
    if (!variable.empty())
        why += ", or " + std::string(variable) + " in the environment";
    return fail(Errc::not_found, std::move(why));
}

Expected<std::string> read_public(const KeyFile& file) {
    return read(file);
}

Expected<void> check_private(const KeyFile& file) {
    struct stat status {};

    if (::stat(file.path.c_str(), &status) == 0 && (status.st_mode & (S_IROTH | S_IWOTH)) != 0)
        return fail(
            Errc::denied,
            "plugin." + file.setting + ": " + file.path + " is open to everybody: chmod o-rwx it");
    return {};
}

Expected<std::string> read_private(const KeyFile& file) {
    MCO_CHECK(check_private(file));
    return read(file);
}

Error with_setting(Error error, std::string_view part, const KeyFile& file) {
    const auto prefix = std::string(part) + ": ";
    if (error.message.starts_with(prefix))
        error.message = "plugin." + file.setting + ": " + error.message.substr(prefix.size()) +
                        " (" + file.path + ")";
    return error;
}

KeyWatcher::KeyWatcher(std::vector<KeyFile> files,
                       Stamps seen,
                       std::function<Expected<void>()> reload,
                       DirectoryKeys* callers)
    : files_(std::move(files)),
      seen_(std::move(seen)),
      reload_(std::move(reload)),
      callers_(callers) {}

KeyWatcher::Stamps KeyWatcher::stamps_of(const std::vector<KeyFile>& files) {
    Stamps stamps;
    for (const auto& file : files)
        stamps.push_back(system::stamp(file.path));
    return stamps;
}

Expected<bool> KeyWatcher::refresh() {
    auto current = stamps_of(files_);
    if (current == seen_)
        return false;
    seen_ = std::move(current);
    MCO_CHECK(reload_());
    return true;
}

std::vector<std::string> KeyWatcher::news() {
    std::vector<std::string> sentences;
    if (callers_ == nullptr)
        return sentences;
    for (const auto& path : callers_->take_learnt())
        sentences.push_back("A new caller is known from now on: its key is " + path);
    return sentences;
}

}  // namespace mco::credentials
