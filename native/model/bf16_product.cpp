#include "bf16_product.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

// MKL's product of bf16 matrices accumulated in fp32. LibTorch's builds with MKL export it; elsewhere it is null.
extern "C" __attribute__((weak)) void cblas_gemm_bf16bf16f32(int layout, int transpose_a, int transpose_b, int m, int n,
                                                             int k, float alpha, const void* a, int lda, const void* b,
                                                             int ldb, float beta, float* c, int ldc);

namespace layer_rotation {
namespace {

constexpr int kRowMajor = 101, kNoTranspose = 111, kTranspose = 112;

int transpose(const Bf16Factor& factor) {
  return factor.taken == Bf16Factor::Taken::kTransposed ? kTranspose : kNoTranspose;
}

bool has_amx_bf16() {
#if defined(__x86_64__)
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kAmxBf16 = 1u << 22, kAmxTile = 1u << 24;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & kAmxBf16) && (d & kAmxTile);
#else
  return false;
#endif
}

}  // namespace

bool has_fast_bf16_products() {
  static const bool fast = cblas_gemm_bf16bf16f32 != nullptr && has_amx_bf16();
  return fast;
}

void multiply(const Bf16Factor& a, const Bf16Factor& b, int64_t m, int64_t n, int64_t k, float beta, float* to,
              int64_t stride) {
  const auto as_int = [](int64_t size) { return static_cast<int>(size); };
  cblas_gemm_bf16bf16f32(kRowMajor, transpose(a), transpose(b), as_int(m), as_int(n), as_int(k), 1, a.values,
                         as_int(a.stride), b.values, as_int(b.stride), beta, to, as_int(stride));
}

}  // namespace layer_rotation
