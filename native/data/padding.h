#pragma once

#include <cstdint>

#include "../device/host_device.h"

namespace layer_rotation {

/// The pixels beyond the border of an image a b c d, under numpy's names (numpy.pad).
enum class Padding : int32_t {
  kSymmetric,  ///< d c b a | a b c d | d c b a
  kReflect,    ///< … d c b | a b c d | c b a …
  kEdge,       ///< a a a a | a b c d | d d d d
  kConstant,   ///< 0 0 0 0 | a b c d | 0 0 0 0
};

/// The place of a pixel that is 0, not one of the image's.
constexpr int64_t kNowhere = -1;

/// Returns the index in 0 … size-1 whose value is at `index` of a padded sequence, or kNowhere.
template <class Index>
LAYER_ROTATION_HOST_DEVICE Index source_of(Index index, Index size, Padding padding) {
  if (0 <= index && index < size) return index;
  if (padding == Padding::kConstant) return static_cast<Index>(kNowhere);
  if (padding == Padding::kEdge) return index < 0 ? 0 : size - 1;
  if (size == 1) return 0;
  const Index once = padding == Padding::kReflect ? 1 : 0;  // such an image has its border once in a period
  const Index period = 2 * (size - once);
  const Index within = ((index % period) + period) % period;
  return within < size ? within : period - 1 + once - within;
}

}  // namespace layer_rotation
