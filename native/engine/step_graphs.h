#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "../optimizer/block_optimizer.h"

namespace layer_rotation {

/// Steps that launch the same operations on the same memory.
struct StepKind {
  int64_t images;
  bool record;
  auto operator<=>(const StepKind&) const = default;
};

/// Training steps captured as CUDA graphs, one for each kind. The first steps of a kind run operation by operation, as
/// training steps like any other: LibTorch's libraries set themselves up in them, and cuDNN chooses its algorithms.
class StepGraphs {
 public:
  /// Without `capture`, and on other devices than CUDA's, every step runs operation by operation.
  StepGraphs(at::Device device, BlockOptimizer& optimizer, bool capture);
  ~StepGraphs();

  /// Runs `step`, or replays it. A kind that cannot be captured runs as it would without this, from then on.
  void run(const StepKind& kind, const std::function<void()>& step);
  /// Why steps are not captured any more; empty where nothing failed. Told once.
  std::string take_failure();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;  ///< null where nothing is captured
};

}  // namespace layer_rotation
