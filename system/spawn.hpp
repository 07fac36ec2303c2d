// Starts a program between fork and exec, and reports why it could not be started. Used by
// process.cpp, conversation.cpp and lasting.cpp only.
#pragma once

#include "core/error.hpp"
#include "system/descriptor.hpp"
#include "system/process.hpp"

#include <string>

#include <sys/types.h>

namespace mco::system {

/// What becomes the child's standard streams.
struct Streams {
    int in = -1;
    int out = -1;
    int err = -1;
};

/// A child of ours that leads a process group of its own; to be waited for. Errors: not_found, io.
Expected<pid_t> spawn_child(const Command& command, const Streams& streams);

/// A process that leads a session of its own and is nobody's child here. Errors: not_found, io.
Expected<pid_t> spawn_detached(const Command& command, const Streams& streams);

/// Whoever can write to the directory must not make us write elsewhere: only a new file will do,
/// and every write goes to its end. Errors: io.
Expected<Descriptor> create_output_file(const std::string& path);

}  // namespace mco::system
