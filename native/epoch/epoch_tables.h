#pragma once

#include <cstdint>

#include "../device/host_device.h"
#include "../device/sum.h"
#include "../rotation/step_sums.h"
#include "mix.h"

namespace layer_rotation {

/// Sums over examples; all but the loss are whole numbers, unless images are mixed: a hit of one of an image's two
/// labels then counts as its share of the target.
struct ExampleSums {
  double loss = 0;
  double hits = 0;       ///< examples whose label has the largest logit
  double top5_hits = 0;  ///< examples whose label has one of the five largest
  double examples = 0;

  LAYER_ROTATION_HOST_DEVICE ExampleSums& operator+=(const ExampleSums& other) { return kernel::add(*this, other); }
};

/// All that the kernels of a training step look up, in the memory of their device. They get only its address, so that a
/// step that was captured as a CUDA graph finds the rates and images of the step that it is replayed for.
struct EpochTables {
  // The position in the training, which the step's last kernel moves.
  int64_t total_steps = 0;  ///< steps made since the training began
  int64_t step = 0;         ///< place of the step in the epoch, from 0
  int64_t image = 0;        ///< place in `order` of the step's first image
  int64_t part = 0;         ///< place in the step of the first image that is in the network; above 0 in later parts
  int64_t record = 0;       ///< records taken in this epoch
  int32_t not_finite = 0;   ///< 1 where the step made a parameter or a running statistic NaN or infinite
  uint32_t arrivals = 0;    ///< blocks that have ended a launch; see kernel::Finishing
  int32_t diverged = 0;     ///< 1 since a step's loss or result was not finite: nothing changes any more

  const int32_t* order = nullptr;         ///< indices of the training images in the order of their visits
  uint32_t augmentation_key = 0;          ///< the epoch's
  const int32_t* partners = nullptr;      ///< indices of the images that those at the same places are mixed with
  const Mix* mixes = nullptr;             ///< [steps]; null, as partners, where no images are mixed
  const Box* erased = nullptr;            ///< the box of each place in `order` that is 0; null without such boxes
  const Box* erased_partners = nullptr;   ///< the same of `partners`
  const double* rates = nullptr;          ///< [steps][layers]
  double* losses = nullptr;               ///< [steps]
  ExampleSums* sums = nullptr;            ///< over the epoch so far
  rotation::StepSums* records = nullptr;  ///< [records][layers]

  /// Raises not_finite; any number of threads may do so at once.
  LAYER_ROTATION_HOST_DEVICE void raise_not_finite() {
#ifdef __CUDA_ARCH__
    *static_cast<volatile int32_t*>(&not_finite) = 1;
#else
    __atomic_store_n(&not_finite, 1, __ATOMIC_RELAXED);
#endif
  }
};

}  // namespace layer_rotation
