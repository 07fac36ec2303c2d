// A file that tells how a program is, for whoever watches it: replaced as a whole, again and again.
#pragma once

#include "core/error.hpp"
#include "system/directory.hpp"
#include "system/log.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace mco::system {

/// Has a thread of its own, since a disk may be slow and those who do other work may all be busy,
/// which is when the file is looked at. All members: any thread.
class StatusFile {
  public:
    /// Opens the folder that holds `path` (made absolute from the working directory); the file is
    /// not touched. The log outlives it. Errors: not_found, denied, io, invalid (no file's name).
    static Expected<std::unique_ptr<StatusFile>> open(const std::string& path, Log& log);

    StatusFile(const StatusFile&) = delete;
    StatusFile& operator=(const StatusFile&) = delete;
    /// Waits until what was given last is written.
    ~StatusFile();

    /// To be written soon, in place of what still waits. Mode 0640: the group that shall read it is
    /// that of the folder, with its setgid bit. A failure is logged once until it works again.
    void write(std::string text);

  private:
    StatusFile(Directory folder, std::string name, std::string path, Log& log);
    void run();
    void write_now(const std::string& text);

    const Directory folder_;
    const std::string name_;
    const std::string path_;  // for messages
    Log& log_;
    bool failing_ = false;  // the thread's own
    std::mutex mutex_;      // guards what follows
    std::condition_variable wake_;
    std::optional<std::string> next_;
    bool ending_ = false;
    std::thread thread_;
};

}  // namespace mco::system
