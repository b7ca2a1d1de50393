#include "cpu_features.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#if defined(__x86_64__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace layer_rotation {
namespace {

/// The instruction sets without products of bf16 that ONEDNN_MAX_CPU_ISA can name, and those without AMX's alone.
/// oneDNN takes any other value for no limit.
constexpr std::array<std::string_view, 7> kWithoutBf16{
    "SSE41", "AVX", "AVX2", "AVX2_VNNI", "AVX2_VNNI_2", "AVX512_CORE", "AVX512_CORE_VNNI"};
constexpr std::array<std::string_view, 4> kWithoutAmx{"AVX512_CORE_BF16", "AVX512_CORE_FP16", "AVX10_1", "AVX10_1_512"};

bool names_one_of(const std::string& limit, const auto& sets) {
  return std::find(sets.begin(), sets.end(), limit) != sets.end();
}

/// The instruction set that users limit oneDNN to, in upper case; empty without a limit.
std::string chosen_limit() {
  const char* given = std::getenv("ONEDNN_MAX_CPU_ISA");
  std::string limit = given == nullptr ? "" : given;
  std::transform(limit.begin(), limit.end(), limit.begin(), [](unsigned char c) { return std::toupper(c); });
  return limit;
}

#if defined(__x86_64__)
/// Returns whether the kernel lets programs use AMX's tiles: since Linux 5.16, unless a virtual machine hides them.
bool may_use_tiles() {
  constexpr long kGetSupportedFeatures = 0x1021;  // ARCH_GET_XCOMP_SUPP
  constexpr uint64_t kTiles = 1u << 18;
  uint64_t features = 0;
  return syscall(SYS_arch_prctl, kGetSupportedFeatures, &features) == 0 && (features & kTiles) != 0;
}
#endif

}  // namespace

#if defined(__x86_64__)
bool has_avx512() { return __builtin_cpu_supports("x86-64-v4"); }

bool has_amx_bf16() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kAmxBf16 = 1u << 22, kAmxTile = 1u << 24;
  const std::string limit = chosen_limit();
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & kAmxBf16) && (d & kAmxTile) && may_use_tiles() &&
         !names_one_of(limit, kWithoutBf16) && !names_one_of(limit, kWithoutAmx);
}

bool has_avx512_bf16() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kAvx512Bf16 = 1u << 5;
  return __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & kAvx512Bf16) && !names_one_of(chosen_limit(), kWithoutBf16);
}
#else
bool has_avx512() { return false; }
bool has_amx_bf16() { return false; }
bool has_avx512_bf16() { return false; }
#endif

}  // namespace layer_rotation
