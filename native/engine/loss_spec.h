#pragma once

namespace layer_rotation {

struct LossSpec {
  enum class Type {
    kCrossEntropy,       ///< −Σ t log p for targets t = (1 − s)·onehot + s/classes, as torch.nn.CrossEntropyLoss
    kKerasCrossEntropy,  ///< −log p of the label, with p clipped to 1e-7 … 1 − 1e-7 as Keras 2.1 does
  };
  Type type = Type::kCrossEntropy;
  double label_smoothing = 0;  ///< s of the plain cross-entropy, 0 … 1
};

}  // namespace layer_rotation
