#include "matrix_product.h"

#include <cstring>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "../../device/cpu_features.h"

// Functions of MKL within LibTorch; null if LibTorch is built without MKL.
extern "C" {
__attribute__((weak)) void cblas_gemm_bf16bf16f32(int layout, int transpose_a, int transpose_b, int m, int n, int k,
                                                  float alpha, const void* a, int lda, const void* b, int ldb,
                                                  float beta, float* c, int ldc);
// Fortran's interface: arguments by reference, matrices by columns.
__attribute__((weak)) void SGEMM(const char* transpose_a, const char* transpose_b, const int* m, const int* n,
                                 const int* k, const float* alpha, const float* a, const int* lda, const float* b,
                                 const int* ldb, const float* beta, float* c, const int* ldc);
}

namespace layer_rotation {
namespace {

#if defined(__x86_64__)
bool is_intel() {
  unsigned a = 0, vendor[3] = {};
  return __get_cpuid(0, &a, &vendor[0], &vendor[2], &vendor[1]) && std::memcmp(vendor, "GenuineIntel", 12) == 0;
}
#else
bool is_intel() { return false; }
#endif

int as_int(int64_t size) { return static_cast<int>(size); }

}  // namespace

bool has_fast_bf16_products() {
  static const bool fast = cblas_gemm_bf16bf16f32 != nullptr && has_amx_bf16();
  return fast;
}

bool has_fast_fp32_products() {
  static const bool fast = SGEMM != nullptr && is_intel();
  return fast;
}

void multiply(const Factor<uint16_t>& a, const Factor<uint16_t>& b, int64_t m, int64_t n, int64_t k, float beta,
              float* to, int64_t stride) {
  constexpr int kRowMajor = 101, kNoTranspose = 111, kTranspose = 112;
  cblas_gemm_bf16bf16f32(kRowMajor, a.transposed ? kTranspose : kNoTranspose, b.transposed ? kTranspose : kNoTranspose,
                         as_int(m), as_int(n), as_int(k), 1, a.values, as_int(a.stride), b.values, as_int(b.stride),
                         beta, to, as_int(stride));
}

void multiply(const Factor<float>& a, const Factor<float>& b, int64_t m, int64_t n, int64_t k, float beta, float* to,
              int64_t stride) {
  const int rows = as_int(m), columns = as_int(n), terms = as_int(k);
  const int a_stride = as_int(a.stride), b_stride = as_int(b.stride), to_stride = as_int(stride);
  const float one = 1;
  // A matrix stored by rows is its transpose stored by columns, and (a b)ᵀ = bᵀ aᵀ.
  SGEMM(b.transposed ? "T" : "N", a.transposed ? "T" : "N", &columns, &rows, &terms, &one, b.values, &b_stride,
        a.values, &a_stride, &beta, to, &to_stride);
}

}  // namespace layer_rotation
