#include "element_type.h"

#include <bit>
#include <cstring>

#include "../device/clones.h"

namespace layer_rotation::checkpoint {
namespace {

constexpr uint32_t kInfinity = 0x7f800000;

/// The number whose sign is the highest bit of `bits` and whose exponent and fraction, shifted to the places that they
/// have in a float, are too small by the factor `scale`, a power of 2: the biases differ. Subnormals come out right.
LAYER_ROTATION_INLINE float rescaled(uint32_t sign, uint32_t rest, float scale, bool is_special) {
  const float magnitude = is_special ? std::bit_cast<float>(rest | kInfinity) : std::bit_cast<float>(rest) * scale;
  return std::bit_cast<float>(std::bit_cast<uint32_t>(magnitude) | sign);
}

/// IEEE half precision: 5 exponent bits with a bias of 15, 10 fraction bits.
LAYER_ROTATION_INLINE float half(uint32_t bits) {
  const uint32_t rest = bits & 0x7fff;
  return rescaled((bits & 0x8000) << 16, rest << 13, 0x1p112f, rest >= 0x7c00);
}

/// 8 bits with 4 exponent bits, a bias of 7 and no infinity (arXiv 2209.05433).
LAYER_ROTATION_INLINE float quarter(uint32_t bits) {
  const uint32_t rest = bits & 0x7f;
  return rescaled((bits & 0x80) << 24, rest << 20, 0x1p120f, rest == 0x7f);
}

template <class Stored, class Convert>
LAYER_ROTATION_INLINE void widen_each(const std::byte* from, int64_t count, double* to, Convert convert) {
  for (int64_t i = 0; i < count; ++i) {
    Stored element;
    std::memcpy(&element, from + i * static_cast<int64_t>(sizeof element), sizeof element);
    to[i] = convert(element);
  }
}

LAYER_ROTATION_CLONES void widen_f32(const std::byte* from, int64_t count, double* to) {
  widen_each<float>(from, count, to, [](float x) LAYER_ROTATION_INLINE_LAMBDA { return double{x}; });
}

LAYER_ROTATION_CLONES void widen_f16(const std::byte* from, int64_t count, double* to) {
  widen_each<uint16_t>(from, count, to, [](uint16_t x) LAYER_ROTATION_INLINE_LAMBDA { return double{half(x)}; });
}

LAYER_ROTATION_CLONES void widen_bf16(const std::byte* from, int64_t count, double* to) {
  widen_each<uint16_t>(from, count, to, [](uint16_t x) LAYER_ROTATION_INLINE_LAMBDA {
    return double{std::bit_cast<float>(uint32_t{x} << 16)};
  });
}

LAYER_ROTATION_CLONES void widen_f8_e4m3(const std::byte* from, int64_t count, double* to) {
  widen_each<uint8_t>(from, count, to, [](uint8_t x) LAYER_ROTATION_INLINE_LAMBDA { return double{quarter(x)}; });
}

LAYER_ROTATION_CLONES void widen_f8_e5m2(const std::byte* from, int64_t count, double* to) {
  widen_each<uint8_t>(from, count, to,
                      [](uint8_t x) LAYER_ROTATION_INLINE_LAMBDA { return double{half(uint32_t{x} << 8)}; });
}

}  // namespace

int64_t size_of(ElementType type) {
  switch (type) {
    case ElementType::kF64: return 8;
    case ElementType::kF32: return 4;
    case ElementType::kF16:
    case ElementType::kBF16: return 2;
    case ElementType::kF8E4M3:
    case ElementType::kF8E5M2: return 1;
  }
  __builtin_unreachable();
}

void widen(ElementType type, const std::byte* from, int64_t count, double* to) {
  switch (type) {
    case ElementType::kF64: std::memcpy(to, from, static_cast<size_t>(count) * sizeof *to); return;
    case ElementType::kF32: return widen_f32(from, count, to);
    case ElementType::kF16: return widen_f16(from, count, to);
    case ElementType::kBF16: return widen_bf16(from, count, to);
    case ElementType::kF8E4M3: return widen_f8_e4m3(from, count, to);
    case ElementType::kF8E5M2: return widen_f8_e5m2(from, count, to);
  }
}

}  // namespace layer_rotation::checkpoint
