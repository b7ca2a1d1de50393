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
  bool mixed;  ///< whether images are mixed
  auto operator<=>(const StepKind&) const = default;
};

/// Training steps captured as CUDA graphs, one graph for each kind of step. The first steps of a kind are ordinary
/// steps, run operation by operation: in them LibTorch's libraries set themselves up and cuDNN chooses its algorithms.
class StepGraphs {
 public:
  /// Captures steps on CUDA devices if `capture` is true; otherwise every step runs operation by operation.
  StepGraphs(at::Device device, BlockOptimizer& optimizer, bool capture);
  ~StepGraphs();

  /// Runs `step`, or replays its graph. If a kind cannot be captured, its steps run operation by operation from then
  /// on.
  void run(const StepKind& kind, const std::function<void()>& step);
  /// The reason why steps are not captured any more; empty if nothing failed. Each reason is returned once.
  std::string take_failure();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;  ///< null if nothing is captured
};

}  // namespace layer_rotation
