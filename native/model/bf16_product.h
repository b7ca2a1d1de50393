#pragma once

#include <cstdint>

namespace layer_rotation {

/// Whether products of bf16 matrices that are accumulated in fp32 are fast here: a CPU with AMX, and a LibTorch whose
/// MKL has them. A property of the machine and not a measurement, so that a run can be repeated bit for bit.
bool has_fast_bf16_products();

/// A row-major bf16 matrix, given by the bits of its numbers, taken as it is or transposed.
struct Bf16Factor {
  enum class Taken { kAsIs, kTransposed };

  const uint16_t* values;
  int64_t stride;  ///< from one row in memory to the next
  Taken taken = Taken::kAsIs;
};

/// to [m, n] ← a b + beta·to, with k terms a sum; `stride` leads from one row of `to` to the next. Only where
/// has_fast_bf16_products(). Within at::parallel_for it runs on the calling thread alone.
void multiply(const Bf16Factor& a, const Bf16Factor& b, int64_t m, int64_t n, int64_t k, float beta, float* to,
              int64_t stride);

}  // namespace layer_rotation
