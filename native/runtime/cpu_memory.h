#pragma once

namespace layer_rotation {

/// Makes LibTorch take the memory of its larger CPU tensors from blocks that are kept when they are freed. Every step
/// allocates the same sizes again: the C library's heap would hand them back to the operating system and get them as
/// new pages, or, if told to keep them, cut them up until a network needs a third more memory than its tensors. Call
/// it before the engine makes tensors; calls after the first have no effect.
void keep_cpu_memory();

/// Hands the blocks that no tensor uses back to the operating system.
void release_cpu_memory();

}  // namespace layer_rotation
