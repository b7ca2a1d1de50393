#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace standin::ptx {

/// A number in bf16.
struct Bf16 {
  uint16_t bits;
};

/// Two of them in a register; the low half first.
struct Bf16x2 {
  Bf16 low, high;
};

constexpr uint16_t kBf16NaN = 0x7fff;

inline float widened(Bf16 x) { return std::bit_cast<float>(uint32_t{x.bits} << 16); }

/// Rounds to nearest, ties to even.
inline Bf16 rounded(float x) {
  if (std::isnan(x)) return {kBf16NaN};
  const auto bits = std::bit_cast<uint32_t>(x);
  return {static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16)};
}

/// Rounds towards zero.
inline Bf16 truncated(float x) {
  if (std::isnan(x)) return {kBf16NaN};
  return {static_cast<uint16_t>(std::bit_cast<uint32_t>(x) >> 16)};
}

/// A float between whose bits and `x` no bf16 or midpoint of two lies: rounding it gives what rounding `x` would.
inline float rounded_to_odd(double x) {
  const auto nearest = static_cast<float>(x);
  if (std::isnan(x) || double{nearest} == x || (std::bit_cast<uint32_t>(nearest) & 1) != 0) return nearest;
  return std::nextafter(nearest, double{nearest} < x ? INFINITY : -INFINITY);
}

inline Bf16 rounded(double x) { return rounded(rounded_to_odd(x)); }

}  // namespace standin::ptx
