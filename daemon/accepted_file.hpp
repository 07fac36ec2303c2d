// Which requests were accepted lately, in a file, so that a restart does not make them acceptable
// again. What is promised: a request that was accepted is known after the daemon was stopped or
// killed; not after a power cut, for which every request would have to wait for the disk.
#pragma once

#include "core/error.hpp"
#include "core/message/freshness.hpp"
#include "system/descriptor.hpp"

#include <cstddef>
#include <string>

namespace mco::daemon {

/// I/O thread only.
class AcceptedFile {
  public:
    /// Opens or makes it, in a directory of our own. Errors: io, denied.
    static Expected<AcceptedFile> open(std::string path);

    /// Hands in what has to be known at `now`; the file then holds nothing else. What is not of our
    /// form ends the reading. Errors: io.
    Expected<void> recall(message::Freshness& freshness, TimePoint now);

    /// Adds one. Errors: io.
    Expected<void> add(const message::ReplayMemory::Digest& digest, TimePoint until, TimePoint now);

  private:
    Expected<std::string> prune(TimePoint now);

    AcceptedFile(std::string path, system::Descriptor file)
        : path_(std::move(path)), file_(std::move(file)) {}

    std::string path_;
    system::Descriptor file_;
    std::size_t records_ = 0;
};

}  // namespace mco::daemon
