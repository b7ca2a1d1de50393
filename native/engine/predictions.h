#pragma once

#include <vector>

#include "epoch_sums.h"

namespace layer_rotation {

/// The outputs of a network for each image of a split, and the means of an evaluation of it.
struct Predictions {
  std::vector<float> logits;   ///< [images][classes]
  std::vector<double> losses;  ///< [images]
  EpochSums::Means means;
};

}  // namespace layer_rotation
