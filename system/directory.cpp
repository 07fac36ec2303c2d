#include "system/directory.hpp"

#include "system/files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <random>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mco::system {

namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> refused(const std::string& path, int error) {
    return fail(error == ENOENT ? Errc::not_found : Errc::io, path + ": " + std::strerror(error));
}

/// Only root and our own user can change what is in it; where the sticky bit is set, what is
/// theirs.
bool is_ours(const struct stat& status) {
    const bool others_write = (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    return (status.st_uid == 0 || status.st_uid == ::geteuid()) &&
           (!others_write || (status.st_mode & S_ISVTX) != 0);
}

std::deque<std::string> components(const std::string& path) {
    std::deque<std::string> names;
    for (const auto& part : fs::path(path).relative_path())
        if (!part.empty() && part != ".")
            names.push_back(part.string());
    return names;
}

/// The way from / to a directory.
class Walk {
  public:
    Walk(const std::string& path, Directory::Missing missing)
        : path_(path), missing_(missing), names_(components(path)) {}

    Expected<Descriptor> run() {
        MCO_CHECK(enter(Descriptor(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC))));
        while (!names_.empty()) {
            const auto name = std::move(names_.front());
            names_.pop_front();
            MCO_CHECK(step(name));
        }
        Descriptor readable(::openat(here_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!readable)
            return refused(path_, errno);
        return readable;
    }

  private:
    Expected<void> enter(Descriptor next) {
        if (!next)
            return refused(path_, errno);
        here_ = std::move(next);

        struct stat status {};

        if (::fstat(here_.get(), &status) != 0)
            return refused(path_, errno);
        trusted_ = trusted_ && is_ours(status);
        return {};
    }

    Expected<void> step(const std::string& name) {
        constexpr int flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
        Descriptor next(::openat(here_.get(), name.c_str(), flags));
        if (!next && errno == ENOENT && missing_ == Directory::Missing::is_made &&
            (::mkdirat(here_.get(), name.c_str(), 0755) == 0 || errno == EEXIST))
            next = Descriptor(::openat(here_.get(), name.c_str(), flags));
        if (!next)
            return refused(path_, errno);

        struct stat status {};

        if (::fstat(next.get(), &status) != 0)
            return refused(path_, errno);
        if (S_ISLNK(status.st_mode))
            return follow(next, status);
        if (!S_ISDIR(status.st_mode))
            return refused(path_, ENOTDIR);
        return enter(std::move(next));
    }

    /// In a sticky directory anybody may put a link, but only ours are ours.
    Expected<void> follow(const Descriptor& link, const struct stat& status) {
        constexpr int most_links = 32;
        if (!trusted_ || (status.st_uid != 0 && status.st_uid != ::geteuid()))
            return fail(Errc::denied,
                        path_ + ": a symbolic link in it may have been put there by another user");
        if (++links_ > most_links)
            return refused(path_, ELOOP);
        std::array<char, PATH_MAX> target{};
        const auto size = ::readlinkat(link.get(), "", target.data(), target.size());
        if (size <= 0)
            return refused(path_, size == 0 ? ENOENT : errno);
        const std::string text(target.data(), static_cast<std::size_t>(size));
        auto names = components(text);
        names_.insert(names_.begin(), names.begin(), names.end());
        if (!text.starts_with('/'))
            return {};
        trusted_ = true;
        return enter(Descriptor(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)));
    }

    const std::string& path_;
    Directory::Missing missing_;
    std::deque<std::string> names_;
    Descriptor here_;
    bool trusted_ = true;  // nobody else could have changed anything so far
    int links_ = 0;
};

}  // namespace

Expected<Directory> Directory::open(const std::string& path, Missing missing) {
    MCO_TRY(descriptor, Walk(path, missing).run());
    return Directory(std::move(descriptor), path);
}

Expected<void> Directory::write(const std::string& name,
                                std::string_view content,
                                mode_t mode) const {
    std::random_device random;
    const auto draft = name + '.' + std::to_string(random()) + std::to_string(random());
    Descriptor file(::openat(descriptor_.get(),
                             draft.c_str(),
                             O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                             0600));
    if (!file)
        return fail(Errc::io, "cannot write " + this->file(name) + ": " + std::strerror(errno));
    int error = write_and_sync(file.get(), content, mode);
    file.close();
    if (error == 0 &&
        ::renameat(descriptor_.get(), draft.c_str(), descriptor_.get(), name.c_str()) != 0)
        error = errno;
    if (error == 0) {
        ::fsync(descriptor_.get());  // so that the rename survives a power cut
        return {};
    }
    ::unlinkat(descriptor_.get(), draft.c_str(), 0);
    return fail(Errc::io, "cannot write " + this->file(name) + ": " + std::strerror(error));
}

Expected<void> Directory::remove(const std::string& name) const {
    if (::unlinkat(descriptor_.get(), name.c_str(), 0) == 0)
        return {};
    return refused(file(name), errno);
}

std::string Directory::path_of(const std::string& name) const {
    return "/proc/self/fd/" + std::to_string(descriptor_.get()) + '/' + name;
}

Expected<void> make_own_directory(const std::string& path) {
    std::error_code error;
    fs::create_directories(fs::path(path).parent_path(), error);
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
        return fail(Errc::io, "cannot make " + path + ": " + std::strerror(errno));

    struct stat own {};

    if (::lstat(path.c_str(), &own) != 0 || !S_ISDIR(own.st_mode) || own.st_uid != ::geteuid())
        return fail(Errc::io, "cannot use " + path + ": it is not a directory of our own");
    const auto real = fs::canonical(path, error);
    if (error)
        return fail(Errc::io, "cannot use " + path + ": " + error.message());
    fs::path above;
    for (const auto& part : real) {
        above /= part;

        struct stat status {};

        if (::lstat(above.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
            return fail(Errc::io,
                        "cannot use " + path + ": " + above.string() + " is no directory");
        if (!is_ours(status))
            return fail(Errc::denied,
                        "cannot use " + path + ": others can change " + above.string());
    }
    if ((own.st_mode & 0777) != 0700 && ::chmod(real.c_str(), 0700) != 0)
        return fail(Errc::io, "cannot use " + path + ": " + std::strerror(errno));
    return {};
}

namespace {

/// Along a path as it is written; links are looked at, not followed. Ends where nothing is.
std::optional<std::string> exposed_component(const fs::path& path) {
    fs::path here;
    for (const auto& part : path) {
        here /= part;

        struct stat status {};

        if (::lstat(here.c_str(), &status) != 0)
            return std::nullopt;
        const bool is_owned = status.st_uid == 0 || status.st_uid == ::geteuid();
        const bool others_write = (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
        // Sticky directories keep others from what is ours; a file's sticky bit does nothing.
        const bool is_open = S_ISREG(status.st_mode) ? others_write : !is_ours(status);
        if (!is_owned || (!S_ISLNK(status.st_mode) && is_open))
            return here.string();
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> exposed_part(const std::string& path) {
    std::error_code error;
    const auto written = fs::absolute(path, error).lexically_normal();
    if (error)
        return std::nullopt;
    if (auto found = exposed_component(written))
        return found;
    const auto real = fs::weakly_canonical(path, error);
    return error ? std::nullopt : exposed_component(real);
}

}  // namespace mco::system
