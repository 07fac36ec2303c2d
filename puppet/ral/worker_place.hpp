// Where the worker's own files are, and how it is started (resources §1).
#pragma once

#include "core/error.hpp"
#include "puppet/ral/worker.hpp"
#include "puppet/settings.hpp"
#include "system/process.hpp"

#include <string>

namespace mco::puppet {

/// One thread at a time.
class WorkerPlace {
  public:
    /// `puppet` outlives it. Nothing is made yet.
    WorkerPlace(const WorkerSettings& settings, const Settings& puppet)
        : settings_(settings), puppet_(puppet), folder_(settings.directory) {}

    WorkerPlace(const WorkerPlace&) = delete;
    WorkerPlace& operator=(const WorkerPlace&) = delete;
    ~WorkerPlace();  ///< removes a temporary folder

    /// What starts a worker, whose files are there then. The script comes from within this program:
    /// so it fits it, is found wherever the program runs, and lies where only our own user can
    /// write, which matters since root executes it. Errors: unavailable (no Ruby), denied (others
    /// can change the folder), io.
    Expected<system::Command> command();

  private:
    Expected<void> make_folder();
    Expected<void> write_files() const;
    std::string home() const;

    WorkerSettings settings_;
    const Settings& puppet_;
    std::string folder_;
    bool is_temporary_ = false;
};

}  // namespace mco::puppet
