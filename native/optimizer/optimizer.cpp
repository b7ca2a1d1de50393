#include "optimizer.h"

#include "block_optimizer.h"
#include "host_optimizer.h"
#include "slots.h"

namespace layer_rotation {

std::unique_ptr<Optimizer> make_optimizer(const OptimizerSpec& spec, const rotation::Layers& layers,
                                          const std::vector<OptimizedParameter>& parameters, EpochState& epoch) {
  Slots slots = make_slots(spec, layers, parameters);
  if (layers.backend() == Backend::kBlock) {
    return std::make_unique<BlockOptimizer>(spec, layers, std::move(slots), epoch);
  }
  return std::make_unique<HostOptimizer>(spec, layers, std::move(slots));
}

}  // namespace layer_rotation
