#pragma once

namespace layer_rotation {

/// A ReLU that is computed in the passes of the layer beside it: of that layer's input (y = f(max(0, x))) or of its
/// output (y = max(0, f(x))).
enum class FusedRelu { kNone, kBefore, kAfter };

}  // namespace layer_rotation
