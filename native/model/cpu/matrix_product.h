#pragma once

#include <cstdint>

namespace layer_rotation {

// Products of row-major matrices by MKL, which LibTorch's builds for x86-64 contain, accumulated in fp32. Whether they
// are fast is decided by the type of the CPU and not by a measurement, so that a run can be repeated bit for bit.

/// Returns whether products of bf16 matrices are fast: on a CPU with AMX.
bool has_fast_bf16_products();

/// Returns whether products of fp32 matrices are fast: on an Intel CPU. On others MKL does not use AVX-512.
bool has_fast_fp32_products();

/// A factor of a product: a matrix of fp32 numbers or of the bits of bf16 ones, as it is or transposed.
template <class Number>
struct Factor {
  const Number* values;
  int64_t stride;  ///< numbers from one row in memory to the next
  bool transposed = false;
};

/// Computes to [m, n] ← a b + beta·to, with sums of k terms; `stride` is the distance in numbers from one row of `to`
/// to the next. Call it only if such products are fast. Within at::parallel_for it runs on the calling thread alone.
void multiply(const Factor<uint16_t>& a, const Factor<uint16_t>& b, int64_t m, int64_t n, int64_t k, float beta,
              float* to, int64_t stride);
void multiply(const Factor<float>& a, const Factor<float>& b, int64_t m, int64_t n, int64_t k, float beta, float* to,
              int64_t stride);

}  // namespace layer_rotation
