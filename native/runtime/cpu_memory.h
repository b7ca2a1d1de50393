#pragma once

#include <cstddef>

namespace layer_rotation {

/// Makes LibTorch take the memory of its larger CPU tensors from blocks that are kept when they are freed. Every step
/// allocates the same sizes again: the C library's heap would hand them back to the operating system and get them as
/// new pages, or, if told to keep them, cut them up until a network needs a third more memory than its tensors. Call
/// it before the engine makes tensors; calls after the first have no effect.
void keep_cpu_memory();

/// Sets the bytes of memory that this process may use, beyond which the kernel ends it without a word: a larger CPU
/// tensor that would need more is refused with c10::OutOfMemoryError. Without a call there is no limit.
void limit_cpu_memory(size_t bytes);

/// Makes sure that this process may take `bytes` more, beside its tensors: hands free blocks back to the operating
/// system if it must. Throws c10::OutOfMemoryError.
void reserve_cpu_memory(size_t bytes);

/// Hands the blocks that no tensor uses back to the operating system.
void release_cpu_memory();

}  // namespace layer_rotation
