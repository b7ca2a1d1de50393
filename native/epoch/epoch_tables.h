#pragma once

#include <cstdint>

#include "../device/host_device.h"
#include "../device/sum.h"
#include "../rotation/step_sums.h"

namespace layer_rotation::kernel {

/// Sums over examples; all but the loss are whole numbers.
struct ExampleSums {
  double loss = 0;
  double hits = 0;       ///< examples whose label has the largest logit
  double top5_hits = 0;  ///< or one of the five largest
  double examples = 0;

  LAYER_ROTATION_HOST_DEVICE ExampleSums& operator+=(const ExampleSums& other) { return add(*this, other); }
};

/// What the kernels of a training step look up, in the memory of their device. They are given its address alone, so a
/// step that was captured as a CUDA graph finds the rates and images of whatever step it is replayed for.
struct EpochTables {
  // Where the training stands; the step's last kernel moves it.
  int64_t total_steps = 0;  ///< made since the training began
  int64_t step = 0;         ///< of this epoch, from 0
  int64_t image = 0;        ///< place in `order` of the step's first image
  int64_t record = 0;       ///< records taken in this epoch
  int32_t not_finite = 0;   ///< raised where the step made a parameter or a running statistic NaN or infinite
  int32_t diverged = 0;     ///< the step's loss or what it made was not finite: since then everything stays as it is

  const int32_t* order = nullptr;         ///< indices of the training images in the order of their visits
  uint32_t augmentation_key = 0;          ///< of the epoch
  const double* rates = nullptr;          ///< [steps][layers]
  double* losses = nullptr;               ///< [steps]
  ExampleSums* sums = nullptr;            ///< of the epoch so far
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

}  // namespace layer_rotation::kernel
