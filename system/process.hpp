// Child processes without a shell: captured with a deadline, left to themselves where they must not
// be ended, or detached.
#pragma once

#include "core/error.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace mco::system {

struct Command {
    std::vector<std::string> argv;  ///< argv[0] is looked up in the child's PATH; never by a shell
    std::map<std::string, std::string>
        environment;  ///< added to, and winning over, what is inherited: a few names of our own
    bool clean_environment = false;             ///< nothing is inherited
    std::string directory;                      ///< working directory; empty: ours
    std::string input;                          ///< written to standard input, then closed
    std::chrono::milliseconds timeout{10'000};  ///< then the whole process group is ended
    std::chrono::milliseconds grace{2'000};     ///< between SIGTERM and SIGKILL for that
    std::size_t output_limit =
        1 << 20;   ///< bytes kept of each stream; the rest is read and dropped
    int nice = 0;  ///< added to our own priority
    /// start_detached and start_lasting only: a new file, readable by its owner alone, that gets
    /// standard output and error as they are written; empty: they go to /dev/null.
    std::string output_file;
};

struct Finished {
    int exit_code = -1;  ///< -1 when killed by `signal`
    int signal = 0;
    std::string out;
    std::string err;
    bool truncated = false;
};

/// How a process ended.
struct Exit {
    int code = -1;  ///< -1 when killed by `signal`
    int signal = 0;
};

/// A child of ours that nobody ends, whatever becomes of us. One thread at a time.
class LastingProcess {
  public:
    LastingProcess() = default;
    LastingProcess(const LastingProcess&) = delete;
    LastingProcess& operator=(const LastingProcess&) = delete;
    virtual ~LastingProcess() = default;  ///< it goes on
    virtual pid_t pid() const = 0;
    /// Waits for its end, at most so long; absent while it goes on. Errors: io.
    virtual Expected<std::optional<Exit>> wait(std::chrono::milliseconds limit) = 0;
};

class Runner {
  public:
    Runner() = default;
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;
    virtual ~Runner() = default;
    /// Runs until argv[0] has ended; what its background children still write is not waited for.
    /// Worker threads only: it blocks. Errors: not_found, io, timed_out.
    virtual Expected<Finished> run(const Command& command) = 0;
    /// Starts a process of its own session that outlives us; its standard input is /dev/null.
    /// Returns its pid once it was executed. If it cannot be, no output file is left behind. Any
    /// thread. Errors: not_found (no such program), io; also io if the output file exists already.
    virtual Expected<pid_t> start_detached(const Command& command) = 0;
    /// Starts a process that leads a process group of its own; its standard input is /dev/null,
    /// `timeout` does not count. For what must not be ended in the middle, but whose end somebody
    /// may wait for. Any thread. Errors: as start_detached(), and those of a runner that cannot.
    virtual Expected<std::unique_ptr<LastingProcess>> start_lasting(const Command& command);
};

class RealRunner final : public Runner {
  public:
    Expected<Finished> run(const Command& command) override;
    Expected<pid_t> start_detached(const Command& command) override;
    Expected<std::unique_ptr<LastingProcess>> start_lasting(const Command& command) override;
};

/// Splits a configured command line into words as a shell would quote them ('…', "…", \), expanding
/// nothing.
Expected<std::vector<std::string>> split_words(const std::string& command_line);

}  // namespace mco::system
