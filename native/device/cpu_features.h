#pragma once

namespace layer_rotation {

/// Returns whether the CPU has AVX-512 as x86-64-v4 defines it, and the system lets programs use it.
bool has_avx512();

/// Returns whether the CPU has AMX's products of bf16 matrices, the kernel lets programs use them, and
/// ONEDNN_MAX_CPU_ISA, oneDNN's own variable, does not forbid them.
bool has_amx_bf16();

/// Returns whether the CPU has AVX-512's products of bf16 vectors, and ONEDNN_MAX_CPU_ISA does not forbid them.
bool has_avx512_bf16();

}  // namespace layer_rotation
