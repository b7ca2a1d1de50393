#include "cpu_features.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace layer_rotation {

#if defined(__x86_64__)
bool has_avx512() { return __builtin_cpu_supports("x86-64-v4"); }

bool has_amx_bf16() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kAmxBf16 = 1u << 22, kAmxTile = 1u << 24;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & kAmxBf16) && (d & kAmxTile);
}

bool has_avx512_bf16() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kAvx512Bf16 = 1u << 5;
  return __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & kAvx512Bf16);
}
#else
bool has_avx512() { return false; }
bool has_amx_bf16() { return false; }
bool has_avx512_bf16() { return false; }
#endif

}  // namespace layer_rotation
