#pragma once

#include "../module.h"
#include "../sequence.h"

namespace layer_rotation {

/// layers(x) + shortcut(x), with the ReLU that may follow it.
class Residual : public Module {
 public:
  Residual(Sequence layers, Sequence shortcut) : layers_(std::move(layers)), shortcut_(std::move(shortcut)) {}
  at::Tensor forward(const at::Tensor& input) override;

  /// Makes forward() apply the ReLU that follows, in the sum's own pass over memory.
  void fuse_relu() { relu_ = true; }

 private:
  Sequence layers_;
  Sequence shortcut_;
  bool relu_ = false;
};

}  // namespace layer_rotation
