#include "triad.h"

#include <ATen/Parallel.h>

#include "../device/simd.h"

namespace layer_rotation::rotation {
namespace {

LAYER_ROTATION_CLONES void triad_range(float* __restrict a, const float* __restrict b, const float* __restrict c,
                                       float s, int64_t size) {
  for (int64_t i = 0; i < size; ++i) a[i] = b[i] + s * c[i];
}

}  // namespace

void triad(at::Tensor& a, const at::Tensor& b, const at::Tensor& c, float s) {
  float* to = a.data_ptr<float>();
  const float *left = b.const_data_ptr<float>(), *right = c.const_data_ptr<float>();
  at::parallel_for(0, a.numel(), 16 * 1024, [&](int64_t begin, int64_t end) {
    triad_range(to + begin, left + begin, right + begin, s, end - begin);
  });
}

}  // namespace layer_rotation::rotation
