#include "augmentation.h"

namespace layer_rotation {
namespace {

/// Chris Wellons's lowbias32, as in src/random.ts.
uint32_t mix(uint32_t x) {
  x = (x ^ (x >> 16)) * 0x7feb352du;
  x = (x ^ (x >> 15)) * 0x846ca68bu;
  return x ^ (x >> 16);
}

/// The shift that `draw`, of 0 … 2^bits-1, stands for.
int64_t shift_of(uint32_t draw, int bits, int64_t largest) {
  const int64_t half_steps = (draw * 4 * largest) >> bits;  // 0 … 4·largest-1, two for a shift and one for ±largest
  return (half_steps + 1) / 2 - largest;
}

}  // namespace

Placement Augmentation::placement(int32_t image) const {
  const uint32_t draw = mix(key_ + static_cast<uint32_t>(image));
  return {shift_of(draw & 0xffff, 16, spec_.shift), shift_of((draw >> 16) & 0x7fff, 15, spec_.shift),
          spec_.flip && (draw >> 31) != 0};
}

int64_t reflected(int64_t index, int64_t size) {
  if (0 <= index && index < size) return index;
  const int64_t period = 2 * size;
  const int64_t within = ((index % period) + period) % period;
  return within < size ? within : period - 1 - within;
}

}  // namespace layer_rotation
