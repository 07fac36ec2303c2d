#include "cli/reports/output.hpp"

#include "system/descriptor.hpp"
#include "system/files.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mco::reports {
namespace {

tl::unexpected<Error> failed(const std::string& path, int error) {
    return fail(Errc::io, "cannot write " + path + ": " + std::strerror(error));
}

struct Target {
    std::string path;  // without symbolic links
    bool exists = false;
    bool regular = true;
    mode_t mode = 0;
};

std::string directory_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

/// What a new file may be like: the mask is only readable by setting it.
mode_t usual_mode() {
    const auto mask = ::umask(0);
    ::umask(mask);
    return 0666 & ~mask;
}

Expected<Target> look_at(const std::string& path) {
    struct stat status {};

    if (::stat(path.c_str(), &status) != 0) {
        if (errno != ENOENT)
            return failed(path, errno);
        return Target{path, false, true, usual_mode()};
    }
    if (S_ISDIR(status.st_mode))
        return failed(path, EISDIR);
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                           &std::free);
    return Target{real ? real.get() : path,
                  true,
                  S_ISREG(status.st_mode),
                  static_cast<mode_t>(status.st_mode & 07777)};
}

Expected<void> write_to(const std::string& path, std::string_view text) {
    const system::Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    if (!file)
        return failed(path, errno);
    while (!text.empty()) {
        const auto written = ::write(file.get(), text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return failed(path, errno);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

}  // namespace

Expected<void> check_writable(const std::string& path) {
    MCO_TRY(target, look_at(path));
    const auto where = target.regular ? directory_of(target.path) : path;
    if (::access(where.c_str(), target.regular ? W_OK | X_OK : W_OK) != 0)
        return failed(path, errno);
    return {};
}

Expected<void> write_report(const std::string& path, std::string_view text) {
    MCO_TRY(target, look_at(path));
    if (!target.regular)
        return write_to(path, text);
    return system::write_file_atomically(target.path, text, target.mode);
}

}  // namespace mco::reports
