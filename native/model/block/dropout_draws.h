#pragma once

#include <c10/util/Exception.h>
// Comes after the header above, which it needs.
#include <ATen/core/PhiloxRNGEngine.h>

#include <cmath>
#include <cstdint>

#include "../../epoch/epoch_tables.h"

namespace layer_rotation {

/// The draws of a dropout layer. They depend only on the seed, the number of the layer, the number of steps made so
/// far, the part of the step and the place of a value in memory (Philox 4×32-10): a step draws the same on every
/// device, in a captured step, after a training is resumed, and again in its backward pass.
struct DropoutDraws {
  DropoutDraws() = default;
  DropoutDraws(const EpochTables* epoch, uint64_t seed, uint64_t layer, double rate)
      : epoch(epoch),
        seed(seed),
        layer(layer),
        dropped(static_cast<uint64_t>(std::ceil(rate * 4294967296.0))),
        kept(static_cast<float>(1 / (1 - rate))) {}

  const EpochTables* epoch = nullptr;  ///< null where there is no dropout
  uint64_t seed = 0;
  uint64_t layer = 0;
  uint64_t dropped = 0;  ///< draws below this number drop their value
  float kept = 1;        ///< the factor of the others

  /// The draws of four neighbours in memory; one after the other in their order.
  LAYER_ROTATION_HOST_DEVICE at::philox_engine of_four(int64_t four) const {
    constexpr int kLayerShift = 40;  // more bits than the index of a group of four in an activation can have
    constexpr int kPartShift = 32;   // more bits than the number of steps can have
    return at::philox_engine(
        seed, (layer << kLayerShift) | static_cast<uint64_t>(four),
        (static_cast<uint64_t>(epoch->part) << kPartShift) | static_cast<uint64_t>(epoch->total_steps));
  }

  /// The factor of the engine's next value, in the precision of the activations.
  template <class Value>
  LAYER_ROTATION_HOST_DEVICE float next_factor(at::philox_engine& engine) const {
    return engine() < dropped ? 0.0f : static_cast<float>(static_cast<Value>(kept));
  }

  /// Multiplies N values, of which the first is number `first` in memory, by their factors. N is 1, or a multiple of 4
  /// that divides `first`.
  template <class Value, class Numbers>
  LAYER_ROTATION_HOST_DEVICE void apply(int64_t first, Numbers& numbers) const {
    constexpr int N = sizeof(Numbers) / sizeof(float);
    static_assert(N == 1 || N % 4 == 0);
    LAYER_ROTATION_UNROLL
    for (int begin = 0; begin < N; begin += 4) {
      at::philox_engine engine = of_four((first + begin) / 4);
      LAYER_ROTATION_UNROLL
      for (int i = 0; i < 4; ++i) {
        const float factor = next_factor<Value>(engine);
        if constexpr (N > 1) {
          numbers[begin + i] *= factor;
        } else if (i == first % 4) {
          numbers[0] *= factor;
        }
      }
    }
  }
};

}  // namespace layer_rotation
