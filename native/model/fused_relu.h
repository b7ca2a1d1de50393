#pragma once

namespace layer_rotation {

/// The ReLU that batch normalisation applies in its own passes over memory: none, to its input, or to its output.
enum class FusedRelu { kNone, kBefore, kAfter };

}  // namespace layer_rotation
