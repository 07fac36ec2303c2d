// Data plug-in: existence and attributes of a file (protocol §12.8).
#include "agents/agent.hpp"
#include "system/descriptor.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mco::agents {
namespace {

const char* type_name(mode_t mode) {
    switch (mode & S_IFMT) {
        case S_IFDIR:
            return "directory";
        case S_IFREG:
            return "file";
        case S_IFLNK:
            return "symlink";
        case S_IFSOCK:
            return "socket";
        case S_IFCHR:
            return "chardev";
        case S_IFBLK:
            return "blockdev";
        default:
            return "unknown";
    }
}

constexpr std::array<std::string_view, 3> kernel_folders = {"/proc", "/sys", "/dev"};

std::string local_time(std::time_t seconds) {
    std::tm broken_down{};
    localtime_r(&seconds, &broken_down);
    std::array<char, 32> text{};
    const std::size_t length =
        std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &broken_down);
    return {text.data(), length};
}

std::string hex(const unsigned char* bytes, unsigned int size) {
    std::string text;
    for (unsigned int i = 0; i < size; ++i)
        text += fmt::format("{:02x}", bytes[i]);
    return text;
}

/// What only looks like files: to open it may do something, and to read it tells secrets of
/// processes. Links lead there, too.
bool is_of_the_kernel(const std::string& path) {
    std::error_code error;
    const auto real = std::filesystem::weakly_canonical(path, error).string();
    return error ||
           std::any_of(kernel_folders.begin(), kernel_folders.end(), [&](std::string_view folder) {
               return real == folder || (real.starts_with(folder) && real[folder.size()] == '/');
           });
}

/// Hex MD5 of a regular file's content, as the original tells it. Reads in pieces, so that a big
/// file costs time but no memory, and stops between them when the answer is of no use any more.
Expected<std::string> md5_of(const std::string& path, const DataQuery& query) {
    // It may be a pipe by now: that must not be waited for.
    const system::Descriptor file(
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest(EVP_MD_CTX_new(),
                                                                         EVP_MD_CTX_free);

    struct stat opened {};

    if (!file || fstat(file.get(), &opened) != 0 || !S_ISREG(opened.st_mode) || !digest ||
        EVP_DigestInit_ex(digest.get(), EVP_md5(), nullptr) != 1)
        return fail(Errc::io, "Cannot read " + path);
    std::array<char, 65536> piece{};
    for (;;) {
        const ssize_t size = ::read(file.get(), piece.data(), piece.size());
        if (size < 0 && errno != EINTR)
            return fail(Errc::io, "Cannot read " + path);
        if (size == 0)
            break;
        if (query.is_overdue())
            return fail(Errc::timed_out, "Reading " + path + " took too long");
        if (size > 0)
            EVP_DigestUpdate(digest.get(), piece.data(), static_cast<std::size_t>(size));
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int size = 0;
    EVP_DigestFinal_ex(digest.get(), bytes.data(), &size);
    return hex(bytes.data(), size);
}

class FstatData final : public DataPlugin {
  public:
    explicit FstatData(const AgentContext& context) : context_(context) {}

    const ddl::Ddl& declaration() const override { return context_.declarations.data("fstat"); }

    Expected<Map> look_up(const DataQuery& query) const override {
        const std::string path = query.text();
        Map answer = absent(path);

        struct stat target {};

        struct stat found {};

        if (stat(path.c_str(), &target) != 0 || lstat(path.c_str(), &found) != 0)
            return answer;
        answer.set("output", "present");
        answer.set("present", 1);
        answer.set("type", type_name(found.st_mode));
        answer.set("mode", fmt::format("{:o}", found.st_mode));
        answer.set("size", std::int64_t{found.st_size});
        answer.set("uid", std::int64_t{found.st_uid});
        answer.set("gid", std::int64_t{found.st_gid});
        set_time(answer, "mtime", found.st_mtime);
        set_time(answer, "ctime", found.st_ctime);
        set_time(answer, "atime", found.st_atime);
        if (S_ISREG(found.st_mode) && query.wants("md5") && !is_of_the_kernel(path)) {
            MCO_TRY(md5, md5_of(path, query));
            answer.set("md5", std::move(md5));
        }
        return answer;
    }

  private:
    static Map absent(const std::string& path) {
        Map answer;
        answer.set("name", path);
        answer.set("output", "not present");
        answer.set("present", 0);
        answer.set("type", "unknown");
        answer.set("mode", "0000");
        for (const char* number : {"size", "uid", "gid", "md5", "mtime", "ctime", "atime"})
            answer.set(number, 0);
        for (const char* time : {"mtime", "ctime", "atime"}) {
            answer.set(std::string(time) + "_seconds", 0);
            answer.set(std::string(time) + "_age", nullptr);
        }
        return answer;
    }

    void set_time(Map& answer, const std::string& name, std::time_t seconds) const {
        const auto now =
            std::chrono::floor<std::chrono::seconds>(context_.clock.now()).time_since_epoch();
        answer.set(name, local_time(seconds));
        answer.set(name + "_seconds", std::int64_t{seconds});
        answer.set(name + "_age", std::int64_t{now.count() - seconds});
    }

    const AgentContext& context_;
};

}  // namespace

std::unique_ptr<DataPlugin> make_fstat_data(const AgentContext& context) {
    return std::make_unique<FstatData>(context);
}

}  // namespace mco::agents
