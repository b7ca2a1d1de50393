#include "displacement_cpu.h"

#include "../device/simd.h"

namespace layer_rotation::rotation {

using simd::Double8;
using simd::horizontal_sum;
using simd::prefetch;
using simd::widen;

LAYER_ROTATION_CLONES Displacement displacement_cpu(const float* weight, const float* reference, int64_t begin,
                                                    int64_t end) {
  // Two accumulators a sum hide the latency of the additions.
  Double8 squared[2] = {}, dot_reference[2] = {}, squared_weight[2] = {};
  int64_t i = begin;
  for (; i + 16 <= end; i += 16) {
    prefetch(weight + i);
    prefetch(reference + i);
    for (int half = 0; half < 2; ++half) {
      const Double8 w0 = widen(reference + i + 8 * half), w = widen(weight + i + 8 * half);
      const Double8 difference = w - w0;
      squared[half] += difference * difference;
      dot_reference[half] += difference * w0;
      squared_weight[half] += w * w;
    }
  }
  Displacement sum{horizontal_sum(squared[0] + squared[1]), horizontal_sum(dot_reference[0] + dot_reference[1]),
                   horizontal_sum(squared_weight[0] + squared_weight[1])};
  for (; i < end; ++i) {
    const double w0 = reference[i], w = weight[i], difference = w - w0;
    sum += {difference * difference, difference * w0, w * w};
  }
  return sum;
}

}  // namespace layer_rotation::rotation
