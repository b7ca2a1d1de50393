#pragma once

#include <atomic>

namespace layer_rotation {

/// Set once the process begins to end; all work then ends too.
inline std::atomic<bool> process_is_ending = false;

/// Makes exit() call `end` before it destroys any static object that exists by now.
void end_work_at_exit(void (*end)());

/// Makes exit() call it, too, before it destroys static objects that were made since. exit() runs first what was
/// registered last, and LibTorch makes some static objects when it first needs them: call this after work of a new
/// kind.
void renew_end_of_work();

/// Makes LibTorch make the static objects that it otherwise makes at the first backward pass.
void make_static_objects();

}  // namespace layer_rotation
