#include "agents/package/system_kind.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

namespace mco::package {
namespace {

namespace fs = std::filesystem;

bool has_program(const fs::path& root, const char* name) {
    constexpr std::array<const char*, 3> folders = {"usr/bin", "bin", "usr/sbin"};
    std::error_code none;
    return std::any_of(folders.begin(), folders.end(), [&](const char* folder) {
        return fs::is_regular_file(root / folder / name, none);
    });
}

bool is_filled(const fs::path& file) {
    std::error_code none;
    const auto size = fs::file_size(file, none);
    return !none && size > 0;
}

bool has_rpm_database(const fs::path& root) {
    constexpr std::array<const char*, 3> folders = {
        "var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm"};
    constexpr std::array<const char*, 3> files = {"rpmdb.sqlite", "Packages", "Packages.db"};
    for (const auto* folder : folders)
        for (const auto* file : files)
            if (is_filled(root / folder / file))
                return true;
    return false;
}

}  // namespace

SystemKind system_kind(const std::string& root) {
    const fs::path top(root);
    if (is_filled(top / "var/lib/dpkg/status") && has_program(top, "apt-get"))
        return SystemKind::apt;
    if (!has_rpm_database(top))
        return SystemKind::none;
    if (has_program(top, "yum") || has_program(top, "dnf"))
        return SystemKind::yum;
    return has_program(top, "zypper") ? SystemKind::zypper : SystemKind::none;
}

}  // namespace mco::package
