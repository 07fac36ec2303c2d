#include "puppet/ral/native_accounts.hpp"

#include "puppet/ral/native_types.hpp"
#include "system/descriptor.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <shadow.h>
#include <sys/stat.h>

namespace mco::puppet {
namespace {

/// Of one line: a group with a hundred thousand members still fits.
constexpr std::size_t longest_line = 4u << 20;

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

using File = std::unique_ptr<std::FILE, CloseFile>;

tl::unexpected<Error> unreadable(const std::string& path, int error) {
    return fail(error == ENOENT || error == EACCES ? Errc::not_found : Errc::io,
                "cannot read " + path + ": " + std::strerror(error));
}

/// Errors: not_found (not there, or not for us), io.
Expected<File> opened(const std::string& path) {
    // O_NONBLOCK: a FIFO in place of the file must not hang us
    system::Descriptor descriptor(
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));

    struct stat status {};

    if (!descriptor || ::fstat(descriptor.get(), &status) != 0)
        return unreadable(path, errno);
    if (!S_ISREG(status.st_mode))
        return fail(Errc::io, "cannot read " + path + ": it is not a regular file");
    File file(::fdopen(descriptor.get(), "r"));
    if (!file)
        return unreadable(path, errno);
    (void)descriptor.release();
    return file;
}

std::string text_of(const char* field) {
    return field ? field : "";
}

AccountLine line_of(const passwd& entry) {
    return {text_of(entry.pw_name),
            entry.pw_uid,
            entry.pw_gid,
            text_of(entry.pw_gecos),
            text_of(entry.pw_dir),
            text_of(entry.pw_shell)};
}

GroupLine line_of(const group& entry) {
    GroupLine line{text_of(entry.gr_name), entry.gr_gid, {}};
    for (char** member = entry.gr_mem; member && *member; ++member)
        line.members.emplace_back(*member);
    return line;
}

ShadowLine line_of(const spwd& entry) {
    return {text_of(entry.sp_namp),
            text_of(entry.sp_pwdp),
            entry.sp_min,
            entry.sp_max,
            entry.sp_warn,
            entry.sp_expire};
}

/// `next` is fgetpwent_r or one of its kin.
template <class Line, class Entry>
Expected<std::vector<Line>> lines_of(const std::string& path,
                                     int (*next)(std::FILE*, Entry*, char*, size_t, Entry**)) {
    MCO_TRY(file, opened(path));
    std::vector<Line> lines;
    std::vector<char> buffer(4096);
    for (;;) {
        Entry entry{};
        Entry* found = nullptr;
        const int error = next(file.get(), &entry, buffer.data(), buffer.size(), &found);
        if (error == ERANGE && buffer.size() < longest_line) {
            buffer.resize(buffer.size() * 4);  // the line is read again
            continue;
        }
        if (error == ERANGE)
            return fail(Errc::limit, path + " has a line that is too long");
        if (error != 0 && error != ENOENT)
            return fail(Errc::io, "cannot read " + path + ": " + std::strerror(error));
        if (!found)
            return lines;
        lines.push_back(line_of(*found));
        if (lines.back().name.empty())
            lines.pop_back();  // nobody can be called that
    }
}

/// What must be there.
template <class Line>
Expected<std::vector<Line>> required(Expected<std::vector<Line>> lines) {
    if (!lines && lines.error().code == Errc::not_found)
        return fail(Errc::io, lines.error().message);
    return lines;
}

}  // namespace

Expected<std::vector<AccountLine>> read_passwd(const std::string& root) {
    return required(lines_of<AccountLine>(path_in(root, "etc/passwd"), &::fgetpwent_r));
}

Expected<std::vector<GroupLine>> read_group(const std::string& root) {
    return required(lines_of<GroupLine>(path_in(root, "etc/group"), &::fgetgrent_r));
}

Expected<std::vector<ShadowLine>> read_shadow(const std::string& root) {
    auto lines = lines_of<ShadowLine>(path_in(root, "etc/shadow"), &::fgetspent_r);
    if (!lines && lines.error().code == Errc::not_found)
        return std::vector<ShadowLine>();
    return lines;
}

bool can_be_looked_up(std::string_view name) {
    return !name.empty() && name.front() != '+' && name.front() != '-';
}

}  // namespace mco::puppet
