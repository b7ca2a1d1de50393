#pragma once

#include <cstdint>

namespace layer_rotation {

// Products of row-major matrices by MKL, which LibTorch's builds for x86-64 hold, accumulated in fp32. Whether they are
// fast is a property of the machine and not a measurement, so that a run can be repeated bit for bit.

/// Of bf16 matrices: a CPU with AMX.
bool has_fast_bf16_products();

/// Of fp32 matrices: an Intel CPU. On others MKL does not use AVX-512.
bool has_fast_fp32_products();

/// A matrix of fp32 numbers or of bf16 ones, given by their bits, taken as it is or transposed.
template <class Number>
struct Factor {
  const Number* values;
  int64_t stride;  ///< from one row in memory to the next
  bool transposed = false;
};

/// to [m, n] ← a b + beta·to, with k terms a sum; `stride` leads from one row of `to` to the next. Only where such
/// products are fast. Within at::parallel_for it runs on the calling thread alone.
void multiply(const Factor<uint16_t>& a, const Factor<uint16_t>& b, int64_t m, int64_t n, int64_t k, float beta,
              float* to, int64_t stride);
void multiply(const Factor<float>& a, const Factor<float>& b, int64_t m, int64_t n, int64_t k, float beta, float* to,
              int64_t stride);

}  // namespace layer_rotation
