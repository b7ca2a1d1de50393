#pragma once

#include <cstdint>
#include <vector>

#include "../device/host_device.h"
#include "box.h"

namespace layer_rotation {

/// The mixture of each image of a step with its partner.
struct Mix {
  double share = 1;  ///< the part of the image's own label in its target, 0 … 1
  Box box;  ///< the pixels that come from the partner (CutMix); if it is empty, all are blended by `share` (mixup)

  LAYER_ROTATION_HOST_DEVICE bool keeps() const { return share == 1 && box.is_empty(); }

  /// Returns the mixture of two pixels; each of both is a function, called if its value is needed.
  template <class Own, class Other>
  LAYER_ROTATION_HOST_DEVICE float operator()(const Own& own, const Other& other, int32_t row, int32_t column) const {
    if (!box.is_empty()) return box.holds(row, column) ? other() : own();
    if (share == 1) return own();
    return static_cast<float>(share) * own() + static_cast<float>(1 - share) * other();
  }
};

/// The mixtures of an epoch's images. Without partners none is mixed.
struct Mixing {
  std::vector<int32_t> partners;  ///< indices of training images, one for each place in the order
  std::vector<Mix> mixes;         ///< [steps]
  std::vector<Box> erased;        ///< the pixels of each partner that are 0 after normalisation; empty for none
};

}  // namespace layer_rotation
