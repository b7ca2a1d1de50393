#pragma once

#include <atomic>

namespace layer_rotation {

/// Set once the process is about to end, when all work has to.
inline std::atomic<bool> process_is_ending = false;

/// Makes exit() call `end` before it destroys any static object that exists by now.
void end_work_at_exit(void (*end)());

/// The same for static objects that have come since. exit() runs what was registered last first, and LibTorch makes
/// some of its static objects when it first needs them: to be called after work of a new kind.
void renew_end_of_work();

}  // namespace layer_rotation
