// A process that we talk with for a while, a line at a time: its standard streams are pipes to us.
#pragma once

#include "core/error.hpp"
#include "core/time.hpp"
#include "system/descriptor.hpp"
#include "system/process.hpp"

#include <cstddef>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace mco::system {

/// The process leads a session of its own and is nobody's child here, so that it leaves no zombie
/// when it ends between two of our calls. When the conversation is destroyed it finds its input
/// ended; whoever does not want to leave it at that sends a signal before. One thread at a time;
/// waits count in real time.
class Conversation {
  public:
    /// Words, environment, directory and priority of the command count. Errors: not_found, io.
    static Expected<Conversation> start(const Command& command);

    /// Writes all of it. Errors: unavailable (nobody reads it any more), timed_out (part of it may
    /// be written).
    Expected<void> write(std::string_view bytes, Monotonic until);

    /// The next line of its standard output, without the line end. Errors: timed_out, limit (it is
    /// longer), unavailable (the output has ended).
    Expected<std::string> read_line(std::size_t limit, Monotonic until);

    /// Whether the process is there still; its output may not be read to the end.
    bool is_running() const;

    /// The end of what it has written to standard error by now, 4 KiB at most.
    const std::string& last_words();

    pid_t pid() const { return pid_; }

    /// To this very process and no later one of its number.
    void signal(int number) const;

  private:
    Conversation() = default;

    enum class For { reading, writing };

    bool wait(For what, Monotonic until);
    void take_output();
    void take_errors();

    pid_t pid_ = -1;
    Descriptor process_, input_, output_, errors_;
    std::string received_;      // from output_, what was not asked for yet
    std::size_t searched_ = 0;  // so much of it has no line end
    std::string last_words_;
};

}  // namespace mco::system
