// Pipes to other processes, and handles of these.
#pragma once

#include "core/error.hpp"
#include "system/descriptor.hpp"

#include <csignal>

#include <sys/types.h>

namespace mco::system {

struct Pipe {
    Descriptor read;
    Descriptor write;

    /// Both ends are closed in programs that we become or start. Errors: io.
    static Expected<Pipe> make();
};

/// Our end of a pipe, from now on never to be waited for by reading or writing.
void never_block(const Descriptor& end);

/// A descriptor that becomes readable when the process has ended; none, with errno, when there is
/// no such process.
Descriptor process_handle(pid_t pid);

/// Makes a write to a pipe whose reader is gone an error of this thread instead of the end of the
/// process.
class WithoutSigpipe {
  public:
    WithoutSigpipe();
    WithoutSigpipe(const WithoutSigpipe&) = delete;
    WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;
    ~WithoutSigpipe();

  private:
    sigset_t pipe_{}, before_{};
    bool already_pending_ = false;
};

}  // namespace mco::system
